"""Subscribers that leave at any moment: nothing of them stays, and nobody else notices."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import pytest

from tests.support.backend import NAMESPACE, Backend, backend, put
from tests.support.watcher import held_of, watch
from vexil.core.change import Delete
from vexil.core.errors import NotFound, Reason
from vexil.core.resource import Commit, Kind, ResourceId, Revision
from vexil.server.call import ANONYMOUS
from vexil.server.stores.memory import MemoryStore
from vexil.server.stores.port import Image
from vexil.server.watch.admission import AdmissionLimits
from vexil.server.watch.hub import HubLimits
from vexil.server.watch.selection import Selection
from vexil.server.watch.service import FromRevision, FromState, Start
from vexil.server.watch.streams import StreamName
from vexil.server.watch.subscribers import Subscriber
from vexil.server.watch.subscription import Wishes

SELECTION = Selection.of(NAMESPACE, "prod", [])
LEAVER = Subscriber("cart", "one")
LAST_TURN = 25
"""After so many turns of the loop, the longest of these streams has nothing more to say."""


class UnhurriedStore(MemoryStore):
    """Lets the loop turn in every read, as a store on disk does."""

    async def read(self, namespace: str, after: Revision, limit: int) -> list[Commit]:
        await asyncio.sleep(0)
        return list(await super().read(namespace, after, limit))

    async def load_touched(self, namespace: str, at: Revision, until: Revision) -> Image:
        await asyncio.sleep(0)
        return await super().load_touched(namespace, at, until)


async def filled(shop: Backend) -> None:
    """Eighty settings of a thousand bytes, in as many commits."""
    for number in range(80):
        await shop.commit(put(f"key-{number}", "x" * 1000))


async def read(messages: AsyncGenerator[bytes | None, Any], *, stuck: bool) -> None:
    """As the transport reads: a message that can't be sent holds it up."""
    async with aclosing(messages):
        async for _ in messages:
            if stuck:
                await asyncio.Event().wait()


async def turns(count: int) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def leave(shop: Backend, start: Start, after: int, *, stuck: bool) -> None:
    """Subscribes, and is cancelled after so many turns of the loop."""
    messages = shop.watch.subscribe(SELECTION, start, Wishes(), LEAVER, watch_id="mine")
    task = asyncio.create_task(read(messages, stuck=stuck))
    await turns(after)
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()


async def assert_nothing_left(shop: Backend) -> None:
    assert [group.subscribers for group in shop.hub.groups() if group.subscribers] == []
    assert [status.streams for status in shop.convergence.subscribers((NAMESPACE, "prod"))] in ([], [0])
    with pytest.raises(NotFound) as refused:
        await shop.watch.request_progress(StreamName(ANONYMOUS, NAMESPACE, "mine"))
    assert refused.value.reason is Reason.STREAM_NOT_FOUND


@pytest.mark.parametrize("stuck", [False, True])
@pytest.mark.parametrize(
    ("start", "limits"),
    [
        pytest.param(FromState(), HubLimits(), id="full state"),
        pytest.param(FromRevision(Revision(1)), HubLimits(), id="backfill"),
        pytest.param(FromRevision(Revision(1)), HubLimits(max_events=2), id="from the log"),
    ],
)
async def test_who_leaves_at_any_turn_leaves_nothing(start: Start, limits: HubLimits, stuck: bool) -> None:
    for after in range(LAST_TURN):
        one_at_a_time = AdmissionLimits(streams_per_principal=1)
        async with backend(UnhurriedStore(), limits=limits, admission=one_at_a_time) as shop:
            await filled(shop)
            await leave(shop, start, after, stuck=stuck)
            await assert_nothing_left(shop)
            # The next one finds its place free, no lock held, and everything there is.
            watcher = watch(shop, start=start)
            await watcher.until(81)
            assert watcher.held == held_of(shop.view())
            await watcher.close()
            await assert_nothing_left(shop)


@pytest.mark.parametrize("start", [FromState(), FromRevision(Revision(1))], ids=["full state", "backfill"])
async def test_who_stays_gets_everything_although_the_one_who_asked_first_leaves(start: Start) -> None:
    for after in range(LAST_TURN):
        async with backend(UnhurriedStore()) as shop:
            await filled(shop)
            watcher = watch(shop, start=start)
            leaving = asyncio.create_task(leave(shop, start, after, stuck=False))
            await turns(2)
            await watcher.until(81)
            await leaving
            await shop.set(size="m")
            await watcher.until(82)
            assert len(watcher.held) == 81
            await watcher.close()
            await assert_nothing_left(shop)


@pytest.mark.parametrize("drains", [False, True], ids=["environment goes", "server drains"])
async def test_who_leaves_while_the_stream_ends_leaves_nothing(drains: bool) -> None:
    for after in range(8):
        async with backend(UnhurriedStore()) as shop:
            stream = shop.watch.subscribe(SELECTION, FromState(), Wishes())
            task = asyncio.create_task(read(stream, stuck=False))
            await turns(20)
            if drains:
                shop.hub.drain(1.0)
            else:
                await shop.commit(Delete(ResourceId(Kind.ENVIRONMENT, "", "prod")))
            await turns(after)
            task.cancel()
            await asyncio.wait([task])
            await assert_nothing_left(shop)
