"""One client's life: what it holds, how current that is, and when to try again."""

from collections.abc import Callable
from dataclasses import dataclass

from vexil.client.replica.backoff import Backoff
from vexil.client.replica.events import Delta, Message, StateBegin, StateChunk, StreamEnd, Unknown
from vexil.client.replica.readers import NotReadyReader, Reader, StaleReader
from vexil.client.replica.replica import Refusal, Replica
from vexil.client.replica.saved_state import SavedState
from vexil.client.replica.update import Update
from vexil.client.state import ClientState
from vexil.core.errors import Reason, VexilError
from vexil.core.view import View

_NEVER = float("inf")

_LOST_POSITION = frozenset({Reason.INVALID_RESUME_TOKEN, Reason.REVISION_COMPACTED, Reason.STORE_CORRUPT})
"""Nobody can continue after our position: only a full state helps."""

_PATIENCE = 5
"""How often in a row a server may lack our revision, being behind, until we believe that it is gone."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one input changed: the state that readers see, the state of the client, or neither."""

    update: Update | None = None
    state: ClientState | None = None


class Session:
    """The state machine of a client. Not thread-safe; `reader`, `view` and `state` may be read at any time.

    `open_stream` is the name of the stream that messages arrive by; None while there is none.

    `clock` is monotonic, in seconds. `stale_after` is in seconds too: contact that is longer ago makes the
    state stale.
    """

    def __init__(
        self,
        replica: Replica,
        backoff: Backoff,
        clock: Callable[[], float],
        *,
        stale_after: float = 60.0,
    ) -> None:
        self._replica = replica
        self._backoff = backoff
        self._clock = clock
        self._stale_after = stale_after
        self._contact = -_NEVER
        self._hint: float | None = None
        self._times_ahead = 0
        self._watch_id = ""
        self.open_stream: str | None = None
        self.state = ClientState.CONNECTING
        self.last_error: VexilError | None = None
        self.reader: Reader = NotReadyReader("the client was not started")

    @property
    def view(self) -> View | None:
        """The state that reads are answered from; None before there is one."""
        return self._replica.view

    @property
    def refusal(self) -> Refusal | None:
        """The refused revision, while one is."""
        return self._replica.refusal

    @property
    def age(self) -> float:
        """Seconds since the server last vouched for the state; infinite when it never did."""
        return self._clock() - self._contact

    @property
    def resume_token(self) -> bytes:
        """What to resume the next stream with; empty: start with a full state."""
        return self._replica.token

    @property
    def received(self) -> View | None:
        """What the server has sent: ahead of `view` while that is refused."""
        return self._replica.received

    @property
    def saved(self) -> SavedState | None:
        """What a copy of the state that outlives the process should hold."""
        return self._replica.saved

    def restore(self, view: View, token: bytes) -> Step:
        """Starts from a saved state, which is stale until the server is heard from."""
        self._replica.restore(view, token)
        return self._settle(Update(None, view, None))

    def stream_begins(self, watch_id: str = "") -> None:
        """A stream of that name is about to be opened with `resume_token`."""
        self._replica.begin()
        self._hint = None
        self._watch_id = watch_id

    def receive(self, message: Message) -> Step:
        """Takes a message of the stream. Raises DataLoss when the stream contradicts itself."""
        if isinstance(message.event, Unknown):
            return Step()
        if isinstance(message.event, StreamEnd):
            self.open_stream = None
            self._hint = message.event.retry_after
            return Step()
        update = self._replica.receive(message)
        self._backoff.reset()
        self.open_stream = self._watch_id
        self.last_error = None
        if not _is_partial(message):
            self._contact = self._clock()
        refusal = self._replica.refusal
        if refusal is not None and self._replica.view is None:
            self.reader = NotReadyReader(f"revision {refusal.revision} was refused: {refusal.reason}")
        return self._settle(update)

    def stream_ended(self, error: VexilError | None) -> float:
        """The stream is over, cleanly where `error` is None; answers the pause before the next in seconds."""
        self.open_stream = None
        if error is not None:
            self.last_error = error
            if self._replica.view is None:
                self.reader = NotReadyReader(error.message)
            self._times_ahead = self._times_ahead + 1 if error.reason is Reason.REVISION_IN_FUTURE else 0
            if error.reason in _LOST_POSITION or self._times_ahead >= _PATIENCE:
                self._replica.begin(afresh=True)
        hint = self._hint
        if hint is None and error is not None:
            hint = error.retry_after
        return self._backoff.next(hint)

    def tick(self) -> Step:
        """The time moved on."""
        return self._settle(None)

    @property
    def stale_at(self) -> float:
        """When `tick` will find the state stale, by the clock; infinite when it will not."""
        return self._contact + self._stale_after if self.state is ClientState.READY else _NEVER

    def abandon(self, reader: Reader) -> None:
        """Nothing will come in any more, and `reader` answers from now on."""
        self.reader = reader
        if self._replica.view is not None:
            self.state = ClientState.STALE

    def close(self) -> Step:
        """The client is closed; reads go on from the last state."""
        self.state, before = ClientState.CLOSED, self.state
        view = self._replica.view
        self.reader = NotReadyReader("the client is closed") if view is None else StaleReader(view)
        return Step(state=self.state if before is not self.state else None)

    def _settle(self, update: Update | None) -> Step:
        """Brings `state` and `reader` in line with what is held and how current it is."""
        view, before = self._replica.view, self.state
        if before is ClientState.CLOSED or view is None:
            return Step(update)
        fresh = self._clock() < self._contact + self._stale_after
        self.state = ClientState.READY if fresh else ClientState.STALE
        if update is not None or self.state is not before:
            self.reader = view if fresh else StaleReader(view)
        return Step(update, self.state if self.state is not before else None)


def _is_partial(message: Message) -> bool:
    """Whether more has to come before what is held is what the server has."""
    event = message.event
    return isinstance(event, StateBegin | StateChunk) or (isinstance(event, Delta) and event.more)
