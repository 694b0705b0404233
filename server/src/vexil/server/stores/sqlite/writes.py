"""What is written: appends and compaction."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from vexil.core.resource import Commit, Revision
from vexil.server.stores.refusals import request_taken, require_next, require_reached
from vexil.server.stores.sealing import chain_of, seal
from vexil.server.stores.sqlite import checksums, places, statements
from vexil.server.stores.sqlite.connection import writing
from vexil.server.stores.sqlite.places import Place
from vexil.server.stores.sqlite.reads import revision_of, state_checksum
from vexil.server.stores.sqlite.rows import ChangeRow, change_rows, commit_row

COMPACTION_STEP = 1000
"""Commits forgotten in one transaction; appends get their turn between two."""


def append(
    connection: sqlite3.Connection, commit: Commit, busy_timeout: float, require_in_place: Callable[[], None]
) -> Commit:
    """Writes the commit, sealed, and gives it; it is on the disk afterwards. Raises HeadMoved.

    `require_in_place` is asked under the write lock, and raises when the file is not where it was.
    """
    changes = change_rows(commit)
    with writing(connection, busy_timeout):
        require_in_place()
        place = places.find(connection, commit.namespace)
        require_next(None if place is None else place.head, commit)
        if place is None:
            place = places.new(connection, commit.namespace, commit.epoch)
        elif commit.request_id and revision_of(connection, place, commit.request_id) is not None:
            raise request_taken(commit)
        before = state_checksum(connection, place, place.head.revision)
        after = checksums.of_state((before, *_moves(connection, place, changes)))
        stored = seal(commit, place.head.chain, [change.resource or b"" for change in changes])
        connection.execute(statements.ADD_COMMIT, (place.id, *commit_row(stored, changes, after)))
        connection.executemany(statements.ADD_CHANGE, ((place.id, *change) for change in changes))
        head = replace(place.head, revision=commit.revision, chain=chain_of(stored))
        places.save(connection, place._replace(head=head))
    return stored


def compact(connection: sqlite3.Connection, namespace: str, revision: Revision, busy_timeout: float) -> bool:
    """Takes one step towards compacting to `revision`; whether that is reached.

    Raises NotFound, OutOfRange (REVISION_IN_FUTURE).
    """
    with writing(connection, busy_timeout):
        place = places.require(connection, namespace)
        require_reached(place.head, revision)
        done = place.head.compact_revision
        if revision <= done:
            return True
        step = Revision(min(done + COMPACTION_STEP, revision))
        state = state_checksum(connection, place, step)
        connection.execute(statements.DROP_SUPERSEDED, (place.id, done, step))
        connection.execute(statements.DROP_COMMITS, (place.id, step))
        head = replace(place.head, compact_revision=step)
        places.save(connection, place._replace(head=head, compact_state=state))
    return step == revision


def _moves(connection: sqlite3.Connection, place: Place, changes: Sequence[ChangeRow]) -> Iterator[int]:
    """By how much each change moves the checksum of the state: what comes, and what it replaces goes."""
    for change in changes:
        yield change.checksum
        if change.version > 1:
            id = (change.kind, change.environment, change.key)
            replaced = connection.execute(statements.REPLACED, (place.id, *id, change.version)).fetchone()
            if replaced is not None:
                yield -replaced[0]
