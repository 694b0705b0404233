"""Catching up: what is read for it, what is shared, and what it does when the log is not as expected."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.support.backend import Backend, backend, put
from tests.support.watcher import Watcher, held_of, watch
from vexil.core.change import Put
from vexil.core.errors import OutOfRange, Reason, Unavailable
from vexil.core.resource import Commit, Environment, Kind, ResourceId, Revision
from vexil.server.stores.memory import MemoryStore
from vexil.server.stores.port import Image
from vexil.server.watch.hub import HubLimits
from vexil.server.watch.service import FromRevision
from vexil.v1 import watch_pb2


class CountingStore(MemoryStore):
    """Counts what is loaded and read.

    It can withhold the log from a revision on, as a replica does that lags behind, and compact when part of a
    state was loaded.
    """

    def __init__(self) -> None:
        super().__init__()
        self.calls: Counter[str] = Counter()
        self.withheld: Revision | None = None
        self.compacts = Revision(0)

    async def load(self, namespace: str, at: Revision | None = None) -> Image:
        self.calls["load"] += 1
        return await super().load(namespace, at)

    async def load_touched(self, namespace: str, at: Revision, until: Revision) -> Image:
        self.calls["load_touched"] += 1
        image = await super().load_touched(namespace, at, until)
        await self.compact(namespace, self.compacts)
        return image

    async def read(self, namespace: str, after: Revision, limit: int) -> Sequence[Commit]:
        self.calls["read"] += 1
        commits = await super().read(namespace, after, limit)
        return [commit for commit in commits if self.withheld is None or commit.revision < self.withheld]


@asynccontextmanager
async def restarted(limits: HubLimits | None = None) -> AsyncIterator[tuple[Backend, CountingStore]]:
    """A process that has just loaded a namespace with twenty commits after its first; the counts are at 0."""
    store = CountingStore()
    async with backend(store) as before:
        for i in range(20):
            await before.set("base" if i % 2 else "prod", **{f"key-{i % 3}": str(i), f"other-{i}": "x"})
        async with backend(store, create=False, limits=limits) as shop:
            store.calls.clear()
            yield shop, store


def after(shop: Backend, revision: int, **more: Any) -> Watcher:
    return watch(shop, start=FromRevision(Revision(revision)), **more)


def revisions(watcher: Watcher) -> list[int]:
    return [event.revision for event in watcher.events if event.HasField("delta")]


async def test_all_who_return_after_a_restart_share_one_look_at_the_log() -> None:
    async with restarted() as (shop, store):
        returning = [after(shop, position) for position in (5, 7, 5, 20, 9)]
        await asyncio.gather(*(watcher.until(21) for watcher in returning))
        assert [revisions(watcher) for watcher in returning] == [
            list(range(position + 1, 22)) for position in (5, 7, 5, 20, 9)
        ]
        assert store.calls == {"load_touched": 1, "read": 1}


async def test_what_does_not_fit_into_memory_is_told_to_each_and_not_gathered_again() -> None:
    async with restarted(HubLimits(max_events=8)) as (shop, store):
        for _ in range(3):
            watcher = after(shop, 1)
            await watcher.until(21)
            assert revisions(watcher) == list(range(2, 22))
        assert store.calls["load_touched"] == 1 + 3
        [group] = shop.hub.groups()
        assert (group.history.floor, group.out_of_reach) == (21, 1)
        near = after(shop, 15)
        await near.until(21)
        assert group.history.floor == 15


async def test_whole_state_is_loaded_only_where_the_environment_gets_other_ancestors() -> None:
    async with restarted() as (shop, store):
        prod = ResourceId(Kind.ENVIRONMENT, "", "prod")
        await shop.set("qa", **{"key-0": "moved", "new": "x"})
        await shop.commit(Put(prod, Environment("base", description="the same place")))
        position = shop.view().revision
        first = after(shop, 1)
        await first.until(position)
        assert store.calls["load"] == 0
        first.held = held_of(shop.view())

        await shop.commit(Put(prod, Environment(parent="qa")))
        await shop.set("qa", **{"key-1": "inherited"})
        async with backend(store, create=False) as third:
            store.calls.clear()
            second = after(third, position)
            second.held = dict(first.held)
            await second.until(position + 2)
            assert store.calls["load"] == 1
            assert second.held == held_of(shop.view())


async def test_environment_that_is_younger_than_the_position_is_sent_as_a_whole() -> None:
    async with restarted() as (shop, _):
        await shop.commit(Put(ResourceId(Kind.ENVIRONMENT, "", "dev"), Environment("base")))
        async with backend(shop.store, create=False) as third:
            watcher = after(third, 5, environment="dev")
            assert (await watcher.next()).state_begin.reason == watch_pb2.STATE_REASON_RESYNC


async def test_history_that_is_compacted_under_a_reader_is_said_so() -> None:
    async with restarted() as (shop, store):
        store.compacts = Revision(9)
        with pytest.raises(OutOfRange) as raised:
            await after(shop, 8).next()
        assert raised.value.reason is Reason.REVISION_COMPACTED
        store.compacts = Revision(11)
        watcher = after(shop, 10, resync=True)
        await watcher.until(21)
        assert watcher.events[0].state_begin.reason == watch_pb2.STATE_REASON_RESYNC
        assert watcher.held == held_of(shop.view())
        store.compacts = Revision(12)
        kept = after(shop, 12)
        await kept.until(21)
        assert revisions(kept) == list(range(13, 22))


async def test_log_that_ends_before_its_head_is_an_error_and_not_an_endless_wait() -> None:
    async with restarted() as (shop, store):
        store.withheld = Revision(12)
        with pytest.raises(Unavailable) as raised:
            await after(shop, 5).until(21)
        assert raised.value.reason is Reason.STORE_UNAVAILABLE
        store.withheld = None
        watcher = after(shop, 5)
        await watcher.until(21)
        assert revisions(watcher) == list(range(6, 22))


async def test_others_have_their_turn_while_the_log_is_encoded() -> None:
    async with restarted() as (shop, _):
        for i in range(100):
            await shop.commit(*(put(f"key-{j}", str(i)) for j in range(10)))
        async with backend(shop.store, create=False) as third:
            returning = asyncio.create_task(after(third, 21).next())
            turns = 0
            while not returning.done():
                turns += 1
                await asyncio.sleep(0)
            assert turns > 10
