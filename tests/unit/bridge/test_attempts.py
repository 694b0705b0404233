"""Two attempts at a call."""

import time
from collections.abc import Callable
from typing import Any

import grpc
import pytest

from vexil.bridge.attempts import answer
from vexil.bridge.budget import Budget, Clock
from vexil.bridge.failure import Failure

LONG = 60.0
OK = grpc.StatusCode.OK


class Attempt:
    """A call that ends when it is told to."""

    def __init__(self, code: grpc.StatusCode | None = None) -> None:
        self.ended = code
        self.cancelled = False
        self._callbacks: list[Callable[[Any], None]] = []

    def add_done_callback(self, callback: Callable[[Any], None]) -> None:
        self._callbacks.append(callback)
        if self.ended is not None:
            callback(self)

    def end(self, code: grpc.StatusCode) -> None:
        self.ended = code
        for callback in self._callbacks:
            callback(self)

    def cancel(self) -> bool:
        self.cancelled = True
        return True

    def code(self) -> grpc.StatusCode:
        assert self.ended is not None
        return self.ended

    def result(self, timeout: float | None = None) -> str:
        return f"the answer of {id(self)}"

    def trailing_metadata(self) -> None:
        return None


def ask(
    *attempts: Attempt, hedge_after: float = LONG, budget: float = LONG, clock: Clock = time.monotonic
) -> tuple[Any, int]:
    """What comes of them, and how many were begun."""
    begun: list[Attempt] = []

    def start(number: int, timeout: float) -> Attempt:
        assert number == len(begun)
        assert 0.0 < timeout <= LONG
        begun.append(attempts[number])
        return attempts[number]

    return answer(start, Budget(budget, clock=clock), longest=LONG, hedge_after=hedge_after), len(begun)


def test_first_answer_is_taken_and_nothing_else_is_asked() -> None:
    first = Attempt(OK)

    assert ask(first) == (first.result(), 1)


def test_silence_sends_a_second_attempt_whose_answer_counts() -> None:
    first, second = Attempt(), Attempt(OK)

    assert ask(first, second, hedge_after=0.001) == (second.result(), 2)
    assert first.cancelled


def test_first_attempt_may_still_answer_after_the_second_has_set_out() -> None:
    first, second = Attempt(), Attempt()
    second.add_done_callback = lambda callback: first.end(OK)  # type: ignore[method-assign]

    assert ask(first, second, hedge_after=0.001) == (first.result(), 2)
    assert second.cancelled


def test_failure_that_may_pass_sends_the_second_attempt_at_once() -> None:
    second = Attempt(OK)

    assert ask(Attempt(grpc.StatusCode.UNAVAILABLE), second) == (second.result(), 2)


def test_failure_of_both_is_called_what_the_first_said() -> None:
    found, begun = ask(Attempt(grpc.StatusCode.UNAVAILABLE), Attempt(grpc.StatusCode.DEADLINE_EXCEEDED))

    assert (found.name, found.unwell, begun) == ("UNAVAILABLE", True, 2)


@pytest.mark.parametrize("code", [grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.RESOURCE_EXHAUSTED])
def test_failure_that_does_not_pass_is_not_tried_again(code: grpc.StatusCode) -> None:
    found, begun = ask(Attempt(code))

    assert (found.name, found.unwell, begun) == (code.name, True, 1)


@pytest.mark.parametrize("code", [grpc.StatusCode.RESOURCE_EXHAUSTED, grpc.StatusCode.UNAVAILABLE])
def test_failure_of_the_second_leaves_the_first_its_time(code: grpc.StatusCode) -> None:
    first, second = Attempt(), Attempt()

    def fail_before_the_first_answers(callback: Callable[[Any], None]) -> None:
        second.ended = code
        callback(second)
        first.end(OK)

    second.add_done_callback = fail_before_the_first_answers  # type: ignore[method-assign]

    assert ask(first, second, hedge_after=0.001) == (first.result(), 2)
    assert not first.cancelled


@pytest.mark.parametrize("code", [grpc.StatusCode.NOT_FOUND, grpc.StatusCode.FAILED_PRECONDITION])
def test_answer_that_says_no_is_one(code: grpc.StatusCode) -> None:
    found, begun = ask(Attempt(code))

    assert (found.name, found.unwell, begun) == (code.name, False, 1)


def test_budget_ends_it_all() -> None:
    first, second, seconds = Attempt(), Attempt(), [0.0]
    second.add_done_callback = lambda callback: seconds.append(LONG)  # type: ignore[method-assign]
    found, begun = ask(first, second, hedge_after=0.001, clock=lambda: seconds[-1])

    assert (found.name, begun) == ("DEADLINE_EXCEEDED", 2)
    assert first.cancelled
    assert second.cancelled


def test_without_time_nothing_is_begun() -> None:
    found, begun = ask(budget=0.0)

    assert isinstance(found, Failure)
    assert begun == 0
