"""Waiting until reads contain everything that was committed before."""

from vexil.client.engine import Engine
from vexil.client.replica.backoff import Backoff, BackoffPolicy
from vexil.client.replica.replica import Refusal
from vexil.client.state import ClientState
from vexil.core.errors import (
    Code,
    DeadlineExceeded,
    FailedPrecondition,
    Reason,
    Unavailable,
    VexilError,
)
from vexil.core.resource import Revision

_ASK_AGAIN = BackoffPolicy(floor=0.02, initial=0.1, maximum=1.0)

_NEVER = float("inf")


class CatchUp:
    """One call of `catch_up`, without its I/O: whom to ask how far the stream must be, and when it is there.

    The stream itself is asked, since only what it delivers is applied; the answer says what was committed
    when the question arrived, and the stream reaches that without delay. Once the answer is known a broken
    stream does no harm: the next one resumes, and gets there as well. A driver calls `ask` and makes that
    call, or waits until `is_waiting` is false or `pause` seconds have passed; until `is_over`. As little
    thread-safe as the engine.
    """

    def __init__(self, engine: Engine, timeout: float) -> None:
        self._engine = engine
        self._timeout = timeout
        self._deadline = engine.clock() + timeout
        self._backoff = Backoff(_ASK_AGAIN, engine.random)
        self._target: Revision | None = None
        self._ask_at = -_NEVER
        self._failure: VexilError | None = None

    @property
    def remaining(self) -> float:
        """Seconds until the timeout."""
        return max(0.0, self._deadline - self._engine.clock())

    @property
    def pause(self) -> float:
        """Seconds to wait at most, when nothing is to be done before something moves."""
        later = self._ask_at - self._engine.clock()
        return min(self.remaining, later) if self._target is None and later > 0 else self.remaining

    def is_over(self) -> bool:
        """Whether the state is recent enough. Raises as `Client.catch_up` says."""
        session = self._engine.session
        if session.state is ClientState.CLOSED:
            raise closed()
        if self._is_reached():
            return True
        refusal = self._obstacle()
        if refusal is not None:
            raise self._refused(refusal)
        lasting = self._engine.lasting_failure()
        if lasting is not None:
            raise lasting
        if self.remaining <= 0:
            raise self._timed_out()
        return False

    def is_waiting(self) -> bool:
        """Whether there is nothing to do but to wait."""
        return (
            not self._is_reached()
            and self._obstacle() is None
            and self._engine.lasting_failure() is None
            and self.ask() is None
        )

    def ask(self) -> str | None:
        """The stream whose progress is to be requested now; None: no request is called for."""
        if self._target is not None or self._engine.clock() < self._ask_at:
            return None
        return self._engine.session.open_stream

    def answered(self, revision: int) -> None:
        """The stream will have everything at this revision."""
        self._target = Revision(revision)

    def failed(self, error: VexilError) -> None:
        """The request failed. Raises the error unless another may succeed."""
        # A stream that has just broken is found again under its next name. Where a balancer sent the request
        # to another process than the stream's, the next request may arrive at the right one.
        again = error.reason is Reason.STREAM_NOT_FOUND or error.code in (
            Code.UNAVAILABLE,
            Code.DEADLINE_EXCEEDED,
            Code.RESOURCE_EXHAUSTED,
        )
        if not again:
            raise error
        self._failure = error
        self._ask_at = self._engine.clock() + self._backoff.next(error.retry_after)

    def revision(self) -> Revision:
        """The revision that was waited for, once it is over."""
        return self._target or Revision(0)

    def _is_reached(self) -> bool:
        view = self._engine.session.view
        return self._target is not None and view is not None and view.revision >= self._target

    def _obstacle(self) -> Refusal | None:
        """The refusal that keeps what has arrived from being read; None while there is none."""
        received = self._engine.session.received
        if self._target is None or received is None or received.revision < self._target:
            return None
        return self._engine.session.refusal

    def _refused(self, refusal: Refusal) -> FailedPrecondition:
        view = self._engine.session.view
        return FailedPrecondition(
            f"revision {refusal.revision} was refused here, so reads stay behind: {refusal.reason}",
            reason=Reason.CONSTRAINT_VIOLATION,
            metadata={
                "refused_revision": str(refusal.revision),
                "applied_revision": "0" if view is None else str(view.revision),
            },
        )

    def _timed_out(self) -> VexilError:
        session = self._engine.session
        where = self._engine.options.endpoint.target
        if session.open_stream is None:
            why = session.last_error
            return _caused(
                Unavailable(f"no stream from {where} within {self._timeout:g} s{_because(why)}"), why
            )
        if self._target is None:
            what = "no answer how far the stream is"
        else:
            what = f"revision {self._target} did not arrive"
        error = DeadlineExceeded(f"{what} within {self._timeout:g} s from {where}{_because(self._failure)}")
        return _caused(error, self._failure)


def closed() -> FailedPrecondition:
    """The error for a client that is closed."""
    return FailedPrecondition("the client is closed; make another", reason=Reason.NOT_READY)


def _because(why: VexilError | None) -> str:
    return "" if why is None else f": {why.message}"


def _caused(error: VexilError, cause: VexilError | None) -> VexilError:
    error.__cause__ = cause
    return error
