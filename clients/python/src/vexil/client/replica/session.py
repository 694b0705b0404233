"""One client's life: what it holds, how current that is, when to try again and what to report."""

from collections.abc import Callable
from dataclasses import dataclass

from vexil.client.replica.backoff import Backoff
from vexil.client.replica.events import Delta, Message, StateBegin, StateChunk, StreamEnd
from vexil.client.replica.readers import NotReadyReader, Reader, StaleReader
from vexil.client.replica.replica import Refusal, Replica
from vexil.client.replica.update import Update
from vexil.client.state import ClientState
from vexil.core.errors import Reason, VexilError
from vexil.core.resource import Revision
from vexil.core.view import View

_NEVER = float("inf")

_REPORT_RETRY = 30.0
"""Seconds before a report that failed is repeated."""

_LOST_POSITION = frozenset({Reason.INVALID_RESUME_TOKEN, Reason.REVISION_COMPACTED, Reason.STORE_CORRUPT})
"""Nobody can continue after our position: only a full state helps."""

_PATIENCE = 5
"""How often in a row a server may lack our revision, being behind, until we believe that it is gone."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one input changed: the state that readers see, the state of the client, or neither."""

    update: Update | None = None
    state: ClientState | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What the server should know: the revision in use, and the one refused, if one is."""

    applied: Revision
    refusal: Refusal | None


class Session:
    """The state machine of a client. Not thread-safe; `reader`, `view` and `state` may be read at any time.

    `clock` is monotonic, in seconds. `stale_after` and `report_interval` are in seconds too: contact that is
    longer ago makes the state stale, and reports are at least that far apart.
    """

    def __init__(
        self,
        replica: Replica,
        backoff: Backoff,
        clock: Callable[[], float],
        *,
        stale_after: float = 60.0,
        report_interval: float = 1.0,
    ) -> None:
        self._replica = replica
        self._backoff = backoff
        self._clock = clock
        self._stale_after = stale_after
        self._report_interval = report_interval
        self._contact = -_NEVER
        self._hint: float | None = None
        self._times_ahead = 0
        self._reported: Report | None = None
        self._report_at = -_NEVER
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
    def saved_token(self) -> bytes:
        """What continues after `view`, for a copy of it that outlives the process."""
        return self._replica.view_token

    def restore(self, view: View, token: bytes) -> Step:
        """Starts from a saved state, which is stale until the server is heard from."""
        self._replica.restore(view, token)
        return self._settle(Update(None, view, None))

    def stream_begins(self) -> None:
        """A stream is about to be opened with `resume_token`."""
        self._replica.begin()
        self._hint = None
        self._reported = None

    def receive(self, message: Message) -> Step:
        """Takes a message of the stream. Raises DataLoss when the stream contradicts itself."""
        if isinstance(message.event, StreamEnd):
            self._hint = message.event.retry_after
            return Step()
        update = self._replica.receive(message)
        self._backoff.reset()
        self.last_error = None
        if not _is_partial(message):
            self._contact = self._clock()
        refusal = self._replica.refusal
        if refusal is not None and self._replica.view is None:
            self.reader = NotReadyReader(f"revision {refusal.revision} was refused: {refusal.reason}")
        return self._settle(update)

    def stream_ended(self, error: VexilError | None) -> float:
        """The stream is over, cleanly where `error` is None; answers the pause before the next in seconds."""
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

    def report(self) -> Report | None:
        """What to report now; None while there is nothing new, or it is too early (see `report_at`)."""
        now = self._clock()
        if now < self._report_at or not self._has_news():
            return None
        self._reported = self._current_report()
        self._report_at = now + self._report_interval
        return self._reported

    @property
    def report_at(self) -> float:
        """When there will be something to report, by the clock; infinite when there is nothing new."""
        return self._report_at if self._has_news() else _NEVER

    def report_failed(self) -> None:
        """The last report did not arrive: it is news again, though not at once."""
        self._reported = None
        self._report_at = self._clock() + _REPORT_RETRY

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

    def _has_news(self) -> bool:
        report = self._current_report()
        return report != self._reported and (report.applied > 0 or report.refusal is not None)

    def _current_report(self) -> Report:
        view = self._replica.view
        return Report(Revision(0) if view is None else view.revision, self._replica.refusal)


def _is_partial(message: Message) -> bool:
    """Whether more has to come before what is held is what the server has."""
    event = message.event
    return isinstance(event, StateBegin | StateChunk) or (isinstance(event, Delta) and event.more)
