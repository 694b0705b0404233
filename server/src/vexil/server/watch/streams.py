"""The open streams that have a name, by which their callers ask them how far they are."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import NamedTuple

from vexil.core.errors import NotFound, Reason
from vexil.server.watch.subscription import Subscription


class StreamName(NamedTuple):
    """What tells a stream apart in this process; `watch_id` is the caller's own name for it."""

    principal: str
    namespace: str
    watch_id: str


class Streams:
    """Subscriptions by name. Of several with the same name the newest counts.

    A caller that comes back may be here before its old connection's end was noticed: it is not refused.
    """

    def __init__(self) -> None:
        self._open: dict[StreamName, Subscription] = {}

    def named(self, name: StreamName, subscription: Subscription) -> AbstractContextManager[None]:
        """Lets the subscription be found while inside; without a `watch_id` it can't be."""
        return self._named(name, subscription) if name.watch_id else nullcontext()

    @contextmanager
    def _named(self, name: StreamName, subscription: Subscription) -> Iterator[None]:
        self._open[name] = subscription
        try:
            yield
        finally:
            if self._open.get(name) is subscription:
                del self._open[name]

    def find(self, name: StreamName) -> Subscription:
        """The open one of that name. Raises NotFound (STREAM_NOT_FOUND)."""
        subscription = self._open.get(name)
        if subscription is None:
            raise NotFound(
                f"you have no stream {name.watch_id!r} for the namespace {name.namespace!r} in this process",
                reason=Reason.STREAM_NOT_FOUND,
                metadata={"watch_id": name.watch_id},
            )
        return subscription
