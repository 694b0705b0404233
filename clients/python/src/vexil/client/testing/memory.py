"""Clients without a server."""

import asyncio
import inspect
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from vexil.client.change import Change
from vexil.client.change_stream import ChangeStream
from vexil.client.local_reads import LocalReads
from vexil.client.replica.update import Update
from vexil.client.state import ClientState
from vexil.client.testing.state import MemoryState, effective_states
from vexil.client.testing.values import setting_of
from vexil.client.watches import ChangeWatches, Job, StateWatches, Watch
from vexil.core.errors import VexilError
from vexil.core.resource import Kind, Resource, Revision
from vexil.core.setting import Segment

log = logging.getLogger("vexil.client")


class _InMemory(LocalReads):
    """What a test does to both clients."""

    def __init__(self, values: Mapping[str, Any] | None = None, *, environment: str = "test") -> None:
        self._memory = MemoryState(environment)
        self._source = self._memory
        self._changes = ChangeWatches()
        self._states = StateWatches()
        self.update(values or {})

    @classmethod
    def from_files(cls, paths: Iterable[Path | str], environment: str) -> Self:
        """A client with what manifests of one namespace give an environment, inherited included.

        Needs the extra `vexil[files]`. Raises InvalidRequest with the place in the file, and NotFound.
        """
        from vexil.files import load  # noqa: PLC0415 - an extra

        client = cls(environment=environment)
        states = effective_states(load(paths, namespace="test", environment=environment), environment)
        client._memory.write((state.id.kind, state.id.key, state.resource) for state in states)
        return client

    @property
    def state(self) -> ClientState:
        """READY, unless the test says otherwise."""
        return self._memory.state

    @property
    def age(self) -> float:
        """Nothing here gets old."""
        return 0.0

    @property
    def last_error(self) -> VexilError | None:
        """Nothing here fails."""
        return None

    def set(self, key: str, value: Any) -> None:
        """Sets a setting: a bool, str, int, float, dict, list, SecretReference, or a whole `Setting`.

        One commit; watches are called before this returns. Raises InvalidRequest.
        """
        self.update({key: value})

    def update(self, values: Mapping[str, Any]) -> None:
        """Sets several settings in one commit, as `set` does."""
        self._write((Kind.SETTING, key, setting_of(key, value)) for key, value in values.items())

    def set_segment(self, key: str, segment: Segment) -> None:
        """Sets a segment that rules refer to."""
        self._write([(Kind.SEGMENT, key, segment)])

    def delete(self, key: str) -> None:
        """Deletes a setting; without effect when it is not there."""
        if key in self._memory.view.settings:
            self._write([(Kind.SETTING, key, None)])

    def set_state(self, state: ClientState) -> None:
        """Makes reads answer as in that state: CONNECTING gives defaults, STALE marks what is served."""
        self._memory.be(state)
        self._states.publish(state)

    def watch(
        self, pattern: str, callback: Callable[[Change], object], *, kind: Kind = Kind.SETTING
    ) -> Watch[Change]:
        """Calls back, in the call that makes a change, for each key that fits."""
        return self._changes.add(pattern, kind, callback, self._submit)

    def watch_state(self, callback: Callable[[ClientState], object]) -> Watch[ClientState]:
        """Calls back with each state that `set_state` sets."""
        return self._states.add(callback, self._submit)

    def unwatch(self, watch: Watch[Change] | Watch[ClientState]) -> None:
        """Ends a watch."""
        watch.cancel()

    def _write(self, contents: Iterable[tuple[Kind, str, Resource | None]]) -> None:
        self._publish(self._memory.write(contents))

    def _publish(self, update: Update) -> None:
        self._changes.publish(update)

    def _submit(self, job: Job) -> object:
        return job()


class InMemoryClient(_InMemory):
    """A `Client` without a server, for tests: what the test sets is what it reads.

    `environment` is the one that evaluations name.
    """

    def start(self) -> None:
        """Does nothing: the state is there."""

    def connect(self, timeout: float = 10.0) -> ClientState:
        """The state that the test set."""
        return self.state

    def wait_ready(self, timeout: float | None = None) -> bool:
        """Whether the test left the client ready."""
        return self.state is ClientState.READY

    def catch_up(self, timeout: float = 5.0) -> Revision:
        """The revision: nothing is committed elsewhere."""
        return self.revision

    def close(self) -> None:
        """Marks the client closed."""
        self.set_state(ClientState.CLOSED)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class InMemoryAsyncClient(_InMemory):
    """An `AsyncClient` without a server, for tests.

    Callbacks are called in the call that makes a change; what a coroutine function returns runs in a task,
    and `settle` waits for all of these.
    """

    def __init__(self, values: Mapping[str, Any] | None = None, *, environment: str = "test") -> None:
        super().__init__(values, environment=environment)
        self._streams: list[ChangeStream] = []
        self._tasks: set[asyncio.Future[Any]] = set()

    async def start(self) -> None:
        """Does nothing: the state is there."""

    async def connect(self, timeout: float = 10.0) -> ClientState:  # noqa: ASYNC109 - as the real one
        """The state that the test set."""
        return self.state

    async def wait_ready(self, timeout: float | None = None) -> bool:  # noqa: ASYNC109 - as the real one
        """Whether the test left the client ready."""
        return self.state is ClientState.READY

    async def catch_up(self, timeout: float = 5.0) -> Revision:  # noqa: ASYNC109 - as the real one
        """The revision: nothing is committed elsewhere."""
        return self.revision

    async def close(self) -> None:
        """Marks the client closed and ends its iterators."""
        await self.settle()
        self.set_state(ClientState.CLOSED)
        for stream in self._streams:
            stream.end()
        self._streams.clear()

    async def settle(self) -> None:
        """Waits until every callback that is a coroutine has run."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def changes(self, pattern: str = "*", *, kind: Kind = Kind.SETTING) -> ChangeStream:
        """The changes from now on of the keys that fit; ends when the client is closed."""
        stream = ChangeStream(self._changes, pattern, kind)
        self._streams.append(stream)
        return stream

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def _submit(self, job: Job) -> object:
        result = job()
        if inspect.isawaitable(result):
            task = asyncio.ensure_future(_contained(result))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return None


async def _contained(result: Awaitable[object]) -> None:
    try:
        await result
    except Exception:
        log.exception("a callback failed: %r", result)
