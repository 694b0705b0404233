"""Records in a SQLite file, which can be asked with SQL."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from vexil.core.errors import LimitExceeded, Reason, Unavailable, VexilError

_SCHEMA = """
    CREATE TABLE IF NOT EXISTS records (
        id TEXT PRIMARY KEY,
        namespace TEXT NOT NULL,
        revision INTEGER NOT NULL,
        at TEXT NOT NULL, -- RFC 3339 in UTC
        actor TEXT NOT NULL,
        expires_at TEXT, -- NULL: never
        document TEXT NOT NULL -- JSON
    ) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS records_by_time ON records (at);
    CREATE INDEX IF NOT EXISTS records_by_actor ON records (actor, at);
    CREATE TABLE IF NOT EXISTS changes (
        id TEXT NOT NULL,
        ordinal INTEGER NOT NULL,
        namespace TEXT NOT NULL,
        kind TEXT NOT NULL,
        environment TEXT NOT NULL,
        key TEXT NOT NULL,
        action TEXT NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (id, ordinal)
    ) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS changes_by_key ON changes (namespace, key, at);
"""


class SqliteSink:
    """A file with a row for each record, and for each change in it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._connection = sqlite3.connect(path, check_same_thread=False)
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = FULL")
            self._connection.executescript(_SCHEMA)
        except sqlite3.Error as error:
            raise self._failed(error) from error

    @property
    def name(self) -> str:
        """`sqlite:PATH`."""
        return f"sqlite:{self._path}"

    def write(self, documents: Sequence[Mapping[str, Any]]) -> Mapping[str, VexilError]:
        """All of them in one transaction."""
        try:
            with self._connection as connection:
                for document in documents:
                    self._add(connection, document)
        except sqlite3.Error as error:
            raise self._failed(error) from error
        return {}

    def prune(self, now: datetime) -> int:
        """Deletes the rows of what has expired."""
        before = now.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        try:
            with self._connection as connection:
                connection.execute(
                    "DELETE FROM changes WHERE id IN (SELECT id FROM records WHERE expires_at < ?)", (before,)
                )
                return connection.execute("DELETE FROM records WHERE expires_at < ?", (before,)).rowcount
        except sqlite3.Error as error:
            raise self._failed(error) from error

    def close(self) -> None:
        """Closes the file."""
        self._connection.close()

    @staticmethod
    def _add(connection: sqlite3.Connection, document: Mapping[str, Any]) -> None:
        id, namespace, at = document["id"], document["namespace"], document["at"]
        values = (id, namespace, document["revision"], at, document["actor"], document["expiresAt"])
        cursor = connection.execute(
            "INSERT OR IGNORE INTO records VALUES (?, ?, ?, ?, ?, ?, ?)", (*values, json.dumps(document))
        )
        if cursor.rowcount:
            connection.executemany(
                "INSERT INTO changes VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    (id, place, namespace, each["kind"], each["environment"], each["key"], each["action"], at)
                    for place, each in enumerate(document["changes"])
                ),
            )

    def _failed(self, error: sqlite3.Error) -> VexilError:
        if getattr(error, "sqlite_errorname", "") == "SQLITE_FULL":
            return LimitExceeded(f"there is no room for {self.name}", reason=Reason.STORE_FULL)
        return Unavailable(f"{self.name} can't be used", reason=Reason.STORE_UNAVAILABLE)
