"""How far the log in a SQLite file was announced."""

import asyncio
import sqlite3
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from vexil.core.resource import Revision
from vexil.server.clock import Clock
from vexil.server.stores.refusals import closed
from vexil.server.stores.sqlite.connection import connect, writing
from vexil.server.stores.sqlite.errors import translated

T = TypeVar("T")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_MARKS = "SELECT namespace, revision FROM announced"
_MARK = """
    INSERT INTO announced (namespace, revision) VALUES (?, ?)
    ON CONFLICT (namespace) DO UPDATE SET revision = max(revision, excluded.revision)
"""
_CLAIM = """
    INSERT INTO announcer (id, holder, until) VALUES (1, :holder, :until)
    ON CONFLICT (id) DO UPDATE SET holder = :holder, until = :until WHERE holder = :holder OR until <= :now
"""
_RELEASE = "DELETE FROM announcer WHERE holder = ?"


class SqliteMarks:
    """`Marks` in the store's own file, so that a copy of the file has marks and log of the same moment.

    A connection of its own writes them without a sync, which a commit would have to wait for: what a power
    cut takes from the marks is announced again. The store must have made the file.
    """

    def __init__(self, path: Path, clock: Clock, busy_timeout: float = 5.0) -> None:
        self._path = path.resolve()
        self._clock = clock
        self._busy_timeout = busy_timeout
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="vexil-marks")
        self._connection: sqlite3.Connection | None = None
        self._closed = False

    async def marks(self) -> Mapping[str, Revision]:
        """The newest announced revision of each namespace."""
        return await self._run(
            lambda connection: {
                namespace: Revision(revision) for namespace, revision in connection.execute(_MARKS)
            }
        )

    async def mark(self, namespace: str, revision: Revision) -> None:
        """Moves a namespace's mark."""

        def work(connection: sqlite3.Connection) -> None:
            with writing(connection, self._busy_timeout):
                connection.execute(_MARK, (namespace, revision))

        await self._run(work)

    async def claim(self, holder: str, seconds: float) -> bool:
        """Whether `holder` alone should announce."""
        now = self._clock.now()
        values = {
            "holder": holder,
            "now": _micros(now),
            "until": _micros(now + timedelta(seconds=seconds)),
        }

        def work(connection: sqlite3.Connection) -> bool:
            with writing(connection, self._busy_timeout):
                return connection.execute(_CLAIM, values).rowcount == 1

        return await self._run(work)

    async def release(self, holder: str) -> None:
        """Lets others announce."""

        def work(connection: sqlite3.Connection) -> None:
            with writing(connection, self._busy_timeout):
                connection.execute(_RELEASE, (holder,))

        await self._run(work)

    async def close(self) -> None:
        """Finishes what is under way, and closes the connection."""
        self._closed = True
        await asyncio.to_thread(self._thread.shutdown)
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    async def _run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        if self._closed:
            raise closed()
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._work, work)

    def _work(self, work: Callable[[sqlite3.Connection], T]) -> T:
        with translated():
            if self._connection is None:
                self._connection = connect(self._path, busy_timeout=self._busy_timeout)
                self._connection.execute("PRAGMA synchronous = NORMAL")
            return work(self._connection)


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)
