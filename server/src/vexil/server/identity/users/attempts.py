"""How often somebody may try to log in."""

from vexil.core.errors import LimitExceeded, Reason
from vexil.server.clock import Clock
from vexil.server.limits.rate import Rate


class Attempts:
    """Limits guesses in each process: from one address, of one name from one address, and of one name.

    Whoever is beyond one of them does not count for those after it: one address alone, which has its own
    limit, can't use up that of a name, and so lock somebody else out by guessing.
    """

    def __init__(self, clock: Clock) -> None:
        self._pairs = _rate(clock, at_once=5, then_every=10.0)
        self._addresses = _rate(clock, at_once=20, then_every=1.0)
        self._names = _rate(clock, at_once=60, then_every=1.0)

    def require(self, name: str, address: str) -> None:
        """Counts a try; `name` empty: of a token, not of a name.

        Raises LimitExceeded (RATE_LIMITED) with the time to come back.
        """
        wait = self._addresses.take(address)
        if name:
            wait = wait or self._pairs.take(f"{address} {name}") or self._names.take(name)
        if wait > 0.0:
            raise LimitExceeded(
                "there were too many tries; come back later", reason=Reason.RATE_LIMITED, retry_after=wait
            )


def _rate(clock: Clock, *, at_once: int, then_every: float) -> Rate:
    """So many tries at once, and after them one in `then_every` seconds."""
    return Rate(1.0 / then_every, at_once * then_every, clock.monotonic)
