"""Several events as one, for subscribers who only want the latest."""

from collections.abc import AsyncIterator, Callable, Sequence

from vexil.core.resource import Kind, ResourceChange, Revision
from vexil.server.watch.encoding import encode_delta
from vexil.server.watch.history import Event

_MOST = 256
"""So many events are merged at once at most."""

Token = Callable[[Revision], bytes]
"""Makes the resume token for a revision."""


def merge(events: Sequence[Event], token: Token) -> Event:
    """One event that leads where these lead, one after the other: the last change of each resource."""
    if len(events) == 1:
        return events[0]
    latest: dict[tuple[Kind, str], ResourceChange] = {}
    for event in events:
        for change in event.changes:
            place = (change.id.kind, change.id.key)
            latest.pop(place, None)
            latest[place] = change
    commit, changes = events[-1].commit, tuple(latest.values())
    messages = encode_delta(commit, changes, token(commit.revision), events[0].revision)
    return Event(commit, changes, messages)


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
