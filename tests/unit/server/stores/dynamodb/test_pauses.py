"""Pauses between looks: they grow to the longest while nothing happens, and snap back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vexil.server.stores.dynamodb.pauses import Pauses


def test_pauses_grow_to_the_longest_while_nothing_happens_and_snap_back() -> None:
    pauses = Pauses(0.05, 1.0)
    grown = [pauses.after_nothing() for _ in range(9)]
    assert grown == pytest.approx([*(0.05 * 1.5**times for times in range(1, 8)), 1.0, 1.0])
    assert pauses.after_news() == 0.05
    assert pauses.after_nothing() == pytest.approx(0.075)


def test_pause_after_a_failure_is_the_longest() -> None:
    pauses = Pauses(0.05, 1.0)
    assert pauses.after_failure() == 1.0
    assert pauses.after_nothing() == 1.0


@given(st.lists(st.sampled_from(["news", "nothing", "failure"])))
def test_pauses_stay_within_their_bounds(happened: list[str]) -> None:
    pauses = Pauses(0.05, 1.0)
    for what in happened:
        assert 0.05 <= getattr(pauses, f"after_{what}")() <= 1.0
