"""The shared history's bounds, the signal that wakes subscribers, and conflation."""

import asyncio
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from tests.support.backend import setting
from vexil.core.resource import Commit, Deleted, Revision, Version
from vexil.server.watch.conflation import merge
from vexil.server.watch.history import Event, History
from vexil.server.watch.signal import Signal
from vexil.v1.watch_pb2 import WatchResponse

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def event(revision: int, *keys: str, size: int = 10) -> Event:
    changes = tuple(Deleted(setting(key), Version(1), Revision(revision)) for key in keys)
    return Event(Commit("shop", Revision(revision), (), NOW), changes, (b"x" * size,))


def token(revision: Revision) -> bytes:
    return f"token-{revision}".encode()


def history(*revisions: int, max_events: int = 100, max_bytes: int = 10_000) -> History:
    made = History(Revision(0), max_events, max_bytes)
    for revision in revisions:
        made.append(event(revision))
    return made


def after(made: History, position: int) -> list[int]:
    return [each.revision for each in made.after(Revision(position))]


def test_what_comes_after_a_position_is_found_wherever_it_is() -> None:
    made = history(2, 5, 9)
    assert [after(made, position) for position in (0, 2, 3, 5, 8, 9, 12)] == [
        [2, 5, 9],
        [5, 9],
        [5, 9],
        [9],
        [9],
        [],
        [],
    ]
    assert [each and each.revision for each in map(made.next, map(Revision, (0, 2, 9)))] == [2, 5, None]


def test_oldest_goes_when_there_are_too_many_or_too_large() -> None:
    made = history(1, 2, 3, 4, max_events=3)
    assert (made.floor, after(made, 1)) == (1, [2, 3, 4])
    made = history(1, 2, 3, 4, max_bytes=25)
    assert (made.floor, after(made, 2)) == (2, [3, 4])


def test_newest_stays_however_large() -> None:
    made = History(Revision(0), 10, 5)
    made.append(event(1, size=1000))
    assert after(made, 0) == [1]


def test_past_is_put_in_front_only_where_it_fits() -> None:
    made = History(Revision(5), 3, 1000)
    made.append(event(6))
    assert made.prepend([event(3), event(4)], Revision(2))
    assert (made.floor, after(made, 2)) == (2, [3, 4, 6])
    assert not made.prepend([event(2)], Revision(1))
    assert made.floor == 2


def test_restart_forgets_the_past() -> None:
    made = history(1, 2)
    made.restart(Revision(9))
    assert (made.floor, made.head, after(made, 9)) == (9, 9, [])


@given(st.lists(st.integers(1, 50), unique=True), st.integers(1, 10), st.integers(0, 60))
def test_history_is_complete_above_its_floor(revisions: list[int], max_events: int, position: int) -> None:
    ordered = sorted(revisions)
    made = history(*ordered, max_events=max_events)
    position = max(position, made.floor)
    assert after(made, position) == [revision for revision in ordered if revision > position]


async def test_signal_wakes_everyone_and_a_timer_only_its_own() -> None:
    signal = Signal()
    patient = [asyncio.create_task(signal.wait(60)) for _ in range(3)]
    assert await signal.wait(0) is False
    signal.fire()
    assert await asyncio.gather(*patient) == [True, True, True]


async def test_cancelled_waiter_leaves_the_others_waiting() -> None:
    signal = Signal()
    leaving, staying = (asyncio.create_task(signal.wait(60)) for _ in range(2))
    await asyncio.sleep(0)
    leaving.cancel()
    await asyncio.gather(leaving, return_exceptions=True)
    assert not staying.done()
    signal.fire()
    assert await staying is True


def test_merged_events_keep_the_last_change_of_each_resource() -> None:
    merged = merge([event(2, "a", "b"), event(3, "b", "c"), event(7, "a")], token)
    assert [(change.id.key, change.revision) for change in merged.changes] == [("b", 3), ("c", 3), ("a", 7)]
    message = WatchResponse.FromString(merged.messages[-1])
    assert (message.revision, message.delta.first_revision, message.resume_token) == (7, 2, b"token-7")


def test_single_event_is_not_touched_by_merging() -> None:
    only = event(2, "a")
    assert merge([only], token) is only
