"""The I/O-free parts of one client, put together."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from vexil.client.cache import DiskCache
from vexil.client.journal import Journal
from vexil.client.options import ClientOptions
from vexil.client.replica.backoff import Backoff
from vexil.client.replica.events import Message
from vexil.client.replica.replica import Replica
from vexil.client.replica.reports import Report, Reports
from vexil.client.replica.saved_state import SavedState
from vexil.client.replica.session import Session, Step
from vexil.client.state import ClientState
from vexil.client.watches import ChangeWatches, StateWatches
from vexil.core.errors import Code, DataLoss, VexilError

_NEVER = float("inf")

_SAVE_DELAY = 2.0
"""Seconds from a change until the state is saved, so that a burst of changes is saved once."""

_LASTING = frozenset(
    {
        Code.INVALID_ARGUMENT,
        Code.NOT_FOUND,
        Code.PERMISSION_DENIED,
        Code.UNAUTHENTICATED,
        Code.UNIMPLEMENTED,
    }
)
"""Failures that waiting does not cure."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a client takes from outside: a monotonic clock in seconds, and numbers drawn from 0 ≤ x < 1."""

    clock: Callable[[], float] = time.monotonic
    random: Callable[[], float] = field(default=random.random)


class Engine:
    """One client without its I/O: the session, its watches, its log, its file. Not thread-safe.

    A driver feeds it and does what it asks for; `due` says when the driver has to come back at the latest.
    """

    def __init__(self, options: ClientOptions, surroundings: Surroundings) -> None:
        self.options = options
        self.clock = surroundings.clock
        self.random = surroundings.random
        self.session = Session(
            Replica(options.namespace, options.environment, options.accept),
            Backoff(options.backoff, surroundings.random),
            surroundings.clock,
            stale_after=options.stale_after,
        )
        reporting = options.subscriber is not None
        self._reports = Reports(surroundings.clock, surroundings.random) if reporting else None
        self.changes = ChangeWatches()
        self.states = StateWatches()
        self._journal = Journal(options.endpoint.target, options.namespace, options.environment)
        self.cache = None if options.cache_path is None else DiskCache(options.cache_path, options)
        self._save_at = _NEVER
        self._saved = b""

    def restore(self, saved: SavedState) -> None:
        """Starts from a state that an earlier process saved."""
        self._saved = saved.token
        self._publish(self.session.restore(saved.view, saved.token))
        self._note()

    def receive(self, message: Message) -> None:
        """Takes a message of the stream. Raises DataLoss when the stream contradicts itself."""
        opened = self.session.open_stream is None
        step = self.session.receive(message)
        self._note(opened=opened and self.session.open_stream is not None)
        self._journal.received()
        self._journal.refusal(self.session.refusal)
        if self.cache is not None and step.update is not None and not step.update.is_empty:
            self._save_at = min(self._save_at, self.clock() + _SAVE_DELAY)
        self._publish(step)

    def stream_ended(self, error: VexilError | None) -> float:
        """The stream is over; answers the pause before the next one, in seconds."""
        pause = self.session.stream_ended(error)
        self._journal.stream_ended(error, pause)
        return pause

    def defect(self, error: Exception) -> VexilError:
        """What an exception that nobody foresaw counts as: a broken stream, which starts afresh. Logs it."""
        self._journal.defect(error)
        return DataLoss("a message could not be applied")

    def tick(self) -> None:
        """The time moved on."""
        self._publish(self.session.tick())

    def close(self) -> None:
        """The client is closed."""
        self._publish(self.session.close())

    @property
    def due(self) -> float:
        """When `tick`, `report` or `unsaved` has something to do, by the clock."""
        return min(self.session.stale_at, self._report_at, self._save_at)

    def report(self) -> Report | None:
        """What to report to the server now; None while there is nothing, or nobody to report as."""
        return None if self._reports is None else self._reports.take()

    def report_failed(self, report: Report) -> None:
        """A report did not arrive."""
        if self._reports is not None:
            self._reports.failed(report)

    def unsaved(self, *, at_once: bool = False) -> SavedState | None:
        """The state to save now; None while the saved one is good enough.

        A revision that changed nothing here is saved only `at_once`.
        """
        saved = self.session.saved
        if saved is None or (self.clock() < self._save_at and not at_once):
            return None
        self._save_at = _NEVER
        if saved.token == self._saved:
            return None
        self._saved = saved.token
        return saved

    def lasting_failure(self) -> VexilError | None:
        """Why waiting longer for the first state is in vain; None while it is not."""
        error = self.session.last_error
        return error if error is not None and error.code in _LASTING else None

    def is_ready(self) -> bool:
        """Whether the state is current."""
        return self.session.state is ClientState.READY

    def is_settled(self) -> bool:
        """Whether waiting for the current state makes no sense any more: it is there, or will not come."""
        return self.is_ready() or self.lasting_failure() is not None

    @property
    def _report_at(self) -> float:
        return _NEVER if self._reports is None else self._reports.due

    def _note(self, *, opened: bool = False) -> None:
        if self._reports is None:
            return
        if opened:
            self._reports.stream_opened()
        view = self.session.view
        self._reports.note(None if view is None else view.revision, self.session.refusal)

    def _publish(self, step: Step) -> None:
        if step.update is not None:
            self.changes.publish(step.update)
        if step.state is not None:
            self._journal.state(step.state)
            self.states.publish(step.state)
