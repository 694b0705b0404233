"""Servers for tests: in the test's event loop, in a thread, or as a process of their own."""

import asyncio
import json
import os
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vexil.server.clock import Clock
from vexil.server.compose import RunningServer, running
from vexil.server.settings import ServerSettings
from vexil.server.stores.port import Store

PATIENCE = 60.0
"""Seconds after which something that should have happened long ago counts as a failure."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server in this process: where clients call it, and its inside."""

    target: str
    inside: RunningServer


@asynccontextmanager
async def running_server(
    store: Store | Path | None = None, clock: Clock | None = None, **settings: Any
) -> AsyncIterator[Server]:
    """A server in this event loop, on a free port; in memory, or on a SQLite file where `store` is a path."""
    place = f"sqlite:{store}" if isinstance(store, Path) else "memory"
    wanted = {"listen": "127.0.0.1:0", "store": place, "drain_seconds": 2.0, **settings}
    given = None if isinstance(store, Path) else store
    async with running(ServerSettings(**wanted), given, clock) as server:
        yield Server(server.address, server)


@contextmanager
def server_thread(**settings: Any) -> Iterator[Server]:
    """`running_server` in an event loop of its own thread, for tests without one."""
    started: list[Server] = []
    ready, end = threading.Event(), threading.Event()

    async def serve() -> None:
        async with running_server(**settings) as server:
            started.append(server)
            ready.set()
            await asyncio.to_thread(end.wait)

    def run() -> None:
        try:
            asyncio.run(serve())
        finally:
            ready.set()

    thread = threading.Thread(target=run, name="server")
    thread.start()
    try:
        ready.wait()
        if not started:
            raise RuntimeError("the server did not start; its thread's traceback says why")
        yield started[0]
    finally:
        end.set()
        thread.join()


class ServerProcess:
    """`vexil serve` as a process. `lines` are its log lines so far, each a JSON object."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: list[dict[str, Any]] = []
        self._changed = threading.Condition()
        self._closed = False
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def target(self) -> str:
        """Where clients call it."""
        return str(self.wait_for("serving")["address"])

    @property
    def pid(self) -> int:
        """The process's id; with several processes, the supervisor's."""
        return self.process.pid

    def wait_for(self, event: str, count: int = 1) -> dict[str, Any]:
        """The `count`-th log line of that event; waits until it is there."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or len(self._found(event)) >= count, PATIENCE)
            found = self._found(event)
        if len(found) < count:
            raise RuntimeError(f"no {event!r} in the log: {self.lines}")
        return found[count - 1]

    def terminate(self) -> int:
        """SIGTERM, and the exit code when it has drained."""
        self.process.terminate()
        return self.process.wait(PATIENCE)

    def kill(self) -> None:
        """SIGKILL, in the middle of whatever it does."""
        self.process.kill()
        self.process.wait(PATIENCE)

    def close(self) -> None:
        """Ends it if it still runs."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.kill()
        self._reader.join(PATIENCE)
        if self.process.stderr is not None:
            self.process.stderr.close()

    def _found(self, event: str) -> list[dict[str, Any]]:
        return [line for line in self.lines if line.get("event") == event]

    def _read(self) -> None:
        assert self.process.stderr is not None
        for text in self.process.stderr:
            try:
                line = json.loads(text)
            except ValueError:
                line = {"event": "text", "text": text.rstrip()}
            with self._changed:
                self.lines.append(line)
                self._changed.notify_all()
        with self._changed:
            self._closed = True
            self._changed.notify_all()


@contextmanager
def server_process(
    store: Path | str = "memory", variables: Mapping[str, str] | None = None, **settings: Any
) -> Iterator[ServerProcess]:
    """A `vexil serve` process on a free port, with a SQLite file where `store` is a path.

    Settings are named as in `ServerSettings`, `variables` are added to its environment. Ends with the block;
    a test may end it sooner.
    """
    wanted: dict[str, Any] = {
        "listen": "127.0.0.1:0",
        "store": f"sqlite:{store}" if isinstance(store, Path) else store,
        "drain_seconds": 5,
        "log_format": "json",
        **settings,
    }
    flags = [f"--{name.replace('_', '-')}={value}" for name, value in wanted.items() if value is not True]
    flags += [f"--{name.replace('_', '-')}" for name, value in wanted.items() if value is True]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("VEXIL_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "vexil.server.cli", "serve", *flags],
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**environment, **(variables or {})},
    )
    server = ServerProcess(process)
    try:
        yield server
    finally:
        server.close()
