"""The shared history's bounds."""

from hypothesis import given
from hypothesis import strategies as st

from vexil.core.resource import Revision
from vexil.server.watch.history import Event, History


def event(revision: int, size: int = 10) -> Event:
    return Event(Revision(revision), (b"x" * size,))


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
