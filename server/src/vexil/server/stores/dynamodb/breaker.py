"""A circuit breaker: while DynamoDB does not answer, callers are told at once instead of after a time-out."""

from collections.abc import Callable

FAILURES = 5
"""Calls in a row without an answer after which the circuit opens."""

REST = 1.0
"""Seconds for which it stays open; then one call at a time tries."""


class CircuitBreaker:
    """Counts calls in a row that got no answer. Used from one event loop; `monotonic` in seconds.

    Closed, every call passes. Open, none does for `REST` seconds; then a single one, whose outcome decides.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._failures = 0
        self._retry_at = 0.0

    def admit(self) -> bool:
        """Whether a call may be made now; the one that tries again postpones the next."""
        if self._failures < FAILURES:
            return True
        now = self._monotonic()
        if now < self._retry_at:
            return False
        self._retry_at = now + REST
        return True

    def succeeded(self) -> None:
        """A call was answered, be it with a refusal."""
        self._failures = 0

    def failed(self) -> None:
        """A call got no answer."""
        self._failures += 1
        self._retry_at = self._monotonic() + REST
