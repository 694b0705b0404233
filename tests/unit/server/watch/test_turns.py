from hypothesis import given
from hypothesis import strategies as st

from tests.support.clock import ManualClock
from vexil.server.watch.turns import Turns


def test_turns_follow_each_other_at_the_rate() -> None:
    turns = Turns(10, ManualClock().clock)
    assert [round(turns.take(0.5), 9) for _ in range(4)] == [0.5, 0.6, 0.7, 0.8]


def test_turns_that_nobody_came_for_are_forgotten() -> None:
    time = ManualClock()
    turns = Turns(10, time.clock)
    for _ in range(20):
        turns.take()
    time.advance(1.5)
    assert round(turns.take(), 9) == 0.5
    time.advance(100)
    assert turns.take() == 0.0


def test_turns_start_over_where_a_crowd_is_too_large() -> None:
    turns = Turns(10, ManualClock().clock, longest=1.0)
    taken = [round(turns.take(0.5), 9) for _ in range(13)]
    assert taken[:6] == [0.5, 0.6, 0.7, 0.8, 0.9, 1.0]
    assert taken[6:12] == taken[:6]


@given(
    st.floats(0.1, 1e5),
    st.floats(1, 600),
    st.lists(st.tuples(st.floats(0, 100), st.floats(0, 1)), max_size=200),
)
def test_turn_is_never_sooner_than_asked_nor_later_than_the_longest(
    rate: float, longest: float, takers: list[tuple[float, float]]
) -> None:
    time = ManualClock()
    turns = Turns(rate, time.clock, longest)
    for pause, soonest in takers:
        time.advance(pause)
        assert soonest - 1e-9 <= turns.take(soonest) <= longest + 1e-9
