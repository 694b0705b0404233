"""How long an event may still take."""

import time
from collections.abc import Callable
from typing import Protocol

MARGIN = 0.25
"""Seconds of the function's own limit that are left for answering."""

Clock = Callable[[], float]
"""Seconds since some moment, never going back."""


class LambdaContext(Protocol):
    """What Lambda says about an invocation, as far as it matters here."""

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until Lambda ends the invocation."""
        ...


class Budget:
    """So many seconds from now on, but no more than Lambda leaves: its limit less a margin."""

    def __init__(
        self, seconds: float, context: LambdaContext | None = None, clock: Clock = time.monotonic
    ) -> None:
        if context is not None:
            seconds = min(seconds, context.get_remaining_time_in_millis() / 1000 - MARGIN)
        self._clock = clock
        self._start = clock()
        self._end = self._start + seconds

    @property
    def left(self) -> float:
        """Seconds that are left, never below zero."""
        return max(self._end - self._clock(), 0.0)

    @property
    def used(self) -> float:
        """Seconds since the beginning."""
        return self._clock() - self._start
