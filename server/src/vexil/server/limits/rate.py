"""A rate for each of many callers."""

from collections.abc import Callable

_MOST_CALLERS = 65_536
_OTHERS = "\0others"
"""Whom all share that come while so many are remembered."""

_ROUNDING = 0.001
"""Seconds: who comes exactly in time is not sent away for an error in the last digit."""


class Rate:
    """Token buckets of `burst` seconds' worth of `per_second`, one for each caller, as a single number each.

    The number is the time at which the bucket is full again (the generic cell rate algorithm, ITU-T I.371).
    Whoever is not in debt beyond the burst is let in, whatever it costs: so a request larger than a bucket
    passes too, and is paid for by those after it. A caller whose bucket is full is forgotten, and of those
    remembered there are at most `most` callers, so the memory is bounded.
    """

    def __init__(
        self,
        per_second: float,
        burst: float,
        monotonic: Callable[[], float],
        most: int = _MOST_CALLERS,
    ) -> None:
        self._cost = 1.0 / per_second
        self._burst = burst
        self._monotonic = monotonic
        self._most = most
        self._full_at: dict[str, float] = {}
        self._sweep_at = 0.0

    def take(self, caller: str, amount: float = 1.0) -> float:
        """Lets the caller in, and is 0; or else the seconds after which to come back."""
        now = self._monotonic()
        full_at = self._full_at
        full = full_at.get(caller)
        if full is None:
            if len(full_at) >= self._most:
                full_at = self._swept(now)
                if len(full_at) >= self._most:
                    caller = _OTHERS
            full = full_at.get(caller, now)
        debt = full - now
        if debt >= self._burst:
            return debt - self._burst + _ROUNDING
        full_at[caller] = (full if debt > 0.0 else now) + amount * self._cost
        return 0.0

    def _swept(self, now: float) -> dict[str, float]:
        """The buckets without full ones; at most once a second, for it looks at all."""
        if now >= self._sweep_at:
            self._full_at = {caller: full for caller, full in self._full_at.items() if full > now}
            self._sweep_at = now + 1.0
        return self._full_at
