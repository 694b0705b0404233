"""Turns to come back, so that those who are sent away together do not return together."""

from vexil.server.clock import Clock


class Turns:
    """A queue that nobody stands in: everyone is told a time of their own, `per_second` of them.

    No turn is more than `longest` seconds away: after that they start over with the nearest, so that a crowd
    too large for it is spread over all of it, again and again. A turn that nobody comes for is forgotten when
    its time has passed.
    """

    def __init__(self, per_second: float, clock: Clock, longest: float = 60.0) -> None:
        self._pace = 1.0 / per_second
        self._clock = clock
        self._longest = longest
        self._next = 0.0

    def take(self, soonest: float = 0.0) -> float:
        """The seconds until a turn that nobody else was told, at least `soonest`."""
        now = self._clock.monotonic()
        if not now + soonest <= self._next <= now + self._longest:
            self._next = now + soonest
        turn = self._next
        self._next += self._pace
        return turn - now
