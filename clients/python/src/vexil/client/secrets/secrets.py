"""Secrets for programs with threads."""

import os
import weakref
from collections.abc import Callable
from functools import partial
from types import TracebackType
from typing import Self

from vexil.client.dispatcher import Dispatcher
from vexil.client.secrets.renewal import Renewal
from vexil.client.secrets.settings import Settings, reference_of
from vexil.client.watches import Watch
from vexil.core.evaluation import EMPTY_CONTEXT, EvaluationContext
from vexil.secrets import Policy, Resolver, Secret

_CLOSING = 1.0


class Secrets:
    """The secrets that a client's settings refer to.

        with Secrets(client) as secrets:
            connect(password=secrets.get("db.password").text)
            secrets.watch("db.password", lambda secret: pool.renew(secret.text))

    What was asked for once is fetched again in the background before it gets old (`Policy`), so that nobody
    waits for a rotated one. Make one for each client, and close it before that. Without `resolver` one is
    made, by the variables that `Policy.of` reads; one that is given may be shared, and is not closed.
    """

    def __init__(self, settings: Settings, resolver: Resolver | None = None) -> None:
        self._settings = settings
        self._resolver = resolver or Resolver(Policy.of(os.environ))
        self._renewal = Renewal(self._resolver)
        self._dispatcher = Dispatcher("vexil-secret-callbacks")
        own = self._resolver if resolver is None else None
        self._finalizer = weakref.finalize(self, _close, self._renewal, self._dispatcher, own)

    def get(self, key: str, context: EvaluationContext = EMPTY_CONTEXT) -> Secret:
        """The secret that a setting refers to now. Blocks some seconds at most, and only to fetch it.

        Raises SecretError: SecretNotFound, SecretDenied, SecretUnusable or SecretUnavailable.
        """
        reference = reference_of(self._settings, key, context)
        self._renewal.begin()
        held = self._resolver.at_hand(reference)
        if held is not None:
            return held
        secret = self._resolver.resolve(reference)
        self._renewal.wake()
        return secret

    def refused(self, key: str, context: EvaluationContext = EMPTY_CONTEXT) -> None:
        """What the secret opens has refused it: it may have been rotated. The next `get` fetches it again."""
        self._resolver.doubt(reference_of(self._settings, key, context))
        self._renewal.wake()

    def watch(
        self, key: str, callback: Callable[[Secret], object], context: EvaluationContext = EMPTY_CONTEXT
    ) -> Watch[Secret]:
        """Calls back with the secret, and with each other one: rotated, or referred to by a changed setting.

        Callbacks run one after the other in a thread of their own; what they raise is logged. While there is
        no secret to be had, attempts go on.
        """
        renewal = self._renewal
        changes = self._settings.watch(key, lambda _change: renewal.wake())

        def withdraw(ended: Watch[Secret]) -> None:
            changes.cancel()
            renewal.remove(ended)

        watch = Watch(callback, self._dispatcher.submit, withdraw)
        renewal.add(watch, partial(reference_of, self._settings, key, context))
        return watch

    def close(self) -> None:
        """Ends the threads and the watches, and forgets the secrets. May be repeated."""
        self._finalizer()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _close(renewal: Renewal, dispatcher: Dispatcher, resolver: Resolver | None) -> None:
    renewal.close(_CLOSING)
    dispatcher.close(_CLOSING)
    if resolver is not None:
        resolver.close()
