"""Hints: at once, after every append, none lost."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.acceptance.store.backends import Backend
from tests.acceptance.store.drafts import NAMESPACE, Drafts, put
from vexil.core.resource import Revision
from vexil.server.stores.hints import Hint
from vexil.server.stores.port import Store

DEADLINE = 10.0


async def wait(hints: AsyncIterator[Hint]) -> None:
    await asyncio.wait_for(anext(hints), DEADLINE)


async def follow(store: Store, until: int) -> list[int]:
    """The revisions that a follower reads who looks only when it gets a hint."""
    seen: list[int] = []
    async for _ in store.hints():
        if await store.head(NAMESPACE) is not None:
            after = Revision(seen[-1] if seen else 0)
            seen += [commit.revision for commit in await store.read(NAMESPACE, after, 1000)]
        if seen and seen[-1] >= until:
            break
    return seen


async def test_hints_begin_at_once(store: Store) -> None:
    await wait(store.hints())


async def test_hints_wake_every_listener_after_an_append(store: Store) -> None:
    listeners = [store.hints() for _ in range(3)]
    for listener in listeners:
        await wait(listener)
    waiting = [asyncio.ensure_future(wait(listener)) for listener in listeners]
    await store.append(Drafts().next(put("a")))
    await asyncio.gather(*waiting)


async def test_hints_are_not_lost_while_nobody_waits(store: Store) -> None:
    drafts, listener = Drafts(), store.hints()
    await wait(listener)
    for _ in range(3):
        await store.append(drafts.next(put("a")))
    await wait(listener)


async def test_hints_lead_followers_through_the_whole_log(store: Store) -> None:
    followers = [asyncio.ensure_future(follow(store, 100)) for _ in range(3)]
    drafts = Drafts()
    for _ in range(100):
        await store.append(drafts.next(put("a")))
    async with asyncio.timeout(DEADLINE):
        assert await asyncio.gather(*followers) == [list(range(1, 101))] * 3


async def test_hints_tell_of_appends_by_another_opener(store: Store, backend: Backend) -> None:
    if not backend.shared:
        pytest.skip("a store of its own each time it is opened")
    other = await backend.open()
    follower = asyncio.ensure_future(follow(store, 20))
    drafts = Drafts()
    for _ in range(20):
        await other.append(drafts.next(put("a")))
    async with asyncio.timeout(DEADLINE):
        assert await follower == list(range(1, 21))
    await other.close()


async def test_hints_end_when_the_store_is_closed(backend: Backend) -> None:
    store = await backend.open()
    busy, idle = store.hints(), store.hints()
    await wait(busy)
    await wait(idle)
    waiting = asyncio.ensure_future(anext(idle, "ended"))
    await asyncio.sleep(0)
    await store.close()
    assert await asyncio.wait_for(waiting, DEADLINE) == "ended"
    assert await asyncio.wait_for(anext(busy, "ended"), DEADLINE) == "ended"
