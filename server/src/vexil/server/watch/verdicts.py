"""Where subscribers stand with one revision."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from vexil.core.resource import Revision
from vexil.server.watch.applied import Micros
from vexil.server.watch.subscribers import SubscriberStatus


class Verdict(Enum):
    """What a subscriber did with a revision."""

    APPLIED = "applied"
    LAGGING = "lagging"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Standing:
    """One subscriber and the revision: how many revisions it lacks, and the microseconds that it took.

    `took` is None where it has not applied the revision, or nobody knows how long that took.
    """

    status: SubscriberStatus
    verdict: Verdict
    lag: int
    took: int | None


@dataclass(frozen=True, slots=True)
class ServiceCount:
    """The subscribers of a service: how many stand where, and the known times in ascending order."""

    service: str
    applied: int
    lagging: int
    rejected: int
    took: Sequence[int]


def standing(status: SubscriberStatus, revision: Revision, committed_at: Micros | None) -> Standing:
    """Where a subscriber stands with a revision that was committed then; None: nobody knows when."""
    newest = status.applied.newest
    if newest >= revision:
        return Standing(status, Verdict.APPLIED, 0, _took(status, revision, committed_at))
    refused = status.rejection is not None and status.rejection.revision >= revision
    return Standing(status, Verdict.REJECTED if refused else Verdict.LAGGING, revision - newest, None)


def count(standings: Iterable[Standing]) -> Sequence[ServiceCount]:
    """The same by service, by name."""
    services: dict[str, list[Standing]] = {}
    for each in standings:
        services.setdefault(each.status.subscriber.service, []).append(each)
    return [_count(service, members) for service, members in sorted(services.items())]


def percentile(ascending: Sequence[int], percent: int) -> int:
    """The smallest of the numbers that so many percent of them do not exceed: the nearest-rank method.

    `ascending` has at least one number; `percent` is from 1 to 100.
    """
    return ascending[-(-len(ascending) * percent // 100) - 1]


def _took(status: SubscriberStatus, revision: Revision, committed_at: Micros | None) -> int | None:
    if committed_at is None:
        return None
    applied_at = status.applied.at(revision, was_there=status.known_since <= committed_at)
    # Ages are the subscriber's word, and clocks of servers differ: nothing is applied before it is committed.
    return None if applied_at is None else max(0, applied_at - committed_at)


def _count(service: str, members: Sequence[Standing]) -> ServiceCount:
    verdicts = [each.verdict for each in members]
    return ServiceCount(
        service,
        applied=verdicts.count(Verdict.APPLIED),
        lagging=verdicts.count(Verdict.LAGGING),
        rejected=verdicts.count(Verdict.REJECTED),
        took=sorted(each.took for each in members if each.took is not None),
    )
