"""Servers that share one store, each a process behind a proxy of its own."""

import asyncio
import json
import os
import random
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

import grpc.aio

from tests.robustness.proxy import Proxy, proxy
from tests.robustness.wall_clock import WallClock
from tests.support.server import ServerProcess, server_process


class Target(Protocol):
    """Where watchers and writers turn to."""

    @property
    def name(self) -> str:
        """What records call it."""
        ...

    @property
    def address(self) -> str:
        """`host:port`."""
        ...


class Node:
    """One server, of one process or several. Its address stays the same when it is started again."""

    def __init__(
        self,
        name: str,
        proxy: Proxy,
        store: Path,
        log: Path,
        settings: dict[str, Any],
        clock: WallClock | None = None,
    ) -> None:
        self.name = name
        self.proxy = proxy
        self.clock = clock
        self._store = store
        self._log = log
        self._settings = settings
        self._process: ServerProcess | None = None
        self._ends = ExitStack()
        # Two faults at once may both want it killed, or started.
        self._changing = asyncio.Lock()

    @property
    def address(self) -> str:
        """Where clients call it, running or not."""
        return self.proxy.address

    async def start(self) -> None:
        """Starts it, unless it runs, and waits until it serves."""
        async with self._changing:
            if self._process is None:
                variables = {} if self.clock is None else self.clock.variables
                self._process = self._ends.enter_context(
                    server_process(self._store, variables, **self._settings)
                )
                self.proxy.server = await asyncio.to_thread(lambda process: process.target, self._process)

    async def kill(self) -> None:
        """SIGKILL: whatever it was doing stays undone."""
        async with self._changing:
            if self._process is not None:
                for worker in self._workers():
                    _signal(worker, signal.SIGKILL)
                await asyncio.to_thread(self._process.kill)
                await self._gone()

    async def drain(self) -> None:
        """SIGTERM, and waits until it has drained."""
        async with self._changing:
            if self._process is not None:
                await asyncio.to_thread(self._process.terminate)
                await self._gone()

    def freeze(self) -> None:
        """SIGSTOP: connections stay open, nothing answers."""
        self._signal_all(signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT: it goes on as if no time had passed."""
        self._signal_all(signal.SIGCONT)

    def kill_worker(self, dice: random.Random) -> None:
        """SIGKILL for one of several processes; where there is but one, nothing."""
        if workers := self._workers():
            _signal(dice.choice(workers), signal.SIGKILL)

    def replace_workers(self) -> None:
        """SIGHUP: new processes take over from old ones, one by one; where there is but one, nothing."""
        if self._process is not None and self._workers():
            _signal(self._process.pid, signal.SIGHUP)

    async def close(self) -> None:
        """Ends it if it runs, frozen or not."""
        self.thaw()
        if self._process is not None:
            await self._gone()

    def _workers(self) -> list[int]:
        """Process ids; none where the server is one process."""
        if self._process is None or self._settings.get("processes", 1) == 1:
            return []
        return [child for child in _children(self._process.pid) if b"spawn_main" in _command(child)]

    def _signal_all(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.process.poll() is None:
            for process in [*self._workers(), self._process.pid]:
                _signal(process, number)

    async def _gone(self) -> None:
        self.proxy.server = None
        ended, self._process = self._process, None
        await asyncio.to_thread(self._ends.close)
        if ended is not None:
            with self._log.open("a") as log:
                log.writelines(json.dumps(line) + "\n" for line in ended.lines)


@asynccontextmanager
async def cluster(
    store: Path, count: int, directory: Path, *, clocks: bool = False, **settings: Any
) -> AsyncIterator[list[Node]]:
    """So many servers on one SQLite file; settings as in `ServerSettings`. Their logs go into the directory.

    With `clocks`, each has a wall clock of its own.
    """
    async with AsyncExitStack() as stack:
        nodes = []
        for number in range(1, count + 1):
            between = await stack.enter_async_context(proxy())
            name = f"server-{number}"
            clock = WallClock(directory / f"{name}.clock") if clocks else None
            log = directory / f"{name}.log"
            node = Node(name, between, store, log, {"drain_seconds": 1, **settings}, clock)
            stack.push_async_callback(node.close)
            nodes.append(node)
        await asyncio.gather(*(node.start() for node in nodes))
        yield nodes


def open_channel(address: str) -> grpc.aio.Channel:
    """A channel with a connection of its own: channels usually share one, and with it its faults."""
    options = [
        ("grpc.use_local_subchannel_pool", 1),
        ("grpc.enable_http_proxy", 0),
        ("grpc.enable_retries", 0),
        ("grpc.max_receive_message_length", 64 * 1024 * 1024),
    ]
    return grpc.aio.insecure_channel(address, options)


def _children(process: int) -> list[int]:
    tasks = Path(f"/proc/{process}/task").glob("*/children")
    return [int(child) for children in tasks for child in children.read_text().split()]


def _command(process: int) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{process}/cmdline").read_bytes()
    return b""


def _signal(process: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(process, number)
