"""A clock that stands still until it is moved."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from vexil.server.clock import Clock

START = datetime(2026, 1, 1, 12, tzinfo=UTC)


@dataclass
class ManualClock:
    """Both times move together, by `advance`."""

    elapsed: float = 0.0
    clock: Clock = field(init=False)

    def __post_init__(self) -> None:
        self.clock = Clock(
            now=lambda: START + timedelta(seconds=self.elapsed), monotonic=lambda: self.elapsed
        )

    def advance(self, seconds: float) -> None:
        """Lets that much time pass."""
        self.elapsed += seconds
