"""What server processes tell each other about subscribers, as bytes: JSON arrays, short and quick to write.

A notice that can't be read counts as none: a later release may have written it, or the board was damaged.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from vexil.core.resource import Kind, ResourceId, Revision
from vexil.server.watch.applied import AppliedTimes, Micros
from vexil.server.watch.subscribers import Rejection, Subscriber, SubscriberStatus

_FORMAT = 1
_UNREADABLE = (ValueError, TypeError, OverflowError, RecursionError)


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """A process says that it served at this time; `serves` False: that it has stopped since."""

    at: Micros
    serves: bool


def encode_statuses(statuses: Iterable[SubscriberStatus]) -> bytes:
    """Some subscribers of one place."""
    return _dump([_FORMAT, [_status_fields(status) for status in statuses]])


def decode_statuses(content: bytes) -> Sequence[SubscriberStatus]:
    """What was encoded; nothing where it can't be read. `streams` is 1 for any number of them."""
    try:
        number, statuses = json.loads(content)
        return [_status(fields) for fields in statuses] if number == _FORMAT else []
    except _UNREADABLE:
        return []


def encode_heartbeat(heartbeat: Heartbeat) -> bytes:
    """A sign of life."""
    return _dump([_FORMAT, heartbeat.at, heartbeat.serves])


def decode_heartbeat(content: bytes) -> Heartbeat | None:
    """What was encoded; None where it can't be read."""
    try:
        number, at, serves = json.loads(content)
        return Heartbeat(int(at), serves is True) if number == _FORMAT else None
    except _UNREADABLE:
        return None


def _status_fields(status: SubscriberStatus) -> list[Any]:
    who = status.subscriber
    refusal = status.rejection
    return [
        [who.service, who.instance, who.version, who.zone, who.client, who.principal],
        status.streams > 0,
        status.known_since,
        status.seen_at,
        status.applied.packed(),
        None if refusal is None else [refusal.revision, refusal.reason, refusal.resource],
    ]


def _status(fields: Any) -> SubscriberStatus:
    who, connected, known_since, seen_at, applied, refusal = fields
    return SubscriberStatus(
        Subscriber(*map(str, who)),
        known_since=int(known_since),
        seen_at=int(seen_at),
        streams=int(connected),
        applied=AppliedTimes.unpacked(applied),
        rejection=None if refusal is None else _rejection(*refusal),
    )


def _rejection(revision: int, reason: str, resource: Sequence[Any] | None) -> Rejection:
    id = None
    if resource is not None:
        kind, environment, key = resource
        id = ResourceId(Kind(kind), str(environment), str(key))
    return Rejection(Revision(int(revision)), str(reason), id)


def _dump(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), check_circular=False).encode()
