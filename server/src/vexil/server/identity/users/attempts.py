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
        self._pairs = Rate(0.1, 50.0, clock.monotonic)
        self._addresses = Rate(1.0, 20.0, clock.monotonic)
        self._names = Rate(1.0, 60.0, clock.monotonic)

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
