"""Taking commits in when there is time, and before anybody looks."""

import asyncio
from collections.abc import Sequence
from itertools import pairwise

import pytest

from tests.support.backend import Backend, backend
from tests.support.watcher import held_of, watch
from vexil.core.resource import ResourceChange, Revision
from vexil.core.selector import Selector
from vexil.server.watch import group as group_module
from vexil.server.watch.encoding import encode_change, encode_delta
from vexil.server.watch.group import Group
from vexil.server.watch.history import Event, History
from vexil.server.watch.service import FromNow, FromRevision
from vexil.v1 import watch_pb2


def watch_messages(events: Sequence[Event]) -> list[watch_pb2.WatchResponse]:
    return [watch_pb2.WatchResponse.FromString(message) for event in events for message in event.messages]


class Counted:
    """Counts what groups encode."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.count = 0
        whole = Group.event

        def event(group: Group, *what: object) -> Event | None:
            self.count += 1
            return whole(group, *what)  # type: ignore[arg-type]

        patch.setattr(Group, "event", event)


async def test_commit_for_many_selections_is_encoded_some_in_each_turn(
    shop: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    watchers = [watch(shop, Selector(prefix="color"), Selector(key=f"key-{i}")) for i in range(100)]
    await asyncio.gather(*(each.until(1) for each in watchers))
    encoded = Counted(monkeypatch)
    await shop.set(color="red")
    counts = [encoded.count]
    while encoded.count < 100:
        await asyncio.sleep(0)
        counts.append(encoded.count)
    assert max(after - before for before, after in pairwise(counts)) <= 32
    for watcher in watchers:
        assert (await watcher.next()).revision == 2


async def test_large_commit_is_encoded_some_changes_in_each_turn_and_seen_as_a_whole(
    shop: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    watcher = watch(shop)
    await watcher.until(1)
    [group] = shop.hub.groups()
    encoded: list[ResourceChange] = []

    def encode(change: ResourceChange) -> bytes:
        encoded.append(change)
        return encode_change(change)

    monkeypatch.setattr(group_module, "encode_change", encode)
    await shop.set(**{f"key-{i}": str(i) for i in range(1000)})
    counts = [len(encoded)]
    while len(encoded) < 1000:
        assert group._history.head == 1
        await asyncio.sleep(0)
        counts.append(len(encoded))
    assert max(after - before for before, after in pairwise(counts)) <= 128
    assert (await watcher.next()).revision == 2
    assert watcher.held == held_of(shop.view())


async def test_look_at_a_large_commit_that_is_half_encoded_shows_all_of_it(shop: Backend) -> None:
    watcher = watch(shop)
    await watcher.until(1)
    [group] = shop.hub.groups()
    await shop.set(**{f"key-{i}": str(i) for i in range(1000)})
    await shop.set(color="red")
    await asyncio.sleep(0)
    assert group._history.head == 1
    assert (group.history.head, [event.revision for event in group.history.after(Revision(1))]) == (3, [2, 3])
    large, small = watch_messages(group.history.after(Revision(1)))
    assert (len(large.delta.changes), len(small.delta.changes)) == (1000, 1)


async def test_whoever_looks_finds_everything_that_was_published(shop: Backend) -> None:
    watcher = watch(shop)
    await watcher.until(1)
    [group] = shop.hub.groups()
    await shop.set(color="red")
    await shop.set(color="blue")
    assert (group.history.head, [event.revision for event in group.history.after(Revision(1))]) == (3, [2, 3])


async def test_stream_that_starts_now_hears_nothing_older(shop: Backend) -> None:
    early = watch(shop)
    await early.until(1)
    await shop.set(color="red")
    late = watch(shop, start=FromNow())
    message = await late.next()
    assert (message.WhichOneof("event"), message.revision) == ("progress", 2)
    await shop.set(color="blue")
    assert (await late.next()).revision == 3


async def test_what_could_not_be_encoded_is_not_left_out(
    shop: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stream ends with an error rather than to go on without a commit."""
    watcher = watch(shop)
    await watcher.until(1)
    reading = asyncio.create_task(watcher.next())
    await asyncio.sleep(0)

    def fail(*_: object) -> tuple[bytes, ...]:
        raise ArithmeticError

    reported: list[BaseException] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: reported.append(context["exception"]))
    monkeypatch.setattr(group_module, "encode_delta", fail)
    await shop.set(color="red")
    with pytest.raises(ArithmeticError):
        await reading
    assert [type(error) for error in reported] == [ArithmeticError]
    monkeypatch.setattr(group_module, "encode_delta", encode_delta)
    again = watch(shop, start=FromRevision(Revision(1)))
    assert (await again.next()).revision == 2
    assert again.held == held_of(shop.view())


async def test_bookmark_never_names_what_was_not_taken_in() -> None:
    async with backend() as shop:
        watcher = watch(shop, Selector(key="color"), progress_interval=0.01)
        await watcher.until(1)
        for i in range(20):
            await shop.set(size=str(i))
            if i % 5 == 0:
                await shop.set(color=str(i))
            message = await watcher.next()
            while message.HasField("delta"):
                message = await watcher.next()
            assert watcher.held == held_of(shop.view(), Selector(key="color"))


def test_newest_event_is_known() -> None:
    history = History(Revision(0), 10, 1000)
    assert history.newest is None
    history.append(Event(Revision(3), (b"x",)))
    assert history.newest is history.next(Revision(2))
