"""Streams that take several commits in one message."""

import asyncio

from tests.support.backend import Backend, backend, put
from tests.support.watcher import Watcher, held_of, watch
from vexil.core.resource import Revision
from vexil.core.selector import Selector
from vexil.server.stores.memory import MemoryStore
from vexil.server.watch.hub import HubLimits
from vexil.server.watch.service import FromRevision

COLOR = Selector(key="color")


async def next_revisions(watcher: Watcher) -> list[int]:
    """The revisions of the deltas in the next message."""
    message = await watcher.next()
    if message.HasField("delta"):
        return [message.delta.revision]
    return [delta.revision for delta in message.deltas.deltas]


async def test_one_commit_comes_as_it_always_does(shop: Backend) -> None:
    watcher = watch(shop, batch=True)
    await watcher.until(1)
    await shop.set(color="red")
    assert (await watcher.next()).HasField("delta")


async def test_what_is_due_comes_together_with_the_last_ones_token(shop: Backend) -> None:
    watcher = watch(shop, COLOR, batch=True)
    await watcher.until(1)
    for value in ("red", "blue", "red"):
        await shop.set(color=value)
        await shop.set(size="m")
    assert await next_revisions(watcher) == [2, 4, 6]
    assert (await watcher.next()).HasField("progress")
    assert watcher.held == held_of(shop.view(), COLOR)
    resumed = watch(shop, COLOR, start=FromRevision(Revision(6)), batch=True)
    await shop.set(color=None)
    assert await next_revisions(resumed) == [8]


async def test_commit_in_parts_comes_alone(shop: Backend) -> None:
    watcher = watch(shop, batch=True)
    await watcher.until(1)
    await shop.set(color="red")
    await shop.set(color="blue")
    await shop.commit(*(put(f"key-{i}", "x" * 200_000) for i in range(4)))
    await shop.set(color="green")
    assert await next_revisions(watcher) == [2, 3]
    assert await next_revisions(watcher) == [4]
    await watcher.until(5)
    assert watcher.held == held_of(shop.view())


async def test_those_in_the_same_place_share_what_was_joined(shop: Backend) -> None:
    for i in range(5):
        await shop.set(color=str(i))
    watchers = [watch(shop, start=FromRevision(Revision(1)), batch=True) for _ in range(3)]
    await asyncio.gather(*(each.until(6) for each in watchers))
    [group] = shop.hub.groups()
    assert group.joined(Revision(1)) is group.joined(Revision(1))
    assert [len(each.events) for each in watchers] == [1, 1, 1]


async def test_what_is_missed_comes_from_the_log_in_few_messages() -> None:
    store = MemoryStore()
    async with (
        backend(store, limits=HubLimits(max_events=2)) as shop,
        backend(store, limits=HubLimits(max_events=2), create=False) as other,
    ):
        for i in range(50):
            await shop.set(color=str(i))
        await other.directory.refresh()
        watcher = watch(other, start=FromRevision(Revision(1)), batch=True)
        await watcher.until(51)
        deltas = [event for event in watcher.events if not event.HasField("progress")]
        assert len(deltas) == 1
        assert watcher.held == held_of(other.view())


async def test_who_wants_only_the_latest_gets_only_that(shop: Backend) -> None:
    watcher = watch(shop, batch=True, conflate=True)
    await watcher.until(1)
    for value in ("red", "blue"):
        await shop.set(color=value)
    message = await watcher.next()
    assert (message.delta.first_revision, message.delta.revision) == (2, 3)
