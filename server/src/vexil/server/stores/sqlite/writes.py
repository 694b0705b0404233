"""What is written: appends and compaction."""

import sqlite3
from collections.abc import Callable

from vexil.core.resource import Commit, Revision
from vexil.server.stores.refusals import request_taken, require_next, require_reached
from vexil.server.stores.sqlite import statements
from vexil.server.stores.sqlite.connection import writing
from vexil.server.stores.sqlite.reads import find, require, revision_of
from vexil.server.stores.sqlite.rows import to_rows

COMPACTION_STEP = 1000
"""Commits forgotten in one transaction; appends get their turn between two."""


def append(connection: sqlite3.Connection, commit: Commit, require_in_place: Callable[[], None]) -> None:
    """Writes the commit; it is on the disk afterwards. Raises HeadMoved.

    `require_in_place` is asked under the write lock, and raises when the file is not where it was.
    """
    row, changes = to_rows(commit)
    with writing(connection):
        require_in_place()
        place = find(connection, commit.namespace)
        require_next(None if place is None else place.head, commit)
        if place is None:
            number = connection.execute(statements.ADD_NAMESPACE, (commit.namespace, commit.epoch)).lastrowid
        else:
            if commit.request_id and revision_of(connection, place, commit.request_id) is not None:
                raise request_taken(commit)
            number = place.id
            connection.execute(statements.MOVE_HEAD, (commit.revision, number))
        connection.execute(statements.ADD_COMMIT, (number, *row))
        connection.executemany(statements.ADD_CHANGE, ((number, *change) for change in changes))


def compact(connection: sqlite3.Connection, namespace: str, revision: Revision) -> bool:
    """Takes one step towards compacting to `revision`; whether that is reached.

    Raises NotFound, OutOfRange (REVISION_IN_FUTURE).
    """
    with writing(connection):
        place = require(connection, namespace)
        require_reached(place.head, revision)
        done = place.head.compact_revision
        if revision <= done:
            return True
        step = min(done + COMPACTION_STEP, revision)
        connection.execute(statements.DROP_SUPERSEDED, (place.id, done, step))
        connection.execute(statements.DROP_COMMITS, (place.id, step))
        connection.execute(statements.MOVE_COMPACTED, (step, place.id))
    return step == revision
