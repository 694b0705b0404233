"""Several events as one, for subscribers who only want the latest."""

from collections.abc import AsyncIterator, Callable, Sequence

from vexil.core.resource import Revision
from vexil.server.watch.encoding import join_changes
from vexil.server.watch.history import Event
from vexil.v1 import watch_pb2

_MOST = 256
"""So many events are merged at once at most."""

Token = Callable[[Revision], bytes]
"""Makes the resume token for a revision."""


def merge(events: Sequence[Event], token: Token) -> Event:
    """One event that leads where these lead, one after the other: the last change of each resource.

    It works on what was encoded: the few who want this pay for it, and the histories of all others need not
    keep the changes themselves.
    """
    if len(events) == 1:
        return events[0]
    about = watch_pb2.Delta()
    latest: dict[tuple[int, str], bytes] = {}
    for event in events:
        for message in event.messages:
            about = watch_pb2.WatchResponse.FromString(message).delta
            for change in about.changes:
                place = (change.id.kind, change.id.key)
                latest.pop(place, None)
                latest[place] = watch_pb2.Delta(changes=[change]).SerializeToString()
    del about.changes[:]
    about.first_revision = events[0].revision
    revision = events[-1].revision
    return Event(revision, join_changes(about, latest.values(), token(revision)))


async def conflated(events: AsyncIterator[Event], token: Token) -> AsyncIterator[Event]:
    """The events, as few as possible."""
    batch: list[Event] = []
    async for event in events:
        batch.append(event)
        if len(batch) == _MOST:
            yield merge(batch, token)
            batch = []
    if batch:
        yield merge(batch, token)
