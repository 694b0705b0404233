"""A budget of memory."""

import os
from collections.abc import Callable
from pathlib import Path

from vexil.core.errors import LimitExceeded

_LOOK_SECONDS = 0.25
_RETRY_SECONDS = 1.0
_STATM = Path("/proc/self/statm")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


class MemoryBudget:
    """Refuses what comes while the process takes `budget` bytes or more; it looks four times a second."""

    def __init__(
        self, budget: int, monotonic: Callable[[], float], resident: Callable[[], int] | None = None
    ) -> None:
        """`resident` is the process's memory in bytes; by default what Linux says."""
        self._budget = budget
        self._monotonic = monotonic
        self._resident = resident or resident_bytes
        self._look_at = 0.0
        self._spent = False

    def require_room(self) -> None:
        """Raises LimitExceeded while there is none."""
        now = self._monotonic()
        if now >= self._look_at:
            self._look_at = now + _LOOK_SECONDS
            self._spent = self._resident() >= self._budget
        if self._spent:
            raise LimitExceeded("the server's memory is used up for now", retry_after=_RETRY_SECONDS)


def resident_bytes() -> int:
    """What this process has in memory; 0 where the system does not say."""
    try:
        return int(_STATM.read_text().split()[1]) * _PAGE_BYTES
    except OSError:
        return 0
