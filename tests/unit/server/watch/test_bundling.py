"""Several events as one: merged by conflation, or joined to one message."""

from collections.abc import AsyncIterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.events import NOW, event, parted, token
from vexil.server.watch.batching import batched, join_first
from vexil.server.watch.conflation import merge
from vexil.server.watch.encoding import MESSAGE_BUDGET
from vexil.server.watch.history import Event
from vexil.v1.watch_pb2 import WatchResponse


def read(made: Event) -> WatchResponse:
    [message] = made.messages
    return WatchResponse.FromString(message)


async def each(events: Sequence[Event]) -> AsyncIterator[Event]:
    for one in events:
        yield one


def test_merged_events_keep_the_last_change_of_each_resource() -> None:
    merged = merge([event(2, "a", "b"), event(3, "b", "c"), event(7, "a", note="last")], token)
    message = read(merged)
    assert [(change.id.key, change.deleted.revision) for change in message.delta.changes] == [
        ("b", 3),
        ("c", 3),
        ("a", 7),
    ]
    assert (message.revision, message.delta.first_revision, message.resume_token) == (7, 2, b"token-7")
    assert (message.delta.revision, message.delta.message) == (7, "last")
    assert message.delta.committed_at.ToDatetime(NOW.tzinfo) == NOW


def test_single_event_is_touched_neither_by_merging_nor_by_joining() -> None:
    only = event(2, "a")
    assert merge([only], token) is only
    assert join_first([only]) is only


@given(st.lists(st.integers(1, 2**62), min_size=2, max_size=5, unique=True))
def test_joined_events_are_the_same_deltas_in_one_message(revisions: list[int]) -> None:
    events = [event(revision, "a", "b") for revision in sorted(revisions)]
    joined = join_first(events)
    message = read(joined)
    assert list(message.deltas.deltas) == [read(one).delta for one in events]
    assert [delta.revision for delta in message.deltas.deltas] == sorted(revisions)
    assert (message.revision, message.resume_token) == (max(revisions), read(events[-1]).resume_token)
    assert joined.revision == max(revisions)


def test_joining_ends_at_the_budget_and_before_what_comes_in_parts() -> None:
    large = [event(revision, "a", note="x" * (MESSAGE_BUDGET // 3)) for revision in range(1, 6)]
    assert join_first(large).revision == 2
    assert join_first([event(1, "a"), event(2, "a"), parted(3)]).revision == 2
    assert join_first([parted(3), event(4, "a")]).revision == 3
    many = [event(revision, "a") for revision in range(1, 3000)]
    assert join_first(many).revision == len(read(join_first(many)).deltas.deltas) == 1024


async def test_what_is_read_from_the_log_comes_in_as_few_messages() -> None:
    events = [event(1, "a"), event(2, "a"), parted(3), event(4, "a"), event(5, "a"), event(6, "a")]
    assert [one.revision async for one in batched(each(events))] == [2, 3, 6]
    assert [one async for one in batched(each([]))] == []


@pytest.mark.parametrize("count", [1, 2, 300])
def test_delta_is_written_as_protobuf_writes_it(count: int) -> None:
    [message] = event(7, *(f"key-{i}" for i in range(count)), note="why").messages
    assert WatchResponse.FromString(message).SerializeToString() == message


def test_delta_that_is_too_large_comes_in_parts_of_which_only_the_last_may_be_applied() -> None:
    keys = [f"{i}{'x' * (MESSAGE_BUDGET // 3)}" for i in range(5)] + ["y" * (2 * MESSAGE_BUDGET), "z"]
    parts = [WatchResponse.FromString(message) for message in event(7, *keys).messages]
    assert [[change.id.key for change in part.delta.changes] for part in parts] == [
        keys[:2],
        keys[2:4],
        keys[4:5],
        keys[5:6],
        keys[6:],
    ]
    assert [part.delta.more for part in parts] == [True] * 4 + [False]
    assert [part.resume_token for part in parts] == [b""] * 4 + [b"token-7"]
    assert {(part.revision, part.delta.revision) for part in parts} == {(7, 7)}
