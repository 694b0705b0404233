"""The recent past of one selection, encoded: what subscribers are positions in."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from vexil.core.resource import Revision


@dataclass(frozen=True, slots=True)
class Event:
    """What one commit, or several that lead to `revision`, mean for a selection: the messages that say so."""

    revision: Revision
    messages: tuple[bytes, ...]

    @property
    def size(self) -> int:
        """The messages' bytes."""
        return sum(map(len, self.messages))


class History:
    """Events in revision order, bounded by number and by bytes.

    It is complete above `floor` and up to `head`: a subscriber whose position is not below the floor finds
    all that it needs here. The newest event is kept whatever its size.
    """

    def __init__(self, head: Revision, max_events: int, max_bytes: int) -> None:
        self.floor = head
        self.head = head
        self._max_events = max_events
        self._max_bytes = max_bytes
        self._events: list[Event] = []
        self._bytes = 0

    def after(self, position: Revision) -> Sequence[Event]:
        """The events above a position that is not below the floor, oldest first."""
        if not self._events or self._events[-1].revision <= position:
            return ()
        return self._events[bisect_right(self._events, position, key=_revision) :]

    def next(self, position: Revision) -> Event | None:
        """The first event above a position that is not below the floor."""
        events = self._events
        if not events or events[-1].revision <= position:
            return None
        if len(events) == 1 or events[-2].revision <= position:  # nearly always
            return events[-1]
        return events[bisect_right(events, position, key=_revision)]

    @property
    def newest(self) -> Event | None:
        """The last event, if there is one."""
        return self._events[-1] if self._events else None

    def append(self, event: Event) -> None:
        """Adds the newest event, and forgets the oldest where there is no more room."""
        self._events.append(event)
        self._bytes += event.size
        self.head = event.revision
        while len(self._events) > 1 and self._full():
            oldest = self._events.pop(0)
            self._bytes -= oldest.size
            self.floor = oldest.revision

    def prepend(self, events: Sequence[Event], floor: Revision) -> bool:
        """Puts what was before the floor in front; False where there is no room for it."""
        size = sum(event.size for event in events)
        fits = self.has_room(len(events), size)
        if fits:
            self._events[:0] = events
            self._bytes += size
            self.floor = floor
        return fits

    def has_room(self, events: int, size: int) -> bool:
        """Whether so many events, of so many bytes together, could be put in front."""
        return events + len(self._events) <= self._max_events and size + self._bytes <= self._max_bytes

    def restart(self, head: Revision) -> None:
        """Forgets everything: the history goes on from a revision whose past is not known here."""
        self._events.clear()
        self._bytes = 0
        self.floor = self.head = head

    def _full(self) -> bool:
        return len(self._events) > self._max_events or self._bytes > self._max_bytes


def _revision(event: Event) -> Revision:
    return event.revision
