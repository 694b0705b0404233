"""Who has applied what: the subscribers that this process knows, and what they reported."""

from collections.abc import Collection, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from zlib import crc32

from vexil.server.clock import Clock
from vexil.server.watch.applied import micros
from vexil.server.watch.subscribers import Name, Place, Report, Subscriber, SubscriberStatus

_SHELVES = 64

_KEPT_PER_SHELF = 512
"""Subscribers of a shelf beyond which those who are not connected are forgotten, the longest gone first.
Anybody may report under any name."""

_UNCOUNTED = nullcontext()


@dataclass(frozen=True, slots=True)
class Shelf:
    """A fixed part of a place's subscribers: what other processes are told at a time."""

    place: Place
    number: int


@dataclass(slots=True)
class Convergence:
    """The subscribers of this process. One that is not connected is forgotten after `keep` seconds."""

    clock: Clock
    keep: float = 600.0
    _shelves: dict[Shelf, dict[Name, SubscriberStatus]] = field(default_factory=dict)
    _changed: set[Shelf] = field(default_factory=set)

    def connected(self, place: Place, subscriber: Subscriber | None) -> AbstractContextManager[None]:
        """Counts the subscriber as connected while inside; None, or one without a name, is not counted."""
        if subscriber is None or not (subscriber.service and subscriber.instance):
            return _UNCOUNTED
        return _Connected(self, place, subscriber)

    def stream_opened(self, place: Place, subscriber: Subscriber) -> SubscriberStatus:
        """One more stream of the subscriber is open."""
        status = self._heard(place, subscriber)
        status.streams += 1
        return status

    def stream_closed(self, place: Place, status: SubscriberStatus) -> None:
        """One of the streams is closed; what the subscriber said of itself last stays."""
        self._heard(place, status.subscriber).streams -= 1

    def acknowledge(self, place: Place, report: Report) -> None:
        """Takes in a report. Reports may overtake each other, and be repeated.

        Ages are counted back from now. One beyond reason does no harm: nothing was applied before it was
        committed, whatever the report says.
        """
        status = self._heard(place, report.subscriber)
        for applied in report.applied:
            status.applied.note(applied.revision, status.seen_at - int(applied.ago * 1_000_000))
        status.refuse(report.rejection)

    def subscribers(self, place: Place) -> Iterable[SubscriberStatus]:
        """Every known subscriber of an environment, in no particular order."""
        for number in range(_SHELVES):
            yield from self.on(Shelf(place, number))

    def on(self, shelf: Shelf) -> Collection[SubscriberStatus]:
        """Every known subscriber of a shelf."""
        self._forget(shelf)
        return list(self._shelves.get(shelf, {}).values())

    def take_changed(self) -> set[Shelf]:
        """The shelves on which something has changed since this was last asked."""
        changed, self._changed = self._changed, set()
        return changed

    def put_back(self, shelves: Iterable[Shelf]) -> None:
        """These count as changed again."""
        self._changed.update(shelves)

    def sweep(self) -> None:
        """Forgets those who have been away for too long."""
        for shelf in list(self._shelves):
            self._forget(shelf)

    def _heard(self, place: Place, subscriber: Subscriber) -> SubscriberStatus:
        """The subscriber's status, now that it has been heard of."""
        now = micros(self.clock.now())
        shelf = Shelf(place, crc32("\0".join(subscriber.name).encode()) % _SHELVES)
        statuses = self._shelves.setdefault(shelf, {})
        status = statuses.get(subscriber.name)
        if status is None:
            if len(statuses) >= _KEPT_PER_SHELF:
                _forget_longest_gone(statuses)
            status = statuses[subscriber.name] = SubscriberStatus(subscriber, now, now)
        status.subscriber = subscriber
        status.seen_at = now
        self._changed.add(shelf)
        return status

    def _forget(self, shelf: Shelf) -> None:
        statuses = self._shelves.get(shelf, {})
        seen_before = micros(self.clock.now()) - int(self.keep * 1_000_000)
        for name, status in list(statuses.items()):
            if not status.streams and status.seen_at < seen_before:
                del statuses[name]
                self._changed.add(shelf)
        if not statuses:
            self._shelves.pop(shelf, None)


def _forget_longest_gone(statuses: dict[Name, SubscriberStatus]) -> None:
    gone = [status for status in statuses.values() if not status.streams]
    if gone:
        del statuses[min(gone, key=lambda status: status.seen_at).subscriber.name]


class _Connected(AbstractContextManager[None]):
    __slots__ = ("_convergence", "_place", "_status", "_subscriber")

    def __init__(self, convergence: Convergence, place: Place, subscriber: Subscriber) -> None:
        self._convergence = convergence
        self._place = place
        self._subscriber = subscriber

    def __enter__(self) -> None:
        self._status = self._convergence.stream_opened(self._place, self._subscriber)

    def __exit__(self, *_exception: object) -> None:
        self._convergence.stream_closed(self._place, self._status)
