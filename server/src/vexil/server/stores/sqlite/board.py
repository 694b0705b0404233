"""The board of the processes on one machine: a SQLite file beside the store."""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from vexil.core.errors import DataLoss, Reason, Unavailable
from vexil.server.clock import Clock
from vexil.server.stores.board import Notice
from vexil.server.stores.refusals import closed
from vexil.server.stores.sqlite.connection import connect, writing
from vexil.server.stores.sqlite.errors import RETRY_AFTER, translated

T = TypeVar("T")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_JOURNAL_SIZE_LIMIT = 4 * 1024 * 1024
_SUBJECT = "the board beside the store"

_SCHEMA = """
    CREATE TABLE IF NOT EXISTS notices (
        topic TEXT NOT NULL,
        author TEXT NOT NULL,
        expires_at INTEGER NOT NULL, -- microseconds since 1970 in UTC
        content BLOB NOT NULL, -- last: the others are read without it
        PRIMARY KEY (topic, author)
    )
"""
_POST = "INSERT OR REPLACE INTO notices (topic, author, expires_at, content) VALUES (?, ?, ?, ?)"
_READ = """
    SELECT author, expires_at, content FROM notices WHERE topic = ? AND expires_at > ? ORDER BY author
"""
_WITHDRAW = "DELETE FROM notices WHERE topic = ? AND author = ?"
_EXPIRE = "DELETE FROM notices WHERE expires_at <= ?"


class SqliteBoard:
    """A `Board` in a file of its own, made when it is first used.

    Not in the store's file: there each post would be synced to the disk and hold up commits. This file is
    never synced; a crash of a process leaves it whole, and one that a power cut damaged is begun anew.
    """

    def __init__(self, path: Path, clock: Clock, busy_timeout: float = 2.0) -> None:
        self._path = path.resolve()
        self._clock = clock
        self._busy_timeout = busy_timeout
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="vexil-board")
        self._open: tuple[sqlite3.Connection, tuple[int, int]] | None = None
        self._closed = False

    async def post(self, notices: Sequence[Notice]) -> None:
        """Puts the notices up, in one transaction, which also removes what has expired."""
        rows = [(each.topic, each.author, _micros(each.expires_at), each.content) for each in notices]
        now = _micros(self._clock.now())

        def work(connection: sqlite3.Connection) -> None:
            with writing(connection, self._busy_timeout):
                connection.execute(_EXPIRE, (now,))
                connection.executemany(_POST, rows)

        await self._run(work)

    async def notices(self, topic: str) -> Sequence[Notice]:
        """Every notice of the topic, by author."""
        now = _micros(self._clock.now())
        rows = await self._run(lambda connection: connection.execute(_READ, (topic, now)).fetchall())
        return [
            Notice(topic, author, content, _EPOCH + timedelta(microseconds=expires_at))
            for author, expires_at, content in rows
        ]

    async def withdraw(self, topic: str, author: str) -> None:
        """Takes a notice down."""

        def work(connection: sqlite3.Connection) -> None:
            with writing(connection, self._busy_timeout):
                connection.execute(_WITHDRAW, (topic, author))

        await self._run(work)

    async def close(self) -> None:
        """Finishes what is under way, and closes the file."""
        self._closed = True
        await asyncio.to_thread(self._thread.shutdown)
        self._release()

    async def _run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        if self._closed:
            raise closed()
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._work, work)

    def _work(self, work: Callable[[sqlite3.Connection], T]) -> T:
        try:
            with translated(_SUBJECT):
                return work(self._connection())
        except DataLoss as error:
            self._begin_anew()
            raise Unavailable(
                f"{_SUBJECT} was damaged, and is begun anew",
                reason=Reason.STORE_UNAVAILABLE,
                retry_after=RETRY_AFTER,
            ) from error

    def _connection(self) -> sqlite3.Connection:
        # Another process may have begun it anew: what is written to a file without a name, nobody reads.
        if self._open is not None and self._open[1] != self._identity():
            self._release()
        if self._open is None:
            connection = connect(self._path, busy_timeout=self._busy_timeout, mode="rwc")
            try:
                for statement in (
                    "PRAGMA journal_mode = WAL",  # a process that is killed while it writes leaves it whole
                    "PRAGMA synchronous = OFF",
                    f"PRAGMA journal_size_limit = {_JOURNAL_SIZE_LIMIT}",
                    _SCHEMA,
                ):
                    connection.execute(statement)
            except BaseException:
                connection.close()
                raise
            self._open = connection, self._identity()
        return self._open[0]

    def _identity(self) -> tuple[int, int]:
        try:
            found = self._path.stat()
        except OSError:
            return (0, 0)
        return found.st_dev, found.st_ino

    def _begin_anew(self) -> None:
        self._release()
        for suffix in ("", "-wal", "-shm"):
            self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)

    def _release(self) -> None:
        if self._open is not None:
            self._open[0].close()
            self._open = None


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)
