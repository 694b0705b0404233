"""The client for programs with an event loop."""

import os
import weakref
from collections.abc import Callable
from types import TracebackType
from typing import Self, Unpack

from vexil.client.aio_worker import AioWorker
from vexil.client.base import BaseClient
from vexil.client.change import Change
from vexil.client.change_stream import ChangeStream
from vexil.client.engine import Engine, Surroundings
from vexil.client.options import ClientArguments, client_options
from vexil.client.rpc.endpoint import Endpoint
from vexil.client.state import ClientState
from vexil.client.watches import Watch
from vexil.core.resource import Kind, Revision

_SURROUNDINGS = Surroundings()


class AsyncClient(BaseClient):
    """Settings of one environment, read from memory and kept current by a watch stream.

        async with AsyncClient("127.0.0.1:7350", namespace="shop", environment="prod") as client:
            if client.get_bool("checkout.new-flow", False, EvaluationContext("user-7")):
                ...

    Reads (see `Reads`) are ordinary calls: they do no I/O, never raise, and may come from any thread. All
    else belongs to the event loop in which the client was started. Make one client per process, after
    forking, and keep it. Keyword arguments: `ClientArguments`. Used as a context manager it connects first,
    and goes on when the server can't be reached; what waiting does not cure, such as NotFound for the
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
        self._worker = AioWorker(self._engine)
        self._streams: weakref.WeakSet[ChangeStream] = weakref.WeakSet()

    async def start(self) -> None:
        """Begins to connect and returns; reads give defaults or the saved state until the server answers."""
        await self._worker.start()

    async def connect(self, timeout: float = 10.0) -> ClientState:  # noqa: ASYNC109 - its end is an answer
        """Starts, and waits up to `timeout` seconds for the current state.

        Answers READY, or STALE when there is only a saved state to start from. Otherwise raises
        DeadlineExceeded, caused by the last failure, or at once that failure itself when waiting does not
        help, such as NotFound for the environment. The client keeps trying all the same.
        """
        await self.start()
        await self._worker.wait_for(self._engine.is_settled, timeout)
        return self._started(timeout)

    async def wait_ready(self, timeout: float | None = None) -> bool:  # noqa: ASYNC109 - its end is an answer
        """Waits until the state is current, up to `timeout` seconds (None: for ever); whether it is."""
        return await self._worker.wait_for(self._engine.is_ready, timeout)

    async def catch_up(self, timeout: float = 5.0) -> Revision:  # noqa: ASYNC109 - its end is an error of ours
        """Waits until reads contain everything that was committed, anywhere, before this call.

        Starts the client if needed; answers the revision that it waited for. Raises DeadlineExceeded when
        that did not arrive within `timeout` seconds, Unavailable when there is no stream by then, and at once
        FailedPrecondition when `accept` refused that revision or the client is closed, and what waiting does
        not cure, such as NotFound for the environment.
        """
        return await self._worker.catch_up(timeout)

    async def close(self) -> None:
        """Ends the stream, the tasks and all watches; reads go on from the last state. May be repeated."""
        await self._worker.close()
        for stream in list(self._streams):
            stream.end()

    def watch(
        self, pattern: str, callback: Callable[[Change], object], *, kind: Kind = Kind.SETTING
    ) -> Watch[Change]:
        """Calls back for each change of the keys that fit a key or a shell-style pattern (`checkout.*`).

        The callback is a function or a coroutine function. Callbacks run one after the other in a task of
        their own, in revision order, each after its change can be read; one that waits delays only other
        callbacks. What they raise is logged. The first state counts as changes from nothing.
        """
        self._worker.check_process()
        return self._engine.changes.add(pattern, kind, callback, self._worker.dispatcher.submit)

    def watch_state(self, callback: Callable[[ClientState], object]) -> Watch[ClientState]:
        """Calls back with each new state of the client, as `watch` does."""
        self._worker.check_process()
        return self._engine.states.add(callback, self._worker.dispatcher.submit)

    def unwatch(self, watch: Watch[Change] | Watch[ClientState]) -> None:
        """Ends a watch, as `watch.cancel()` does."""
        watch.cancel()

    def changes(self, pattern: str = "*", *, kind: Kind = Kind.SETTING) -> ChangeStream:
        """The changes from now on of the keys that fit: `async for change in client.changes("checkout.*")`.

        Each is told after it can be read. The iteration ends when the client is closed.
        """
        self._worker.check_process()
        stream = ChangeStream(self._engine.changes, pattern, kind)
        self._streams.add(stream)
        return stream

    async def __aenter__(self) -> Self:
        await self.start()
        await self._worker.wait_for(self._engine.is_settled, self._engine.options.call_timeout)
        hopeless = self._hopeless()
        if hopeless is not None:
            await self.close()
            raise hopeless
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
