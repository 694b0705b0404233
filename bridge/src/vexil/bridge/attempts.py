"""A call that is tried twice at most, the second time before the first has failed for good."""

import time
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Any, Protocol

import grpc

from vexil.bridge.budget import Budget
from vexil.bridge.failure import Failure, failure_of

_AGAIN = frozenset(
    {
        grpc.StatusCode.UNAVAILABLE,
        grpc.StatusCode.DEADLINE_EXCEEDED,
        grpc.StatusCode.CANCELLED,
        grpc.StatusCode.UNKNOWN,
        grpc.StatusCode.INTERNAL,
    }
)
"""What another attempt may get around. An invalid key or a full quota are as they are."""


class Attempt(Protocol):
    """A call under way, as gRPC's futures are."""

    def add_done_callback(self, callback: Callable[[Any], None]) -> None:
        """Calls back once it is over, from any thread."""
        ...

    def cancel(self) -> bool:
        """Gives it up."""
        ...

    def code(self) -> grpc.StatusCode:
        """How it ended."""
        ...

    def result(self, timeout: float | None = None) -> Any:
        """The answer."""
        ...


Start = Callable[[int, float], Attempt]
"""Begins the attempt of that number, 0 or 1, which may take so many seconds."""


def answer(start: Start, budget: Budget, *, longest: float, hedge_after: float) -> Any | Failure:
    """The first good answer, or, where there is none, how the attempt that failed first did.

    The second attempt sets out when the first has said nothing for `hedge_after` seconds, or has failed in a
    way that may pass. That one has failed does not end the other. An answer that says no, such as NOT_FOUND,
    is one. Each attempt may take `longest`.
    """
    if budget.left <= 0.0:
        return Failure("DEADLINE_EXCEEDED", "no time is left", unwell=True)
    over: SimpleQueue[Attempt] = SimpleQueue()
    under_way: list[Attempt] = []

    def begin(number: int) -> None:
        attempt = start(number, min(longest, budget.left))
        under_way.append(attempt)
        attempt.add_done_callback(over.put)

    begin(0)
    again = True
    hedge_at = time.monotonic() + hedge_after
    failure: Failure | None = None
    try:
        while under_way:
            wait = budget.left
            if again:
                wait = min(wait, max(hedge_at - time.monotonic(), 0.0))
            try:
                attempt = over.get(timeout=wait)
            except Empty:
                if budget.left <= 0.0:
                    break
            else:
                under_way.remove(attempt)
                if attempt.code() is grpc.StatusCode.OK:
                    return attempt.result()
                failed = failure_of(attempt)
                if not failed.unwell:
                    return failed
                failure = failure or failed
                again = again and attempt.code() in _AGAIN
            if again:
                again = False
                begin(1)
        return failure or Failure("DEADLINE_EXCEEDED", "the time is up", unwell=True)
    finally:
        for attempt in under_way:
            attempt.cancel()
