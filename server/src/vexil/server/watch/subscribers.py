"""A subscriber, what it reports, and what is known of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from vexil.core.resource import ResourceId, Revision
from vexil.server.watch.applied import AppliedTimes, Micros

Place = tuple[str, str]
"""Namespace and environment."""

Name = tuple[str, str, str]
"""Principal, service and instance."""


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A subscriber as it describes itself; `service` and `instance` together name it among those of a caller.

    `principal` is the caller, so that nobody reports for another's subscriber, whatever it calls itself.
    """

    service: str
    instance: str
    version: str = ""
    zone: str = ""
    client: str = ""
    principal: str = ""

    @property
    def name(self) -> Name:
        """What tells it from others."""
        return self.principal, self.service, self.instance


@dataclass(frozen=True, slots=True)
class Rejection:
    """A subscriber's refusal of a revision; `resource` is the one to blame, if one is."""

    revision: Revision
    reason: str
    resource: ResourceId | None = None


@dataclass(frozen=True, slots=True)
class Applied:
    """A revision that was applied, so many seconds before it was reported."""

    revision: Revision
    ago: float = 0.0


@dataclass(frozen=True, slots=True)
class Report:
    """What a subscriber did: the revisions that it applied, in any order, and the one that it refused."""

    subscriber: Subscriber
    applied: Sequence[Applied]
    rejection: Rejection | None = None

    @property
    def newest(self) -> Revision:
        """The newest revision that it is about; 0: none."""
        revisions = [each.revision for each in self.applied]
        if self.rejection is not None:
            revisions.append(self.rejection.revision)
        return max(revisions, default=Revision(0))


@dataclass(slots=True)
class SubscriberStatus:
    """What is known of a subscriber: its open Watch streams, and what it reported.

    `known_since`: when it was first heard of; `seen_at`: when it last came, reported or left.
    """

    subscriber: Subscriber
    known_since: Micros
    seen_at: Micros
    streams: int = 0
    applied: AppliedTimes = field(default_factory=AppliedTimes)
    rejection: Rejection | None = None

    def refuse(self, rejection: Rejection | None) -> None:
        """Takes in a refusal; the newest counts, until something as new is applied."""
        known = self.rejection
        if rejection is not None and (known is None or rejection.revision >= known.revision):
            self.rejection = rejection
        if self.rejection is not None and self.rejection.revision <= self.applied.newest:
            self.rejection = None


def merged(one: SubscriberStatus, other: SubscriberStatus) -> SubscriberStatus:
    """What two processes know of the same subscriber.

    The one that saw it last describes it. It is connected if either has a stream, and has applied what either
    was told of.
    """
    older, newer = (one, other) if one.seen_at <= other.seen_at else (other, one)
    result = SubscriberStatus(
        newer.subscriber,
        known_since=min(one.known_since, other.known_since),
        seen_at=newer.seen_at,
        streams=one.streams + other.streams,
    )
    for status in (older, newer):
        result.applied.note_all(status.applied)
    for status in (older, newer):
        result.refuse(status.rejection)
    return result
