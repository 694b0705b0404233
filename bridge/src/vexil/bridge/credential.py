"""A credential of the function's own that is kept elsewhere, and may be rotated there."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from vexil.core.value import SecretReference
from vexil.secrets.errors import SecretUnavailable, SecretUnusable
from vexil.secrets.resolver import Resolver

_LONGEST_LOOK = 5.0


class Credential:
    """What a reference leads to. For any number of threads.

    Fetching is done by a thread of its own, since an event has less time than AWS may take. `clock` is the
    time of day: it goes on while a sandbox is frozen.
    """

    def __init__(
        self, uri: str, resolver: Resolver | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        self._reference = SecretReference(uri)
        self._resolver = resolver or Resolver(clock=clock)
        self._clock = clock
        self._worker = ThreadPoolExecutor(1, "vexil-bridge-credential")
        self._look_at = 0.0

    def within(self, seconds: float) -> str:
        """The credential. Where no current one is there within so many seconds, the one before.

        Raises SecretError when there is none either, or when it is none that could be sent.
        """
        secret = self._resolver.at_hand(self._reference)
        if secret is None:
            fetching = self._worker.submit(self._resolver.resolve, self._reference)
            try:
                secret = fetching.result(seconds)
            except TimeoutError:
                fetching.cancel()
                secret = self._resolver.served(self._reference)
                if secret is None:
                    raise SecretUnavailable("the credential was not there in time") from None
        elif self._clock() >= self._look_at:
            # One look at a time, and that beside the callers.
            self._look_at = self._clock() + _LONGEST_LOOK
            self._worker.submit(self._look)
        text = secret.text
        if not (text and text.isascii() and text.isprintable()):
            raise SecretUnusable("the credential is empty, or has characters that none has")
        return text

    def refused(self) -> None:
        """It was not accepted: it may have been rotated, and is fetched again."""
        self._worker.submit(self._resolver.doubt, self._reference)

    def close(self) -> None:
        """Forgets it."""
        self._worker.shutdown(wait=False, cancel_futures=True)
        self._resolver.close()

    def _look(self) -> None:
        self._look_at = self._clock() + self._resolver.refresh()
