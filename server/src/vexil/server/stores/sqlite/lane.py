"""Threads that use connections, so that the event loop does not wait for the disk."""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import TypeVar

from vexil.server.stores.sqlite.errors import translated

T = TypeVar("T")


class Lane:
    """One thread for each connection; work waits in order until one is free."""

    def __init__(self, name: str, connections: Sequence[sqlite3.Connection]) -> None:
        self._connections = connections
        self._idle: SimpleQueue[sqlite3.Connection] = SimpleQueue()
        for connection in connections:
            self._idle.put(connection)
        self._threads = ThreadPoolExecutor(len(connections), thread_name_prefix=name)

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """The result of the work; SQLite's errors become Vexil's.

        A cancelled call does not begin; once begun, it is finished all the same.
        """
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._work, work)

    def close(self) -> None:
        """Waits for work under way, then closes the connections. Not from the event loop."""
        self._threads.shutdown()
        for connection in self._connections:
            connection.close()

    def _work(self, work: Callable[[sqlite3.Connection], T]) -> T:
        connection = self._idle.get()
        try:
            with translated():
                return work(connection)
        finally:
            self._idle.put(connection)
