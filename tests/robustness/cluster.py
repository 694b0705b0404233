"""Servers that share one store, each a process behind a proxy of its own."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

import grpc.aio

from tests.robustness.proxy import Proxy, proxy
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
    """One server process. Its address stays the same when it is started again."""

    def __init__(self, name: str, proxy: Proxy, store: Path, settings: dict[str, Any]) -> None:
        self.name = name
        self.proxy = proxy
        self._store = store
        self._settings = settings
        self._process: ServerProcess | None = None
        self._ends = ExitStack()

    @property
    def address(self) -> str:
        """Where clients call it, running or not."""
        return self.proxy.address

    async def start(self) -> None:
        """Starts it, unless it runs, and waits until it serves."""
        if self._process is None:
            self._process = self._ends.enter_context(server_process(self._store, **self._settings))
            self.proxy.server = await asyncio.to_thread(lambda process: process.target, self._process)

    async def kill(self) -> None:
        """SIGKILL: whatever it was doing stays undone."""
        if self._process is not None:
            await asyncio.to_thread(self._process.kill)
            await self._gone()

    async def drain(self) -> None:
        """SIGTERM, and waits until it has drained."""
        if self._process is not None:
            await asyncio.to_thread(self._process.terminate)
            await self._gone()

    def freeze(self) -> None:
        """SIGSTOP: connections stay open, nothing answers."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT: it goes on as if no time had passed."""
        self._signal(signal.SIGCONT)

    async def close(self) -> None:
        """Ends it if it runs, frozen or not."""
        self.thaw()
        await asyncio.to_thread(self._ends.close)

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.process.poll() is None:
            os.kill(self._process.pid, number)

    async def _gone(self) -> None:
        self.proxy.server = None
        self._process = None
        await asyncio.to_thread(self._ends.close)


@asynccontextmanager
async def cluster(store: Path, count: int, **settings: Any) -> AsyncIterator[list[Node]]:
    """So many servers on one SQLite file; settings as in `ServerSettings`."""
    async with AsyncExitStack() as stack:
        nodes = []
        for number in range(1, count + 1):
            between = await stack.enter_async_context(proxy())
            node = Node(f"server-{number}", between, store, {"drain_seconds": 1, **settings})
            stack.push_async_callback(node.close)
            await node.start()
            nodes.append(node)
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
