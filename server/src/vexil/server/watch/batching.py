"""Several events in one message, for subscribers who take them so."""

from collections.abc import AsyncIterator, Iterable

from vexil.server.watch.encoding import MESSAGE_BUDGET, encode_deltas
from vexil.server.watch.history import Event

_MOST = 1024
"""So many events come in one message at most: joining them takes less than a millisecond."""


class Batch:
    """Events that one message will hold. One that is in parts already travels alone."""

    def __init__(self) -> None:
        self._events: list[Event] = []
        self._size = 0

    def takes(self, event: Event) -> bool:
        """Adds the event, if there is room for it; the first one is always taken."""
        if self._events:
            alone = len(event.messages) > 1 or len(self._events[0].messages) > 1
            if alone or len(self._events) == _MOST or self._size + event.size > MESSAGE_BUDGET:
                return False
        self._events.append(event)
        self._size += event.size
        return True

    def joined(self) -> Event:
        """What was added, which is at least one event, as one."""
        if len(self._events) == 1:
            return self._events[0]
        message = encode_deltas([event.messages[0] for event in self._events])
        return Event(self._events[-1].revision, (message,))


def join_first(events: Iterable[Event]) -> Event:
    """As many of these events as fit into one message, from the first one on; there is at least one."""
    batch = Batch()
    for event in events:
        if not batch.takes(event):
            break
    return batch.joined()


async def batched(events: AsyncIterator[Event]) -> AsyncIterator[Event]:
    """The events, in as few messages as they fit into."""
    batch: Batch | None = None
    async for event in events:
        if batch is None:
            batch = Batch()
        if not batch.takes(event):
            yield batch.joined()
            batch = Batch()
            batch.takes(event)
    if batch is not None:
        yield batch.joined()
