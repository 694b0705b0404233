"""What both clients have in common besides reading."""

from vexil.client.catch_up import closed
from vexil.client.connected import Connected
from vexil.client.engine import Engine
from vexil.client.local_reads import LocalReads
from vexil.client.state import ClientState
from vexil.core.errors import DeadlineExceeded, VexilError


class BaseClient(Connected, LocalReads):
    """A client's standing towards its server."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._source = engine.session

    @property
    def state(self) -> ClientState:
        """What answers are worth now."""
        return self._engine.session.state

    @property
    def age(self) -> float:
        """Seconds since the server last vouched for the state; infinite when it never did."""
        return self._engine.session.age

    @property
    def last_error(self) -> VexilError | None:
        """Why the last stream failed; None since messages arrive again."""
        return self._engine.session.last_error

    def _hopeless(self) -> VexilError | None:
        """Why there is nothing to read from, and will not be; None while there is hope."""
        return self._engine.lasting_failure() if self._engine.session.view is None else None

    def _started(self, timeout: float) -> ClientState:
        """The state after waiting for it, if there is anything to read. Raises as `connect` says."""
        session = self._engine.session
        if session.state in (ClientState.READY, ClientState.STALE):
            return session.state
        if session.state is ClientState.CLOSED:
            raise closed()
        lasting = self._engine.lasting_failure()
        if lasting is not None:
            raise lasting
        what = f"{self._engine.options.namespace}/{self._engine.options.environment}"
        where = self._engine.options.endpoint.target
        why = session.last_error
        raise DeadlineExceeded(
            f"no state of {what} from {where} within {timeout:g} s{f': {why.message}' if why else ''}",
            metadata={"target": where},
        ) from why
