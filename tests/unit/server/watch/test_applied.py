"""When revisions were applied: laws of what a subscriber's reports add up to."""

import json
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vexil.core.resource import Revision
from vexil.server.watch.applied import AppliedTimes

KEPT = AppliedTimes.KEPT
notes = st.lists(st.tuples(st.integers(1, 2 * KEPT), st.integers(-1000, 1000)), max_size=4 * KEPT)


def noted(pairs: list[tuple[int, int]]) -> AppliedTimes:
    applied = AppliedTimes()
    for revision, at in pairs:
        applied.note(Revision(revision), at)
    return applied


@given(notes, st.randoms())
def test_reports_may_overtake_each_other_and_be_repeated(
    pairs: list[tuple[int, int]], random: Random
) -> None:
    shuffled = pairs + pairs[: len(pairs) // 2]
    random.shuffle(shuffled)
    assert list(noted(shuffled)) == list(noted(pairs))


@given(notes)
def test_newest_revisions_are_kept_each_with_its_first_time(pairs: list[tuple[int, int]]) -> None:
    first: dict[int, int] = {}
    for revision, at in pairs:
        first[revision] = min(at, first.get(revision, at))
    assert list(noted(pairs)) == sorted(first.items())[-KEPT:]
    assert noted(pairs).newest == max(first, default=0)


@given(notes, notes)
def test_joining_two_is_the_same_as_noting_both(
    some: list[tuple[int, int]], others: list[tuple[int, int]]
) -> None:
    joined = noted(some)
    joined.note_all(noted(others))
    assert list(joined) == list(noted(some + others))


@given(notes, st.booleans())
def test_what_is_newer_was_never_applied_sooner(pairs: list[tuple[int, int]], was_there: bool) -> None:
    applied = noted(pairs)
    times = [applied.at(Revision(each), was_there=was_there) for each in range(1, applied.newest + 1)]
    known = [at for at in times if at is not None]
    assert known == sorted(known)


@given(notes)
def test_unpacking_gives_what_was_packed_also_by_way_of_json(pairs: list[tuple[int, int]]) -> None:
    applied = noted(pairs)
    assert list(AppliedTimes.unpacked(json.loads(json.dumps(applied.packed())))) == list(applied)


@pytest.mark.parametrize("numbers", [[1], [5, -1, 0, 0], [1, 0, 3, 3], ["a", "b"], [1 << 70, 0], [1] * 200])
def test_what_never_was_packed_is_refused(numbers: list[int]) -> None:
    with pytest.raises((ValueError, TypeError, OverflowError)):
        AppliedTimes.unpacked(numbers)


def test_revision_that_was_passed_over_came_with_the_next() -> None:
    applied = noted([(2, 10), (5, 40)])
    assert applied.at(Revision(3), was_there=False) == 40
    assert applied.at(Revision(6), was_there=True) is None


def test_first_revision_of_one_who_came_later_says_nothing_about_how_long_it_took() -> None:
    applied = noted([(5, 40)])
    assert applied.at(Revision(5), was_there=False) is None
    assert applied.at(Revision(5), was_there=True) == 40
    assert applied.at(Revision(4), was_there=True) == 40


def test_time_of_a_revision_before_those_kept_is_not_known() -> None:
    applied = noted([(revision, revision) for revision in range(1, KEPT + 10)])
    assert applied.at(Revision(9), was_there=True) is None
    assert applied.at(Revision(10), was_there=True) == 10
