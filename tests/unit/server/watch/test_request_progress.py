"""Asking a stream how far it is."""

import asyncio

import pytest

from tests.support.backend import NAMESPACE, Backend, backend
from tests.support.watcher import Watcher, watch
from vexil.core.errors import NotFound, Reason
from vexil.core.selector import Selector
from vexil.server.call import ANONYMOUS
from vexil.server.stores.memory import MemoryStore
from vexil.server.watch.streams import StreamName

MINE = StreamName(ANONYMOUS, NAMESPACE, "mine")


async def told(watcher: Watcher, shop: Backend, stream: StreamName = MINE) -> tuple[str, int, int]:
    """What the stream says next after it was asked: the kind, its revision, and that of the answer."""
    reading = asyncio.create_task(watcher.next())
    await asyncio.sleep(0)
    asked = await shop.watch.request_progress(stream)
    message = await reading
    return str(message.WhichOneof("event")), message.revision, asked


async def test_stream_that_has_said_so_already_says_it_again(shop: Backend) -> None:
    watcher = watch(shop, watch_id="mine")
    await watcher.until(1)
    for _ in range(2):
        assert await told(watcher, shop) == ("progress", 1, 1)


async def test_what_was_committed_elsewhere_is_told_by_its_delta(shop: Backend) -> None:
    async with backend(shop.store, create=False) as other:
        watcher = watch(other, watch_id="mine")
        await watcher.until(1)
        await shop.set(color="red")
        assert await told(watcher, other) == ("delta", 2, 2)


async def test_what_was_committed_elsewhere_and_does_not_fit_is_told_at_once() -> None:
    store = MemoryStore()
    async with backend(store) as shop, backend(store, create=False) as other:
        watcher = watch(other, Selector(key="color"), watch_id="mine")
        await watcher.until(1)
        await shop.set(size="m")
        assert await told(watcher, other) == ("progress", 2, 2)


async def test_progress_never_overtakes_what_a_slow_reader_has_not_taken(shop: Backend) -> None:
    watcher = watch(shop, Selector(key="color"), watch_id="mine")
    await watcher.until(1)
    await shop.set(color="red")
    await shop.set(color="blue")
    await shop.set(size="m")
    assert await shop.watch.request_progress(MINE) == 4
    messages = [await watcher.next() for _ in range(3)]
    assert [(each.WhichOneof("event"), each.revision) for each in messages] == [
        ("delta", 2),
        ("delta", 3),
        ("progress", 4),
    ]


async def test_only_the_stream_that_was_asked_speaks(shop: Backend) -> None:
    watcher, other = watch(shop, watch_id="mine"), watch(shop, watch_id="other")
    await asyncio.gather(watcher.until(1), other.until(1))
    listening = asyncio.create_task(other.next())
    await told(watcher, shop)
    await shop.set(color="red")
    assert (await listening).WhichOneof("event") == "delta"


@pytest.mark.parametrize(
    "stream",
    [
        StreamName(ANONYMOUS, NAMESPACE, "yours"),
        StreamName("somebody else", NAMESPACE, "mine"),
        StreamName(ANONYMOUS, NAMESPACE, ""),
    ],
)
async def test_stream_that_is_not_the_callers_is_not_found(shop: Backend, stream: StreamName) -> None:
    watcher, nameless = watch(shop, watch_id="mine"), watch(shop)
    await asyncio.gather(watcher.until(1), nameless.until(1))
    with pytest.raises(NotFound) as raised:
        await shop.watch.request_progress(stream)
    assert raised.value.reason is Reason.STREAM_NOT_FOUND


async def test_stream_that_ended_is_not_found(shop: Backend) -> None:
    watcher = watch(shop, watch_id="mine")
    await watcher.until(1)
    await watcher.close()
    with pytest.raises(NotFound):
        await shop.watch.request_progress(MINE)


async def test_of_two_with_the_same_name_the_newest_is_asked(shop: Backend) -> None:
    old, new = watch(shop, watch_id="mine"), watch(shop, watch_id="mine")
    await old.until(1)
    await new.until(1)
    await old.close()
    assert await told(new, shop) == ("progress", 1, 1)


async def test_unknown_namespace_is_not_found(shop: Backend) -> None:
    with pytest.raises(NotFound) as raised:
        await shop.watch.request_progress(StreamName(ANONYMOUS, "nowhere", "mine"))
    assert raised.value.reason is Reason.NAMESPACE_NOT_FOUND
