"""Who has applied what: the subscribers that this process knows, and what they reported."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from vexil.core.resource import ResourceId, Revision
from vexil.server.clock import Clock

Place = tuple[str, str]
"""Namespace and environment."""


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A subscriber as it describes itself; `service` and `instance` together name it."""

    service: str
    instance: str
    version: str = ""
    zone: str = ""
    client: str = ""


@dataclass(frozen=True, slots=True)
class Rejection:
    """A subscriber's refusal of a revision; `resource` is the one to blame, if one is."""

    revision: Revision
    reason: str
    resource: ResourceId | None = None


@dataclass(slots=True)
class SubscriberStatus:
    """One subscriber's place: its open Watch streams here, and when it last reported or left."""

    subscriber: Subscriber
    applied_revision: Revision = Revision(0)
    rejection: Rejection | None = None
    streams: int = 0
    seen_at: float = 0.0


@dataclass(slots=True)
class Convergence:
    """The subscribers of this process. One that is not connected is forgotten after `keep` seconds."""

    clock: Clock
    keep: float = 600.0
    _places: dict[Place, dict[tuple[str, str], SubscriberStatus]] = field(default_factory=dict)

    @contextmanager
    def connected(self, place: Place, subscriber: Subscriber | None) -> Iterator[None]:
        """Counts the subscriber as connected while inside; None, or one without a name, is not counted."""
        if subscriber is None or not (subscriber.service and subscriber.instance):
            yield
            return
        status = self._status(place, subscriber)
        status.streams += 1
        try:
            yield
        finally:
            status.streams -= 1
            status.seen_at = self.clock.monotonic()

    def acknowledge(
        self, place: Place, subscriber: Subscriber, applied: Revision, rejection: Rejection | None
    ) -> None:
        """Takes in a report. Reports may overtake each other: the newest applied revision counts."""
        status = self._status(place, subscriber)
        status.applied_revision = max(status.applied_revision, applied)
        status.rejection = rejection or status.rejection
        if status.rejection is not None and status.rejection.revision <= status.applied_revision:
            status.rejection = None

    def subscribers(self, place: Place) -> Sequence[SubscriberStatus]:
        """Every known subscriber of an environment, by service and instance."""
        self._forget(place)
        return [status for _, status in sorted(self._places.get(place, {}).items())]

    def sweep(self) -> None:
        """Forgets those who have been away for too long."""
        for place in list(self._places):
            self._forget(place)

    def _status(self, place: Place, subscriber: Subscriber) -> SubscriberStatus:
        statuses = self._places.setdefault(place, {})
        status = statuses.setdefault((subscriber.service, subscriber.instance), SubscriberStatus(subscriber))
        status.subscriber = subscriber
        status.seen_at = self.clock.monotonic()
        return status

    def _forget(self, place: Place) -> None:
        statuses = self._places.get(place, {})
        seen_before = self.clock.monotonic() - self.keep
        for name, status in list(statuses.items()):
            if not status.streams and status.seen_at < seen_before:
                del statuses[name]
        if not statuses:
            self._places.pop(place, None)
