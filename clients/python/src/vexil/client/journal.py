"""What a client writes to the log, through `logging.getLogger("vexil.client")`."""

import logging

from vexil.client.replica.replica import Refusal
from vexil.client.state import ClientState
from vexil.core.errors import Reason, VexilError

log = logging.getLogger("vexil.client")


_TURNED_AWAY = (Reason.RATE_LIMITED, Reason.TOO_MANY_STREAMS)

_BUSY = "the server takes no more streams now and has named a time; what is held stays in use until then"


class Journal:
    """One client's entries: each outage once at WARNING, its repetitions at DEBUG."""

    def __init__(self, target: str, namespace: str, environment: str) -> None:
        self._what = f"{namespace}/{environment} at {target}"
        self._failing = False
        self._refused: Refusal | None = None

    def stream_ended(self, error: VexilError | None, pause: float) -> None:
        """The stream is over, and the next attempt comes after `pause` seconds."""
        if error is None:
            log.info("%s: the server ended the stream; again in %.1f s", self._what, pause)
            return
        level = logging.DEBUG if self._failing else logging.WARNING
        self._failing = True
        why = _BUSY if error.reason in _TURNED_AWAY else error.message
        log.log(level, "%s: %s (%s); again in %.1f s", self._what, why, error.reason, pause)

    def defect(self, error: Exception) -> None:
        """An exception that nobody foresaw."""
        log.error("%s: a defect in this library; the stream starts afresh", self._what, exc_info=error)

    def received(self) -> None:
        """The server was heard from."""
        if self._failing:
            self._failing = False
            log.info("%s: receiving again", self._what)

    def state(self, state: ClientState) -> None:
        """The client's state changed."""
        level = logging.WARNING if state is ClientState.STALE else logging.INFO
        log.log(level, "%s: %s", self._what, state)

    def refusal(self, refusal: Refusal | None) -> None:
        """The state that was just received was refused, or was not."""
        if refusal is not None and refusal != self._refused:
            log.warning("%s: revision %d refused: %s", self._what, refusal.revision, refusal.reason)
        self._refused = refusal
