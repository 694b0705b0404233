from hypothesis import given
from hypothesis import strategies as st

from vexil.client.replica.backoff import Backoff, BackoffPolicy

DRAWS = st.floats(0, 1, exclude_max=True)
HINTS = st.none() | st.floats(0, 600)


@given(st.lists(st.tuples(DRAWS, HINTS), max_size=100))
def test_pause_is_never_below_the_floor_nor_below_the_hint(
    attempts: list[tuple[float, float | None]],
) -> None:
    policy = BackoffPolicy()
    for draw, hint in attempts:
        pause = Backoff(policy, lambda draw=draw: draw).next(hint)  # type: ignore[misc]
        assert pause >= max(policy.floor, hint or 0.0)


@given(st.lists(DRAWS, min_size=1, max_size=2000))
def test_pause_without_a_hint_is_at_most_the_maximum(draws: list[float]) -> None:
    left = iter(draws)
    backoff = Backoff(BackoffPolicy(maximum=30), lambda: next(left))
    assert all(0.1 <= backoff.next() <= 30 for _ in draws)


def test_pauses_are_drawn_from_a_range_that_doubles() -> None:
    backoff = Backoff(BackoffPolicy(initial=1.0, maximum=8.0), lambda: 0.999)
    assert [round(backoff.next()) for _ in range(6)] == [1, 2, 4, 8, 8, 8]


def test_reset_begins_again() -> None:
    backoff = Backoff(BackoffPolicy(initial=1.0), lambda: 0.999)
    for _ in range(5):
        backoff.next()
    backoff.reset()
    assert backoff.next() < 1.0


def test_hint_is_lengthened_by_jitter_only() -> None:
    assert Backoff(BackoffPolicy(), lambda: 0.0).next(10.0) == 10.0
    assert Backoff(BackoffPolicy(), lambda: 0.5).next(10.0) == 15.0
