"""The client for programs with threads."""

import os
import weakref
from collections.abc import Callable
from types import TracebackType
from typing import Self, Unpack

from vexil.client.base import BaseClient
from vexil.client.change import Change
from vexil.client.engine import Engine, Surroundings
from vexil.client.options import ClientArguments, client_options
from vexil.client.rpc.endpoint import Endpoint
from vexil.client.state import ClientState
from vexil.client.watches import Watch
from vexil.client.worker import Worker
from vexil.core.resource import Kind, Revision

_SURROUNDINGS = Surroundings()


class Client(BaseClient):
    """Settings of one environment, read from memory and kept current by a watch stream.

        with Client("127.0.0.1:7350", namespace="shop", environment="prod") as client:
            if client.get_bool("checkout.new-flow", False, EvaluationContext("user-7")):
                ...

    Reads (see `Reads`) take no lock, do no I/O and never raise, from any thread. Make one client per process,
    after forking, and keep it. Keyword arguments: `ClientArguments`. Used as a context manager it connects
    first, and goes on when the server can't be reached; what waiting does not cure, such as NotFound for the
    environment, it raises, unless there is a saved state to start from.
    """

    def __init__(
        self,
        target: str | Endpoint | None = None,
        *,
        surroundings: Surroundings = _SURROUNDINGS,
        **arguments: Unpack[ClientArguments],
    ) -> None:
        super().__init__(Engine(client_options(target, os.environ, **arguments), surroundings))
        self._worker = Worker(self._engine)
        self._finalizer = weakref.finalize(self, self._worker.close)

    def start(self) -> None:
        """Begins to connect and returns; reads give defaults or the saved state until the server answers."""
        self._worker.start()

    def connect(self, timeout: float = 10.0) -> ClientState:
        """Starts, and waits up to `timeout` seconds for the current state.

        Answers READY, or STALE when there is only a saved state to start from. Otherwise raises
        DeadlineExceeded, caused by the last failure, or at once that failure itself when waiting does not
        help, such as NotFound for the environment. The client keeps trying all the same.
        """
        self.start()
        self._worker.wait_for(self._engine.is_settled, timeout)
        return self._started(timeout)

    def wait_ready(self, timeout: float | None = None) -> bool:
        """Waits until the state is current, up to `timeout` seconds (None: for ever); whether it is."""
        return self._worker.wait_for(self._engine.is_ready, timeout)

    def catch_up(self, timeout: float = 5.0) -> Revision:
        """Waits until reads contain everything that was committed, anywhere, before this call.

        Starts the client if needed; answers the revision that it waited for. Raises DeadlineExceeded when
        that did not arrive within `timeout` seconds, Unavailable when there is no stream by then, and at once
        FailedPrecondition when `accept` refused that revision or the client is closed, and what waiting does
        not cure, such as NotFound for the environment.
        """
        return self._worker.catch_up(timeout)

    def close(self) -> None:
        """Ends the stream, the threads and the watches; reads go on from the last state. May be repeated."""
        self._finalizer()

    def watch(
        self, pattern: str, callback: Callable[[Change], object], *, kind: Kind = Kind.SETTING
    ) -> Watch[Change]:
        """Calls back for each change of the keys that fit a key or a shell-style pattern (`checkout.*`).

        Callbacks run one after the other in a thread of their own, in revision order, each after its change
        can be read. They may block: that delays only other callbacks. What they raise is logged. The first
        state counts as changes from nothing.
        """
        self._worker.check_process()
        with self._worker.moved:
            return self._engine.changes.add(pattern, kind, callback, self._worker.dispatcher.submit)

    def watch_state(self, callback: Callable[[ClientState], object]) -> Watch[ClientState]:
        """Calls back with each new state of the client, as `watch` does."""
        self._worker.check_process()
        with self._worker.moved:
            return self._engine.states.add(callback, self._worker.dispatcher.submit)

    def unwatch(self, watch: Watch[Change] | Watch[ClientState]) -> None:
        """Ends a watch, as `watch.cancel()` does."""
        watch.cancel()

    def __enter__(self) -> Self:
        self.start()
        self._worker.wait_for(self._engine.is_settled, self._engine.options.call_timeout)
        hopeless = self._hopeless()
        if hopeless is not None:
            self.close()
            raise hopeless
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
