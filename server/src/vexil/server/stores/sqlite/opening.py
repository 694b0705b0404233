"""From a path to a file that is known to be ours, whole, and of this release's schema."""

import os
import sqlite3
from collections.abc import Sequence
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from vexil.core.errors import Reason, Unavailable
from vexil.server.directories import sync_names
from vexil.server.stores.sqlite import schema
from vexil.server.stores.sqlite.connection import connect, patiently
from vexil.server.stores.sqlite.errors import corrupt, translated
from vexil.server.stores.sqlite.files import StoreFiles, refused
from vexil.server.stores.sqlite.integrity import require_sound
from vexil.server.stores.sqlite.places import places


class Connections(NamedTuple):
    """What a store works with."""

    writer: sqlite3.Connection
    follower: sqlite3.Connection
    readers: Sequence[sqlite3.Connection]


def open_connections(
    files: StoreFiles, readers: int, *, busy_timeout: float, quick_check: bool
) -> Connections:
    """Connections to the store, which is made if there is none, checked, and migrated.

    Raises what `SqliteStore.open` says. A refused file keeps what it holds.
    """
    path, subject = files.path, f"the store {files.path}"
    if not files.require_usable():
        try:
            _create(path)
        except OSError as error:
            raise refused(error, path) from error
    with translated(subject), ExitStack() as on_error:

        def connected() -> sqlite3.Connection:
            return on_error.enter_context(closing(connect(path, busy_timeout=busy_timeout)))

        first = connected()
        schema.identify(first, subject)
        if quick_check:
            require_sound(first, subject)
        _use_log(first, subject, busy_timeout)
        schema.migrate(first, subject, busy_timeout)
        _require_tables(first, subject)
        connections = Connections(first, connected(), [connected() for _ in range(readers)])
        # `writing` waits by itself.
        connections.writer.execute("PRAGMA busy_timeout = 0")
        on_error.pop_all()
    return connections


def _create(path: Path) -> None:
    """Makes the store beside its place, then links it there, whole: whoever sees the file can use it."""
    subject = f"the store {path}"
    with TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.new-") as directory:
        draft = Path(directory) / path.name
        with translated(subject), closing(connect(draft, busy_timeout=0, mode="rwc")) as connection:
            # Without a log: what a log holds at its close may find no room in the database, silently.
            schema.create(connection)
            schema.migrate(connection, subject, busy_timeout=0)
        # Another process may have been first; its store is as good as this one.
        with suppress(FileExistsError):
            os.link(draft, path)
    sync_names(path.parent)


def _require_tables(connection: sqlite3.Connection, subject: str) -> None:
    """Raises DataLoss (STORE_CORRUPT) when the namespaces can't be read, or were changed."""
    try:
        places(connection)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_ERROR:
            raise corrupt(subject, "a table of it, or a column, has gone") from error
        raise


def _use_log(connection: sqlite3.Connection, subject: str, busy_timeout: float) -> None:
    """Switches to write-ahead logging, which lasts."""
    (mode,) = patiently(connection, "PRAGMA journal_mode = WAL", busy_timeout).fetchone()
    if mode != "wal":
        raise Unavailable(
            f"{subject} is on a file system without shared memory; move it to a local disk",
            reason=Reason.STORE_UNAVAILABLE,
        )
