"""A destination of announcements in memory, and a store whose commits are announced to it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager

from tests.acceptance.store.drafts import Drafts, put
from tests.support.clock import ManualClock
from vexil.core.errors import VexilError
from vexil.server.announce.announcement import Announcement
from vexil.server.announce.announcer import Announcer
from vexil.server.announce.destination import Destination
from vexil.server.stores.log_outbox import LogOutbox
from vexil.server.stores.memory import MemoryStore
from vexil.server.stores.memory_marks import MemoryMarks

PATIENCE = 30.0


class Received:
    """A destination in memory. `fail` says why an announcement is refused, `down` why a whole call fails."""

    def __init__(self, *, ordered: bool = True) -> None:
        self.name = "memory"
        self.ordered = ordered
        self.batches: list[Sequence[Announcement]] = []
        self.accepted: list[tuple[str, int]] = []
        self.fail: Callable[[Announcement], VexilError | None] = lambda _: None
        self.down: VexilError | None = None
        self.wrong: VexilError | None = None
        self.calls = 0
        self.open = asyncio.Event()
        self.open.set()
        self._changed = asyncio.Condition()

    async def publish(self, batch: Sequence[Announcement]) -> Mapping[int, VexilError]:
        self.calls += 1
        await self._notify()
        await self.open.wait()
        if self.down is not None:
            raise self.down
        self.batches.append(batch)
        refused = {}
        for place, announcement in enumerate(batch):
            error = self.fail(announcement)
            if error is None:
                self.accepted.append((announcement.namespace, announcement.revision))
            else:
                refused[place] = error
        await self._notify()
        return refused

    async def check(self) -> None:
        if self.wrong is not None:
            raise self.wrong

    async def close(self) -> None:
        pass

    def revisions(self, namespace: str = "shop") -> list[int]:
        return [revision for name, revision in self.accepted if name == namespace]

    async def until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE), self._changed:
            await self._changed.wait_for(true)

    async def next(self) -> None:
        """Waits for the next call, or what becomes of it."""
        async with asyncio.timeout(PATIENCE), self._changed:
            await self._changed.wait()

    async def _notify(self) -> None:
        async with self._changed:
            self._changed.notify_all()


class Shop:
    """A store with an outbox, and commits for it."""

    def __init__(self) -> None:
        self.time = ManualClock()
        self.store = MemoryStore()
        self.outbox = LogOutbox(self.store, MemoryMarks(self.time.clock))
        self._drafts: dict[str, Drafts] = {}

    async def commit(self, count: int = 1, namespace: str = "shop", keys: int = 1) -> None:
        drafts = self._drafts.setdefault(namespace, Drafts(namespace))
        for _ in range(count):
            await self.store.append(
                drafts.next(*(put(f"{'k' * 200}-{number}") for number in range(keys)), message="m")
            )

    @asynccontextmanager
    async def announcing(self, destination: Destination) -> AsyncIterator[Announcer]:
        announcer = Announcer(self.store, self.outbox, destination, self.time.clock, interval=0.01)
        task = asyncio.create_task(announcer.run())
        try:
            yield announcer
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
