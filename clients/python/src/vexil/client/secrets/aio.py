"""Secrets for programs with an event loop."""

import asyncio
import os
import weakref
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from types import TracebackType
from typing import Self

from vexil.client.aio_dispatcher import AioDispatcher
from vexil.client.secrets.renewal import Renewal
from vexil.client.secrets.settings import Settings, reference_of
from vexil.client.watches import Job, Watch
from vexil.core.evaluation import EMPTY_CONTEXT, EvaluationContext
from vexil.secrets import Policy, Resolver, Secret

_CLOSING = 1.0


class AsyncSecrets:
    """The secrets that a client's settings refer to.

        async with AsyncSecrets(client) as secrets:
            await connect(password=(await secrets.get("db.password")).text)
            secrets.watch("db.password", renew_pool)

    As `Secrets`; what blocks runs in threads.
    """

    def __init__(self, settings: Settings, resolver: Resolver | None = None) -> None:
        self._settings = settings
        self._own = resolver is None
        self._resolver = resolver or Resolver(Policy.of(os.environ))
        self._renewal = Renewal(self._resolver)
        self._dispatcher = AioDispatcher()
        self._finalizer = weakref.finalize(self, self._renewal.close, 0.0)

    async def get(self, key: str, context: EvaluationContext = EMPTY_CONTEXT) -> Secret:
        """The secret that a setting refers to now; waits some seconds at most, and only to fetch it.

        Raises SecretError: SecretNotFound, SecretDenied, SecretUnusable or SecretUnavailable.
        """
        reference = reference_of(self._settings, key, context)
        self._renewal.begin()
        held = self._resolver.at_hand(reference)
        if held is not None:
            return held
        secret = await asyncio.to_thread(self._resolver.resolve, reference)
        self._renewal.wake()
        return secret

    async def refused(self, key: str, context: EvaluationContext = EMPTY_CONTEXT) -> None:
        """What the secret opens has refused it: it may have been rotated. The next `get` fetches it again."""
        reference = reference_of(self._settings, key, context)
        # It waits for an attempt that is under way.
        await asyncio.to_thread(self._resolver.doubt, reference)
        self._renewal.wake()

    def watch(
        self, key: str, callback: Callable[[Secret], object], context: EvaluationContext = EMPTY_CONTEXT
    ) -> Watch[Secret]:
        """Calls back with the secret, and with each other one: rotated, or referred to by a changed setting.

        The callback is a function or a coroutine function. Callbacks run one after the other in a task of
        the running event loop; what they raise is logged. While there is no secret to be had, attempts go on.
        """
        loop = asyncio.get_running_loop()
        renewal, dispatcher = self._renewal, self._dispatcher
        changes = self._settings.watch(key, lambda _change: renewal.wake())

        def submit(job: Job) -> None:
            # A loop that was closed under a thread that goes on has nobody to tell.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(dispatcher.submit, job)

        def withdraw(ended: Watch[Secret]) -> None:
            changes.cancel()
            renewal.remove(ended)

        watch = Watch(callback, submit, withdraw)
        renewal.add(watch, partial(reference_of, self._settings, key, context))
        return watch

    async def close(self) -> None:
        """Ends the thread, the task and the watches, and forgets the secrets. May be repeated."""
        await asyncio.to_thread(self._renewal.close, _CLOSING)
        await self._dispatcher.close()
        if self._own:
            self._resolver.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
