"""The file's tables, and how a file of an older release becomes one of this release.

`application_id` says that a file is Vexil's, `user_version` how many migrations it has had
(https://www.sqlite.org/pragma.html). Migrations only go forward; one that was released is never changed.

A commit is a row of `commits` and one row of `changes` for each resource that it wrote. All else is derived:
the state at a revision is the newest change of each resource at or below it. Compaction deletes commits and
the changes that were superseded by then; what is left of `changes` at or below `compact_revision` is the
state there.

Each row has a checksum over itself, a commit's also over those of its changes, and each revision has one
over its state: what is loaded or read is what was written, or else known to be damaged, also where a damaged
page still parses. The tables of announcements have none. Times are microseconds since 1970 in UTC.
"""

import sqlite3

from vexil.core.errors import FailedPrecondition, Reason
from vexil.server.stores.sqlite.connection import writing
from vexil.server.stores.sqlite.errors import corrupt

APPLICATION_ID = int.from_bytes(b"Vexl")

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """
        CREATE TABLE namespaces (
            name TEXT PRIMARY KEY,
            id INTEGER NOT NULL, -- what the other tables name it by
            revision INTEGER NOT NULL,
            compact_revision INTEGER NOT NULL,
            epoch INTEGER NOT NULL,
            compact_state INTEGER NOT NULL, -- the checksum of the state at compact_revision
            checksum INTEGER NOT NULL
        ) WITHOUT ROWID
        """,
        """
        CREATE TABLE commits (
            namespace_id INTEGER NOT NULL,
            revision INTEGER NOT NULL,
            epoch INTEGER NOT NULL,
            committed_at INTEGER NOT NULL,
            author TEXT NOT NULL,
            message TEXT NOT NULL,
            labels TEXT NOT NULL, -- a JSON object
            request_id TEXT, -- NULL: the client gave none
            change_count INTEGER NOT NULL,
            state_checksum INTEGER NOT NULL, -- of the state after it
            checksum INTEGER NOT NULL,
            PRIMARY KEY (namespace_id, revision)
        ) WITHOUT ROWID
        """,
        """
        CREATE UNIQUE INDEX commits_by_request ON commits (namespace_id, request_id)
        WHERE request_id IS NOT NULL
        """,
        """
        CREATE TABLE changes (
            id INTEGER PRIMARY KEY,
            namespace_id INTEGER NOT NULL,
            revision INTEGER NOT NULL,
            ordinal INTEGER NOT NULL, -- its place in the commit
            kind INTEGER NOT NULL, -- a vexil.v1.ResourceKind
            environment TEXT NOT NULL,
            key TEXT NOT NULL,
            version INTEGER NOT NULL,
            create_revision INTEGER NOT NULL, -- 0 for a deletion
            changed_at INTEGER NOT NULL,
            resource BLOB, -- a vexil.v1.Resource; NULL: a deletion
            checksum INTEGER NOT NULL
        )
        """,
        "CREATE UNIQUE INDEX changes_by_commit ON changes (namespace_id, revision, ordinal)",
        # With the revision, the newest version at any revision is found without a look at the table.
        """
        CREATE UNIQUE INDEX changes_by_resource
        ON changes (namespace_id, kind, environment, key, version, revision)
        """,
    ),
    (
        """
        CREATE TABLE announced ( -- how far the log was announced; nothing of the log derives from it
            namespace TEXT PRIMARY KEY,
            revision INTEGER NOT NULL
        ) WITHOUT ROWID
        """,
        """
        CREATE TABLE announcer ( -- who announces; at most one row
            id INTEGER PRIMARY KEY,
            holder TEXT NOT NULL,
            until INTEGER NOT NULL
        )
        """,
    ),
    (
        # The audit chain: commits from before it have none, and it begins with the next one.
        "ALTER TABLE namespaces ADD COLUMN chain BLOB",  # of the newest commit
        "ALTER TABLE commits ADD COLUMN peer TEXT",
        "ALTER TABLE commits ADD COLUMN authentication TEXT",
        "ALTER TABLE commits ADD COLUMN salt BLOB",
        "ALTER TABLE commits ADD COLUMN previous BLOB",
        "ALTER TABLE commits ADD COLUMN chain BLOB",
    ),
)

SCHEMA_VERSION = len(MIGRATIONS)


def identify(connection: sqlite3.Connection, subject: str) -> int:
    """How many migrations the file has had.

    Raises DataLoss (STORE_CORRUPT) when the file is not Vexil's, FailedPrecondition (STORE_SCHEMA_NEWER) when
    it is a later release's.
    """
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION_ID:
        raise corrupt(subject, "it is not a Vexil store")
    if version > SCHEMA_VERSION:
        raise FailedPrecondition(
            f"{subject} has schema {version}, and this release knows schemas up to {SCHEMA_VERSION}; "
            "use the release that wrote it, or a later one; nothing was changed",
            reason=Reason.STORE_SCHEMA_NEWER,
            metadata={"found": str(version), "supported": str(SCHEMA_VERSION)},
        )
    return int(version)


def migrate(connection: sqlite3.Connection, subject: str, busy_timeout: float) -> None:
    """Brings a file of this or an older release to `SCHEMA_VERSION`, as a whole or not at all.

    Raises as `identify` does. Other processes may do the same at the same time.
    """
    if identify(connection, subject) == SCHEMA_VERSION:
        return
    with writing(connection, busy_timeout):
        for statements in MIGRATIONS[identify(connection, subject) :]:
            for statement in statements:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def create(connection: sqlite3.Connection) -> None:
    """Makes an empty file a store of schema 0, which `migrate` takes on."""
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
