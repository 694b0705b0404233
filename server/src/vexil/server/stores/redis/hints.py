"""Hints through Redis's publish/subscribe."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING

import structlog

from vexil.core.resource import Revision
from vexil.server.stores.hints import Hint, Hints
from vexil.server.stores.redis.hearsay import Hearsay
from vexil.server.stores.redis.messages import REVISIONS, TELL, channel, decoded
from vexil.server.stores.redis.pace import Pace
from vexil.server.stores.redis.place import RedisPlace

if TYPE_CHECKING:
    from redis.asyncio import Redis
    from redis.asyncio.client import PubSub

_TIMEOUT = 2.0
_SILENCE = 5.0
_LONGEST_PAUSE = 5.0
_LAST_WORDS = 0.5
_AGAIN = 0.1
# After a connection that lasted so long pauses begin small again.
_STEADY = 10.0
# At most so many messages in so many seconds are read: a bound for what a flood costs.
_MESSAGES, _SPAN = 20, 0.04
# Looks into the log are this many seconds apart when hints keep coming.
_APART = 0.01

_log = structlog.get_logger(__name__)

Sleep = Callable[[float], Awaitable[None]]


class RedisHints:
    """A `HintSource` on one Redis: two connections, made when there is an event loop, and kept by a task.

    A Redis that is away, slow or full of nonsense is logged once, and tried again after pauses that grow to 5
    seconds; meanwhile what is to be told is merged, one revision a namespace. One that says nothing for ten
    seconds, not even that it is alive, counts as lost. After each connection listeners look once, and all
    heads are told anew.
    """

    def __init__(self, place: RedisPlace, sleep: Sleep = asyncio.sleep) -> None:
        self._place = place
        self._sleep = sleep
        self._client = place.client(_TIMEOUT)
        self._channel = channel(place.database)
        self._listeners = Hints()
        self._looks = Pace(_APART, self._pass_on)
        self._heard: dict[str, Revision] = {}
        self._hearsay = Hearsay()
        self._untold: dict[str, Revision] = {}
        self._wake = asyncio.Event()
        self._all_told = asyncio.Event()
        self._all_told.set()
        self._connected = False
        self._away = self._refused = False
        self._closing = False
        self._task = asyncio.create_task(self._stay_connected())

    @property
    def connected(self) -> bool:
        """Whether Redis answers, as far as is known."""
        return self._connected

    def tell(self, namespace: str, revision: Revision) -> None:
        """Says that the log has this revision, unless that is known to have been said."""
        if self._hearsay.know(namespace, revision):
            self._untold[namespace] = revision
            self._all_told.clear()
            self._wake.set()

    def listen(self) -> AsyncIterator[Hint]:
        """Yields None at once and after a connection was made, and what others told that is new."""
        return self._listeners.listen()

    async def close(self) -> None:
        """Ends listeners; waits half a second at most for what is not told yet."""
        if self._closing:
            return
        self._closing = True
        self._listeners.close()
        with suppress(TimeoutError):
            async with asyncio.timeout(_LAST_WORDS):
                await self._all_told.wait()
        # Once is not enough: a task group that is cancelled while one of its tasks fails tells only of that.
        while not self._task.done():
            self._task.cancel()
            await asyncio.wait([self._task], timeout=_AGAIN)
        self._looks.stop()
        await self._client.aclose()

    async def _stay_connected(self) -> None:
        failures, loop = 0, asyncio.get_running_loop()
        while True:
            began = loop.time()
            try:
                await self._stay()
            # Whatever a driver raises: without hints the server only waits longer.
            except* Exception as group:  # noqa: BLE001
                self._lost(group.exceptions[0])
                # What the teller used is as dead as what the listener did.
                await self._client.connection_pool.disconnect()
            failures = 1 if loop.time() - began > _STEADY else failures + 1
            await self._sleep(_pause(failures))

    async def _stay(self) -> None:
        """Tells and listens until something goes wrong."""
        async with self._client.pubsub() as subscription, asyncio.TaskGroup() as group:
            async with asyncio.timeout(_TIMEOUT):
                await subscription.subscribe(self._channel)
                while await subscription.get_message(timeout=_TIMEOUT) is None:
                    pass
            self._found()
            group.create_task(self._listen_to(subscription))
            group.create_task(self._tell_all(self._client))

    def _lost(self, error: Exception) -> None:
        self._connected = False
        if not self._away:
            self._away = True
            _log.warning("hints_lost", redis=self._place.address, error=str(error) or type(error).__name__)

    def _found(self) -> None:
        self._connected = True
        if self._away:
            self._away = False
            _log.info("hints_back", redis=self._place.address)
        self._hearsay.forget()
        self._listeners.notify()

    async def _listen_to(self, subscription: "PubSub") -> None:
        loop = asyncio.get_running_loop()
        since, count, silences = loop.time(), 0, 0
        while silences < 2:
            message = await subscription.get_message(timeout=_SILENCE)
            if message is None:
                silences += 1
                await subscription.ping()
                continue
            silences = 0
            if (said := decoded(message["data"])) is not None and self._hearsay.hear(*said):
                namespace, revision = said
                self._heard[namespace] = max(revision, self._heard.get(namespace, revision))
                self._looks.ask()
            count += 1
            if count == _MESSAGES:
                await asyncio.sleep(max(0.0, since + _SPAN - loop.time()))
                since, count = loop.time(), 0
        raise TimeoutError("no answer")

    def _pass_on(self) -> None:
        heard, self._heard = self._heard, {}
        self._listeners.notify(heard)

    async def _tell_all(self, client: "Redis") -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            batch, self._untold = self._untold, {}
            try:
                await self._say(client, batch)
            except BaseException:
                self._untold = batch | self._untold
                self._wake.set()
                raise
            if not self._untold:
                self._all_told.set()

    async def _say(self, client: "Redis", batch: dict[str, Revision]) -> None:
        pipeline = client.pipeline(transaction=False)
        for namespace, revision in batch.items():
            pipeline.eval(TELL, 1, REVISIONS, namespace, str(revision), self._channel)
        results = await pipeline.execute(raise_on_error=False)
        for namespace, result in zip(batch, results, strict=True):
            if isinstance(result, Exception):
                # The next look at the heads tries again.
                self._hearsay.unsaid(namespace)
                self._complain(result)

    def _complain(self, error: Exception) -> None:
        if not self._refused:
            self._refused = True
            _log.warning("hints_refused", redis=self._place.address, error=str(error))


def _pause(failures: int) -> float:
    return random.uniform(0.5, 1.0) * min(0.1 * 2.0**failures, _LONGEST_PAUSE)  # noqa: S311 - jitter, not a secret
