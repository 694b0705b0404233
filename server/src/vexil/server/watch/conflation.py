"""Several events as one, for subscribers who only want the latest."""

from collections.abc import Sequence

from vexil.core.resource import Kind, ResourceChange
from vexil.server.watch.encoding import encode_delta
from vexil.server.watch.history import Event


def merge(events: Sequence[Event], token: bytes) -> Event:
    """One event that leads where these lead, one after the other: the last change of each resource.

    `token` is that of the last event's revision.
    """
    if len(events) == 1:
        return events[0]
    latest: dict[tuple[Kind, str], ResourceChange] = {}
    for event in events:
        for change in event.changes:
            place = (change.id.kind, change.id.key)
            latest.pop(place, None)
            latest[place] = change
    commit, changes = events[-1].commit, tuple(latest.values())
    return Event(commit, changes, encode_delta(commit, changes, token, events[0].revision))
