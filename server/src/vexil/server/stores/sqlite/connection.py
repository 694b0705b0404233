"""Connections to the file, and transactions on them."""

import random
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

from vexil.server.stores.sqlite.errors import busy

JOURNAL_SIZE_LIMIT = 64 * 1024 * 1024
"""Bytes that the -wal file keeps after a checkpoint; a large commit may make it larger for a while."""

_RETRY_INTERVAL = (0.0002, 0.002)
"""Seconds, the least and the most."""

_PRAGMAS = (
    "PRAGMA synchronous = FULL",  # a commit is on the disk before COMMIT returns
    "PRAGMA fullfsync = ON",  # macOS: past the drive's own cache too
    f"PRAGMA journal_size_limit = {JOURNAL_SIZE_LIMIT}",
    "PRAGMA cell_size_check = ON",  # finds some damage where it is read
    "PRAGMA trusted_schema = OFF",  # a file from elsewhere runs nothing
    "PRAGMA temp_store = MEMORY",
)


def connect(path: Path, *, busy_timeout: float, mode: Literal["rw", "rwc"] = "rw") -> sqlite3.Connection:
    """A connection in autocommit mode, for one thread at a time.

    The path is absolute, `busy_timeout` in seconds. The file must exist unless the mode is "rwc". A
    connection that only reads opens it for writing too: the log's index (-shm) is shared by all.
    """
    connection = sqlite3.connect(
        f"{path.as_uri()}?mode={mode}",
        uri=True,
        timeout=busy_timeout,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        for pragma in _PRAGMAS:
            connection.execute(pragma)
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def reading(connection: sqlite3.Connection) -> Iterator[None]:
    """Everything read inside is of one moment."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")


@contextmanager
def writing(connection: sqlite3.Connection, busy_timeout: float) -> Iterator[None]:
    """Everything written inside is durable afterwards, or none of it was written.

    Takes the write lock at once: what is read inside is still true at the end.
    """
    patiently(connection, "BEGIN IMMEDIATE", busy_timeout)
    try:
        yield
        connection.execute("COMMIT")
    finally:
        # After an error of the disk SQLite may have rolled back by itself.
        if connection.in_transaction:
            with suppress(sqlite3.Error):
                connection.execute("ROLLBACK")


def patiently(connection: sqlite3.Connection, statement: str, busy_timeout: float) -> sqlite3.Cursor:
    """Executes a statement, trying again while other connections are in its way, for so many seconds.

    SQLite's own way of waiting sleeps longer and longer, up to 100 ms, and some statements don't wait at all;
    a commit takes about a millisecond.
    """
    deadline = time.monotonic() + busy_timeout
    while True:
        try:
            return connection.execute(statement)
        except sqlite3.OperationalError as error:
            if not busy(error) or time.monotonic() >= deadline:
                raise
        time.sleep(random.uniform(*_RETRY_INTERVAL))  # noqa: S311
