"""A subscriber that checks what it is sent: it holds what the messages say, and nothing else."""

from collections.abc import AsyncGenerator
from typing import Any

from tests.support.backend import NAMESPACE, Backend
from vexil.core.view import View
from vexil.server.watch.selection import Selection
from vexil.server.watch.service import FromState, Start
from vexil.server.watch.subscribers import Subscriber
from vexil.server.watch.subscription import Wishes
from vexil.v1.watch_pb2 import Delta, WatchResponse

Held = dict[tuple[int, str], tuple[str, int]]
"""By kind and key: the environment that a resource comes from, and its version."""


class Watcher:
    """One stream. `next` takes its next message; `held` is what a real subscriber would then hold."""

    def __init__(self, messages: AsyncGenerator[bytes | None, Any]) -> None:
        self._messages = messages
        self.held: Held = {}
        self.revision = 0
        self.token = b""
        self.events: list[WatchResponse] = []
        self._pending: Held | None = None
        self._parts: list[Any] = []
        self._applied = 0

    async def next(self) -> WatchResponse:
        """The next message, applied. Raises StopAsyncIteration at the stream's end."""
        encoded = await anext(self._messages)
        assert encoded is not None, "it has no follower"
        message = WatchResponse.FromString(encoded)
        self.events.append(message)
        match message.WhichOneof("event"):
            case "state_begin":
                self._pending = {}
            case "state_chunk":
                assert self._pending is not None, "a chunk before a state's begin"
                self._pending |= {place(state): origin(state) for state in message.state_chunk.resources}
            case "state_end":
                assert self._pending is not None, "a state's end before its begin"
                assert len(self._pending) == message.state_end.resource_count
                self.held, self._pending = self._pending, None
            case "delta":
                assert message.delta.revision == message.revision
                assert not (message.delta.more and message.resume_token), "a part has a token"
                self._take_delta(message.delta)
            case "deltas":
                assert len(message.deltas.deltas) > 1, "one delta in a batch"
                for delta in message.deltas.deltas:
                    assert not delta.more, "a part in a batch"
                    self._take_delta(delta)
                assert self._applied == message.revision, "the message's revision is not the last one's"
        if message.resume_token:
            assert message.revision >= self.revision, "revisions went back"
            self.token, self.revision = message.resume_token, message.revision
        return message

    async def until(self, revision: int) -> None:
        """Takes messages until it has everything up to this revision."""
        while self.revision < revision:
            await self.next()

    async def close(self) -> None:
        """Goes away."""
        await self._messages.aclose()

    def _take_delta(self, delta: Delta) -> None:
        assert self._pending is None, "a delta inside a full state"
        assert delta.revision > max(self.revision, self._applied), "a revision twice, or out of order"
        self._parts += delta.changes
        if delta.more:
            return
        self._applied = delta.revision
        places = [(change.id.kind, change.id.key) for change in self._parts]
        assert len(set(places)) == len(places), "a resource twice in one delta"
        for change in self._parts:
            if change.HasField("put"):
                self.held[place(change.put)] = origin(change.put)
            else:
                self.held.pop((change.id.kind, change.id.key), None)
        self._parts = []


def watch(
    shop: Backend,
    *selectors: Any,
    start: Start | None = None,
    environment: str = "prod",
    subscriber: Subscriber | None = None,
    watch_id: str = "",
    **wishes: Any,
) -> Watcher:
    """Subscribes to an environment of the namespace `shop`."""
    selection = Selection.of(NAMESPACE, environment, selectors)
    return Watcher(
        shop.watch.subscribe(selection, start or FromState(), Wishes(**wishes), subscriber, watch_id=watch_id)
    )


def place(state: Any) -> tuple[int, str]:
    """Where a state's message is."""
    return state.id.kind, state.id.key


def origin(state: Any) -> tuple[str, int]:
    """Where a state's message comes from, and its version."""
    return state.id.environment, state.version


def held_of(view: View, *selectors: Any) -> Held:
    """What a subscriber to a view should hold."""
    selection = Selection.of(view.namespace, view.environment, selectors)
    return {
        (int(state.id.kind), state.id.key): (state.id.environment, state.version)
        for state in view.states()
        if selection.fits(state)
    }
