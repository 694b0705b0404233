"""How often somebody may try to log in."""

from vexil.core.errors import LimitExceeded, Reason
from vexil.server.clock import Clock
from vexil.server.limits.rate import Rate


class Attempts:
    """Limits guesses in each process: of one name from one address, from one address, and of one name.

    The last is the most generous, so that nobody can lock somebody else out by guessing.
    """

    def __init__(self, clock: Clock) -> None:
        self._pairs = Rate(0.1, 50.0, clock.monotonic)
        self._addresses = Rate(1.0, 20.0, clock.monotonic)
        self._names = Rate(1.0, 60.0, clock.monotonic)

    def require(self, name: str, peer: str) -> None:
        """Counts a try. Raises LimitExceeded (RATE_LIMITED) with the time to come back."""
        address, _, _ = peer.rpartition(":")
        waits = (
            self._addresses.take(address),
            self._pairs.take(f"{address} {name}") if name else 0.0,
            self._names.take(name) if name else 0.0,
        )
        if (wait := max(waits)) > 0.0:
            raise LimitExceeded(
                "there were too many tries; come back later", reason=Reason.RATE_LIMITED, retry_after=wait
            )
