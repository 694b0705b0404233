"""Builds an environment's state from the messages of a watch stream."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import assert_never

from vexil.client.replica.events import (
    Delta,
    Message,
    Progress,
    StateBegin,
    StateChunk,
    StateEnd,
    StreamEnd,
    Unknown,
)
from vexil.client.replica.saved_state import SavedState
from vexil.client.replica.update import Place, Update
from vexil.core.errors import DataLoss
from vexil.core.resource import ResourceChange, Revision
from vexil.core.view import View

Accept = Callable[[View], object]
"""Looks at a state before it is used; raises to refuse it."""

_NOWHERE: frozenset[Place] = frozenset()


@dataclass(frozen=True, slots=True)
class Refusal:
    """The revision that `accept` refused, and the text of what it raised."""

    revision: Revision
    reason: str


class Replica:
    """The state of one environment. Not thread-safe.

    `view` is what readers see: None until the first full state is complete, and always one revision as a
    whole. It trails `received` only while `accept` refuses that; `refusal` then says why. `token` continues
    after `received`. `saved` is the newest of the views that a token continues: all but those inside a batch.
    """

    def __init__(self, namespace: str, environment: str, accept: Accept | None = None) -> None:
        self._empty = View(namespace, environment)
        self._accept = accept
        self.view: View | None = None
        self.received: View | None = None
        self.token = b""
        self.saved: SavedState | None = None
        self.refusal: Refusal | None = None
        self._unseen: frozenset[Place] | None = _NOWHERE
        self.begin()

    def begin(self, *, afresh: bool = False) -> None:
        """A new stream begins: what the last one left unfinished is void. `afresh` asks for a full state."""
        self._staged: View | None = None
        self._left_out = 0
        self._parts: list[ResourceChange] = []
        self._parts_revision: Revision | None = None
        if afresh:
            self.token = b""

    def restore(self, view: View, token: bytes) -> None:
        """Starts from a state that was held before, and the token that continues it."""
        self.view = self.received = view
        self.token = token
        self.saved = SavedState(view, token)

    def receive(self, message: Message) -> Update | None:
        """Takes one message; answers the new state for readers when it makes one.

        Raises DataLoss when the stream contradicts itself; `view` is then as it was, and only a full state
        can go on from there: `begin(afresh=True)`.
        """
        event = message.event
        received: View | None = None
        places: frozenset[Place] | None = _NOWHERE
        match event:
            case StateBegin():
                self._staged, self._left_out = self._empty, 0
            case StateChunk():
                self._staged = self._staging(message).apply(message.revision, event.states)
                self._left_out += event.left_out
            case StateEnd():
                received, places = self._complete(event, message), None
            case Delta():
                self._take_part(event, message)
                if not event.more:
                    changes, self._parts = self._parts, []
                    received = self._base(message).apply(message.revision, changes)
                    places = frozenset((change.id.kind, change.id.key) for change in changes)
            case Progress():
                received = self._base(message).at(message.revision)
            case StreamEnd():
                pass
            case Unknown():
                return None
            case _:
                assert_never(event)
        if message.token:
            self.token = message.token
        return None if received is None else self._advance(received, places, message.token)

    def _base(self, message: Message) -> View:
        if self.received is None or message.revision < self.received.revision:
            at = "nothing" if self.received is None else f"revision {self.received.revision}"
            raise DataLoss(f"the stream went on with revision {message.revision} after {at}")
        return self.received

    def _staging(self, message: Message) -> View:
        if self._staged is None:
            raise DataLoss(f"a part of a full state at revision {message.revision}, which did not begin")
        return self._staged

    def _complete(self, end: StateEnd, message: Message) -> View:
        staged = self._staging(message)
        arrived = len(staged) + self._left_out
        if arrived != end.count:
            raise DataLoss(f"{arrived} of {end.count} resources arrived of a full state")
        self._staged = None
        return staged.at(message.revision)

    def _take_part(self, delta: Delta, message: Message) -> None:
        base = self._base(message)
        if message.revision == base.revision:
            raise DataLoss(f"revision {message.revision} came twice")
        if self._parts_revision not in (None, message.revision):
            raise DataLoss(f"revision {self._parts_revision} has no last part")
        self._parts += delta.changes
        self._parts_revision = message.revision if delta.more else None

    def _advance(self, received: View, places: frozenset[Place] | None, token: bytes) -> Update | None:
        """Takes the next state, and shows it to readers unless it is refused."""
        self.received = received
        if self.refusal is not None and places == _NOWHERE:
            return None
        self._unseen = None if places is None or self._unseen is None else self._unseen | places
        if self._accept is not None and self._unseen != _NOWHERE:
            try:
                self._accept(received)
            except Exception as error:  # noqa: BLE001 - whatever the user's check raises is its refusal
                self.refusal = Refusal(received.revision, f"{type(error).__name__}: {error}")
                return None
        update = Update(self.view, received, self._unseen)
        self.view, self.refusal, self._unseen = received, None, _NOWHERE
        if token:
            self.saved = SavedState(received, token)
        return update
