"""The circuit breaker: open after failures in a row, tried once in a while, closed by an answer."""

from tests.support.clock import ManualClock
from vexil.server.stores.dynamodb.breaker import FAILURES, REST, CircuitBreaker


def test_breaker_opens_after_failures_in_a_row_only() -> None:
    breaker = CircuitBreaker(ManualClock().clock.monotonic)
    for _ in range(3):
        for _ in range(FAILURES - 1):
            assert breaker.admit()
            breaker.failed()
        assert breaker.admit()
        breaker.succeeded()
    for _ in range(FAILURES):
        assert breaker.admit()
        breaker.failed()
    assert not breaker.admit()


def test_open_breaker_lets_one_call_try_after_each_rest() -> None:
    time = ManualClock()
    breaker = CircuitBreaker(time.clock.monotonic)
    for _ in range(FAILURES):
        breaker.failed()
    for _ in range(3):
        time.advance(REST)
        assert breaker.admit()
        assert not breaker.admit()
        breaker.failed()
        assert not breaker.admit()


def test_answer_closes_the_breaker() -> None:
    time = ManualClock()
    breaker = CircuitBreaker(time.clock.monotonic)
    for _ in range(FAILURES):
        breaker.failed()
    time.advance(REST)
    assert breaker.admit()
    breaker.succeeded()
    assert breaker.admit()
    assert breaker.admit()
