"""Emptying the outbox: what was committed is published, at least once and in order."""

import asyncio
import random
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from uuid import uuid4

import structlog

from vexil.core.errors import VexilError
from vexil.core.resource import Commit, Revision
from vexil.server.announce.announcement import Announcement, announcement_of, is_announced
from vexil.server.announce.destination import MAX_BATCH, MAX_BATCH_BYTES, Destination
from vexil.server.announce.lag import Lag, LagWatch
from vexil.server.clock import Clock
from vexil.server.stores.outbox import Backlog, Outbox
from vexil.server.stores.port import Store

CLAIM_SECONDS = 10.0
"""So long nobody else announces after the announcer has died."""

_RENEW_SECONDS = CLAIM_SECONDS / 4
_COMMITS = 32
"""Commits of one namespace that are taken from the outbox at once, and announced twice after a crash."""

_LONGEST_PAUSE = 30.0
_log = structlog.get_logger(__name__)


class Announcer:
    """Publishes what the outbox holds, after each of the store's hints and every `interval` seconds.

    Commits never wait for it: it reads what they left. Of several on one store one announces at a time; the
    others look every `interval` seconds whether it has stopped. While the destination fails, pauses between
    attempts grow to 30 seconds and another announcer may try.
    """

    def __init__(
        self, store: Store, outbox: Outbox, destination: Destination, clock: Clock, interval: float = 2.0
    ) -> None:
        self._store = store
        self._outbox = outbox
        self._destination = destination
        self._clock = clock
        self._interval = interval
        self._holder = uuid4().hex
        self._claimed_at: float | None = None
        self._hinted = asyncio.Event()
        self._watch = LagWatch(destination.name, clock)

    @property
    def lag(self) -> Lag | None:
        """How far behind the head announcing is; None: another one announces, or it has not looked yet."""
        return self._watch.lag

    async def run(self) -> None:
        """Announces until cancelled; then others may at once."""
        listening = asyncio.create_task(self._listen())
        try:
            await self._check()
            await self._announce()
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
            with suppress(VexilError):
                await self._release()

    async def _listen(self) -> None:
        async for _ in self._store.hints():
            self._hinted.set()

    async def _check(self) -> None:
        """Says what will not work before there is something to announce."""
        try:
            await self._destination.check()
        except VexilError as error:
            _log.warning(
                "announcing_doubtful",
                destination=self._destination.name,
                code=error.code.name,
                error=error.message,
            )
        else:
            _log.info("announcing", destination=self._destination.name, ordered=self._destination.ordered)

    async def _announce(self) -> None:
        failures = 0
        while True:
            self._hinted.clear()
            try:
                done = await self._empty()
            except VexilError as error:
                failures += 1
                await self._give_up(error, failures)
                continue
            if failures and done:
                _log.info("announcing_again", destination=self._destination.name, failures=failures)
                failures = 0
            if not done:
                # Hints are for the one who announces.
                await asyncio.sleep(self._interval)
                continue
            # Not `wait_for`: in Python 3.11 it drops a cancellation that meets a hint.
            with suppress(TimeoutError):
                async with asyncio.timeout(self._interval):
                    await self._hinted.wait()

    async def _empty(self) -> bool:
        """Announces until nothing waits; False when another one announces. Raises VexilError."""
        while backlogs := await self._outbox.backlogs():
            # Some namespaces at a time, others the next time: none waits for those with long backlogs.
            some = random.sample(backlogs, min(len(backlogs), MAX_BATCH))
            if not await self._claim():
                return False
            public = [each for each in some if is_announced(each.namespace)]
            for each in some:
                if not is_announced(each.namespace):
                    await self._outbox.mark(each.namespace, each.last)
            if public and not await self._publish(public, waiting=sum(each.count for each in backlogs)):
                # Lost the claim, or somebody else was quicker.
                return self._claimed_at is not None
        self._watch.caught_up()
        return True

    async def _publish(self, backlogs: Sequence[Backlog], waiting: int) -> bool:
        """Announces the next commits of these namespaces until the claim is lost; whether there were any."""
        queues = {}
        oldest: list[datetime] = []
        for backlog in backlogs:
            commits = await self._outbox.pending(backlog.namespace, _COMMITS)
            oldest += [commit.committed_at for commit in commits[:1]]
            queues[backlog.namespace] = await asyncio.to_thread(_queue, commits)
        if oldest:
            self._watch.looked(waiting, min(oldest))
        announced: dict[str, Revision] = {}
        failure: VexilError | None = None
        try:
            while batch := _next_batch(queues, ordered=self._destination.ordered):
                if not await self._claim():
                    break
                refused = await self._destination.publish(batch)
                for place, announcement in enumerate(batch):
                    namespace = announcement.namespace
                    if place in refused:
                        failure = refused[place]
                        queues[namespace].clear()
                    elif queues[namespace]:
                        announced[namespace] = queues[namespace].popleft().revision
        finally:
            for namespace, revision in announced.items():
                await self._outbox.mark(namespace, revision)
        if failure is not None:
            raise failure
        return bool(announced)

    async def _claim(self) -> bool:
        now = self._clock.monotonic()
        if self._claimed_at is None or now - self._claimed_at >= _RENEW_SECONDS:
            held = await self._outbox.claim(self._holder, CLAIM_SECONDS)
            self._claimed_at = now if held else None
            if not held:
                self._watch.left_to_another()
        return self._claimed_at is not None

    async def _release(self) -> None:
        if self._claimed_at is not None:
            self._claimed_at = None
            await self._outbox.release(self._holder)

    async def _give_up(self, error: VexilError, failures: int) -> None:
        """Says what is wrong, lets others try, and waits before the next attempt."""
        pause = random.uniform(0.5, 1.0) * min(0.1 * 2.0**failures, _LONGEST_PAUSE)  # noqa: S311 - jitter
        waiting = None
        with suppress(VexilError):
            waiting = sum(each.count for each in await self._outbox.backlogs())
            await self._release()
        _log.warning(
            "announcing_failed",
            destination=self._destination.name,
            code=error.code.name,
            error=error.message,
            waiting=waiting,
            seconds=None if self.lag is None else round(self.lag.seconds),
            retry_in=round(pause, 1),
        )
        await asyncio.sleep(pause)


def _queue(commits: Sequence[Commit]) -> deque[Announcement]:
    return deque(map(announcement_of, commits))


def _next_batch(queues: dict[str, deque[Announcement]], *, ordered: bool) -> list[Announcement]:
    """What comes next of each namespace, as much as one call takes; it stays in the queues."""
    batch: list[Announcement] = []
    size = 0
    for queue in queues.values():
        for announcement in list(queue)[: 1 if ordered else MAX_BATCH]:
            size += announcement.size
            if len(batch) == MAX_BATCH or size > MAX_BATCH_BYTES:
                return batch
            batch.append(announcement)
    return batch
