import pytest
from hypothesis import given
from hypothesis import strategies as st

from vexil.server.limits.rate import Rate


class Seconds:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


def test_burst_passes_and_the_next_is_told_when_to_come(seconds: Seconds) -> None:
    rate = Rate(10.0, 2.0, seconds)
    assert [rate.take("a") for _ in range(20)] == [0.0] * 20
    wait = rate.take("a")
    assert 0.0 < wait < 0.11
    seconds.now += wait
    assert rate.take("a") == 0.0


def test_callers_do_not_take_from_each_other(seconds: Seconds) -> None:
    rate = Rate(1.0, 1.0, seconds)
    assert rate.take("a") == 0.0
    assert rate.take("a") > 0.0
    assert rate.take("b") == 0.0


def test_refused_request_costs_nothing(seconds: Seconds) -> None:
    rate = Rate(1.0, 1.0, seconds)
    rate.take("a")
    waits = {rate.take("a") for _ in range(100)}
    assert len(waits) == 1


def test_request_larger_than_the_bucket_passes_and_is_paid_for_afterwards(seconds: Seconds) -> None:
    rate = Rate(1000.0, 2.0, seconds)
    assert rate.take("a", 10_000) == 0.0
    assert rate.take("a", 1) == pytest.approx(8.0, abs=0.01)


def test_callers_that_are_quiet_are_forgotten(seconds: Seconds) -> None:
    rate = Rate(1.0, 1.0, seconds, most=10)
    for i in range(10):
        rate.take(f"caller-{i}")
    seconds.now += 60.0
    rate.take("new")
    assert len(rate._full_at) == 1


def test_more_callers_than_are_remembered_share_one_bucket(seconds: Seconds) -> None:
    rate = Rate(1.0, 1.0, seconds, most=10)
    taken = [rate.take(f"caller-{i}") for i in range(1000)]
    assert taken.count(0.0) == 11
    assert len(rate._full_at) == 11


@given(
    per_second=st.floats(0.1, 1000),
    burst=st.floats(0.1, 10),
    pauses=st.lists(st.floats(0, 1), min_size=1, max_size=100),
)
def test_no_more_pass_than_the_rate_and_one_burst_allow(
    per_second: float, burst: float, pauses: list[float]
) -> None:
    seconds = Seconds()
    rate = Rate(per_second, burst, seconds)
    began, passed = seconds.now, 0
    for pause in pauses:
        seconds.now += pause
        passed += rate.take("a") == 0.0
    assert passed <= (seconds.now - began + burst) * per_second + 1 + 1e-6
