"""Both clients behind one interface, so that one suite of tests speaks for both."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar, Unpack

from vexil.client import AsyncClient, Change, Client, ClientArguments, ClientState, Endpoint, Watch
from vexil.client.base import BaseClient
from vexil.client.engine import Surroundings
from vexil.core.resource import Revision

T = TypeVar("T")


class AnyClient(Protocol):
    """A client with blocking methods; `reads` is the client itself, for reading."""

    @property
    def reads(self) -> BaseClient: ...
    def start(self) -> None: ...
    def connect(self, timeout: float = 10.0) -> ClientState: ...
    def wait_ready(self, timeout: float | None = None) -> bool: ...
    def catch_up(self, timeout: float = 5.0) -> Revision: ...
    def close(self) -> None: ...
    def watch(self, pattern: str, callback: Callable[[Change], object]) -> Watch[Change]: ...
    def watch_state(self, callback: Callable[[ClientState], object]) -> Watch[ClientState]: ...
    def unwatch(self, watch: Watch[Any]) -> None: ...


class AnyClientFactory(Protocol):
    """Makes clients of one kind."""

    def __call__(
        self,
        target: str | Endpoint,
        *,
        surroundings: Surroundings = ...,
        **arguments: Unpack[ClientArguments],
    ) -> AnyClient: ...


class SyncClient:
    """`Client`, as it is."""

    def __init__(self, target: str | Endpoint, **arguments: Any) -> None:
        self.reads = client = Client(target, **arguments)
        self.start = client.start
        self.connect = client.connect
        self.wait_ready = client.wait_ready
        self.catch_up = client.catch_up
        self.close = client.close
        self.watch = client.watch
        self.watch_state = client.watch_state
        self.unwatch = client.unwatch


class LoopClient:
    """`AsyncClient` in an event loop of its own thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop, target: str | Endpoint, **arguments: Any) -> None:
        self._loop = loop
        self.reads = self._client = self._run(self._make(target, arguments))

    def start(self) -> None:
        self._run(self._client.start())

    def connect(self, timeout: float = 10.0) -> ClientState:
        return self._run(self._client.connect(timeout))

    def wait_ready(self, timeout: float | None = None) -> bool:
        return self._run(self._client.wait_ready(timeout))

    def catch_up(self, timeout: float = 5.0) -> Revision:
        return self._run(self._client.catch_up(timeout))

    def close(self) -> None:
        self._run(self._client.close())

    def watch(self, pattern: str, callback: Callable[[Change], object]) -> Watch[Change]:
        return self._call(lambda: self._client.watch(pattern, callback))

    def watch_state(self, callback: Callable[[ClientState], object]) -> Watch[ClientState]:
        return self._call(lambda: self._client.watch_state(callback))

    def unwatch(self, watch: Watch[Any]) -> None:
        self._call(lambda: self._client.unwatch(watch))

    async def _make(self, target: str | Endpoint, arguments: dict[str, Any]) -> AsyncClient:
        return AsyncClient(target, **arguments)

    def _call(self, function: Callable[[], T]) -> T:
        async def call() -> T:
            return function()

        return self._run(call())

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)


@contextmanager
def clients(kind: str) -> Iterator[AnyClientFactory]:
    """Makes clients of the kind "sync" or "asyncio"; closes them all."""
    made: list[AnyClient] = []
    with _running_loop() as loop:

        def make(target: str | Endpoint, **arguments: Any) -> AnyClient:
            client: AnyClient = (
                SyncClient(target, **arguments) if kind == "sync" else LoopClient(loop, target, **arguments)
            )
            made.append(client)
            return client

        try:
            yield make
        finally:
            for client in made:
                client.close()


@contextmanager
def _running_loop() -> Iterator[asyncio.AbstractEventLoop]:
    with asyncio.Runner() as runner:
        loop = runner.get_loop()
        thread = threading.Thread(target=loop.run_forever, name="test-loop")
        thread.start()
        try:
            yield loop
        finally:
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
