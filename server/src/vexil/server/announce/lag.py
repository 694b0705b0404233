"""How far announcing is behind what was committed."""

from dataclasses import dataclass
from datetime import datetime

import structlog

from vexil.server.clock import Clock

BEHIND_SECONDS = 60.0
"""From then on the log says that announcing is behind, and once more in every such time."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Lag:
    """What waited when the announcer last looked: so many commits, the oldest made `seconds` ago.

    The commit's time is by the clock of the server that made it. Of more than 10 namespaces with something
    waiting, not all are looked at each time for the oldest.
    """

    waiting: int = 0
    seconds: float = 0.0


class LagWatch:
    """Keeps the newest `lag`, and logs when it grows large and when it is gone. `None`: another announces."""

    def __init__(self, destination: str, clock: Clock) -> None:
        self._destination = destination
        self._clock = clock
        self._said_at: float | None = None
        self.lag: Lag | None = None

    def looked(self, waiting: int, oldest: datetime) -> None:
        """So many commits wait, of which the oldest that was looked at was made then."""
        seconds = max(0.0, (self._clock.now() - oldest).total_seconds())
        self.lag = Lag(waiting, seconds)
        now = self._clock.monotonic()
        is_due = self._said_at is None or now - self._said_at >= BEHIND_SECONDS
        if seconds >= BEHIND_SECONDS and is_due:
            self._said_at = now
            _log.warning(
                "announcing_behind", destination=self._destination, waiting=waiting, seconds=round(seconds)
            )

    def caught_up(self) -> None:
        """Nothing waits."""
        self.lag = Lag()
        if self._said_at is not None:
            self._said_at = None
            _log.info("announcing_caught_up", destination=self._destination)

    def left_to_another(self) -> None:
        """It is for another announcer to know."""
        self.lag = None
        self._said_at = None
