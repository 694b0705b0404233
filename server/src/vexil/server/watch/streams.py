"""The open streams that have a name, by which their callers ask them how far they are."""

from contextlib import AbstractContextManager, nullcontext
from typing import NamedTuple

from vexil.core.errors import NotFound, Reason
from vexil.server.watch.subscription import Subscription


class StreamName(NamedTuple):
    """What tells a stream apart in this process; `watch_id` is the caller's own name for it."""

    principal: str
    namespace: str
    watch_id: str


_UNNAMED = nullcontext()


class Streams:
    """Subscriptions by name. Of several with the same name the newest counts.

    A caller that comes back may be here before its old connection's end was noticed: it is not refused.
    """

    def __init__(self) -> None:
        self._open: dict[StreamName, Subscription] = {}

    def named(self, name: StreamName, subscription: Subscription) -> AbstractContextManager[None]:
        """Lets the subscription be found while inside; without a `watch_id` it can't be."""
        return _Named(self._open, name, subscription) if name.watch_id else _UNNAMED

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


class _Named(AbstractContextManager[None]):
    __slots__ = ("_name", "_open", "_subscription")

    def __init__(
        self, open_streams: dict[StreamName, Subscription], name: StreamName, subscription: Subscription
    ) -> None:
        self._open = open_streams
        self._name = name
        self._subscription = subscription

    def __enter__(self) -> None:
        self._open[self._name] = self._subscription

    def __exit__(self, *_exception: object) -> None:
        if self._open.get(self._name) is self._subscription:
            del self._open[self._name]
