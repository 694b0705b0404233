"""How far a store in memory was announced."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from vexil.core.resource import Revision
from vexil.server.clock import Clock
from vexil.server.stores.refusals import closed


class MemoryMarks:
    """`Marks` that live as long as the process, as its log does."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._marks: dict[str, Revision] = {}
        self._claim: tuple[str, datetime] | None = None
        self._closed = False

    async def marks(self) -> Mapping[str, Revision]:
        """The newest announced revision of each namespace."""
        self._require_open()
        return dict(self._marks)

    async def mark(self, namespace: str, revision: Revision) -> None:
        """Moves a namespace's mark."""
        self._require_open()
        self._marks[namespace] = max(revision, self._marks.get(namespace, revision))

    async def claim(self, holder: str, seconds: float) -> bool:
        """Whether `holder` alone should announce."""
        self._require_open()
        now = self._clock.now()
        if self._claim is not None and self._claim[0] != holder and self._claim[1] > now:
            return False
        self._claim = holder, now + timedelta(seconds=seconds)
        return True

    async def release(self, holder: str) -> None:
        """Lets others announce."""
        self._require_open()
        if self._claim is not None and self._claim[0] == holder:
            self._claim = None

    async def close(self) -> None:
        """Refuses later calls."""
        self._closed = True

    def _require_open(self) -> None:
        if self._closed:
            raise closed()
