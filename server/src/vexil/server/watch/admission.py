"""Who may open a stream now: so many at once for each principal, and so many new ones per second for all."""

from collections import Counter
from contextlib import AbstractContextManager
from dataclasses import dataclass

from vexil.core.errors import LimitExceeded, Reason
from vexil.server.clock import Clock
from vexil.server.watch.turns import Turns

_FULL_SECONDS = 5.0
"""What a principal with too many streams waits at least: some of them have to end first."""

_ROUNDING = 1e-6
"""Of a stream: who comes exactly in time is not sent away for an error in the last digit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdmissionLimits:
    """What one process takes: open streams of one principal, new streams per second, and those at once."""

    streams_per_principal: int = 10_000
    new_per_second: float = 1000.0
    burst: int = 2000


class Admission:
    """Takes streams in, or tells them when to come back.

    New streams are limited by a token bucket. Who finds it empty is told when there will be room, counting
    all who were told before: that costs little, and spreads a fleet which comes back at once. No room is kept
    for those who are told to come: who comes when there is some is taken in.
    """

    def __init__(self, limits: AdmissionLimits, clock: Clock) -> None:
        self._limits = limits
        self._clock = clock
        self._open: Counter[str] = Counter()
        self._room = float(limits.burst)
        self._at = clock.monotonic()
        self._turns = Turns(limits.new_per_second, clock)
        self._turns_when_full = Turns(limits.new_per_second, clock)

    def admitted(self, principal: str) -> AbstractContextManager[None]:
        """Counts a stream as the principal's while inside.

        Raises LimitExceeded (TOO_MANY_STREAMS with the `limit`, RATE_LIMITED), with the time to come back.
        """
        self._require_fewer(principal)
        self._take_room()
        return _Admitted(self._open, principal)

    def _require_fewer(self, principal: str) -> None:
        limit = self._limits.streams_per_principal
        if self._open[principal] >= limit:
            raise LimitExceeded(
                f"{principal} has {limit} streams open here, which is as many as it may",
                reason=Reason.TOO_MANY_STREAMS,
                metadata={"limit": str(limit)},
                retry_after=self._turns_when_full.take(_FULL_SECONDS),
            )

    def _take_room(self) -> None:
        rate, now = self._limits.new_per_second, self._clock.monotonic()
        self._room = min(self._room + (now - self._at) * rate, float(self._limits.burst))
        self._at = now
        if self._room < 1.0 - _ROUNDING:
            raise LimitExceeded(
                "more streams are opened at once than this server takes",
                reason=Reason.RATE_LIMITED,
                retry_after=self._turns.take((1.0 - self._room) / rate),
            )
        self._room -= 1.0


class _Admitted(AbstractContextManager[None]):
    """One stream of a principal; a generator would take several times the memory, for each stream."""

    __slots__ = ("_open", "_principal")

    def __init__(self, open_streams: Counter[str], principal: str) -> None:
        self._open = open_streams
        self._principal = principal

    def __enter__(self) -> None:
        self._open[self._principal] += 1

    def __exit__(self, *_exception: object) -> None:
        self._open[self._principal] -= 1
        if not self._open[self._principal]:
            del self._open[self._principal]
