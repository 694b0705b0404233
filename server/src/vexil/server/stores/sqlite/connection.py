"""Connections to the file, and transactions on them."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

JOURNAL_SIZE_LIMIT = 64 * 1024 * 1024
"""Bytes that the -wal file keeps after a checkpoint; a large commit may make it larger for a while."""

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

    `busy_timeout` is in seconds. The file must exist unless the mode is "rwc". A connection that only reads
    opens it for writing too: the log's index (-shm) is shared by all.
    """
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=busy_timeout,
        isolation_level=None,
        check_same_thread=False,
    )
    for pragma in _PRAGMAS:
        connection.execute(pragma)
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
def writing(connection: sqlite3.Connection) -> Iterator[None]:
    """Everything written inside is durable afterwards, or none of it was written.

    Takes the write lock at once: what is read inside is still true at the end.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    finally:
        # After an error of the disk SQLite may have rolled back by itself.
        if connection.in_transaction:
            with suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
