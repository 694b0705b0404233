"""What is read, each function in one transaction of its own."""

import sqlite3
from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from vexil.core.resource import Commit, Deleted, ResourceId, ResourceState, Revision, Version
from vexil.server.stores.port import Head, Image, VersionRecord
from vexil.server.stores.refusals import no_namespace, require_kept
from vexil.server.stores.sqlite import statements
from vexil.server.stores.sqlite.connection import reading
from vexil.server.stores.sqlite.errors import Damage
from vexil.server.stores.sqlite.rows import (
    ChangeRow,
    CommitRow,
    checksums,
    to_changes,
    to_commit,
    to_time,
)

_NEWEST_VERSION = Version(2**63 - 1)


class Place(NamedTuple):
    """A namespace's number in the file, and its head."""

    id: int
    head: Head


def places(connection: sqlite3.Connection) -> list[Place]:
    """Every namespace, by name. Part of the caller's transaction."""
    return [_to_place(row) for row in connection.execute(statements.HEADS)]


def find(connection: sqlite3.Connection, namespace: str) -> Place | None:
    """One namespace, or None. Part of the caller's transaction."""
    row = connection.execute(statements.HEAD, (namespace,)).fetchone()
    return None if row is None else _to_place(row)


def require(connection: sqlite3.Connection, namespace: str) -> Place:
    """One namespace. Raises NotFound. Part of the caller's transaction."""
    place = find(connection, namespace)
    if place is None:
        raise no_namespace(namespace)
    return place


def heads(connection: sqlite3.Connection) -> list[Head]:
    """Every namespace, by name."""
    with reading(connection):
        return [place.head for place in places(connection)]


def head(connection: sqlite3.Connection, namespace: str) -> Head | None:
    """One namespace, or None."""
    with reading(connection):
        place = find(connection, namespace)
        return None if place is None else place.head


def load(connection: sqlite3.Connection, namespace: str, at: Revision | None) -> Image:
    """The state at a kept revision; None: the head."""
    with reading(connection):
        place = require(connection, namespace)
        if at is None:
            at = place.head.revision
        require_kept(place.head, at)
        changes = to_changes(connection.execute(statements.STATE, {"namespace": place.id, "revision": at}))
    states = [change for change in changes if isinstance(change, ResourceState)]
    deleted = [change for change in changes if isinstance(change, Deleted)]
    return Image(namespace, at, states, deleted)


def read(connection: sqlite3.Connection, namespace: str, after: Revision, limit: int) -> list[Commit]:
    """Commits above `after`, oldest first."""
    with reading(connection):
        place = require(connection, namespace)
        require_kept(place.head, after)
        return _between(connection, place, after + 1, min(after + limit, place.head.revision))


def read_back(connection: sqlite3.Connection, namespace: str, before: Revision, limit: int) -> list[Commit]:
    """Kept commits below `before`, newest first."""
    with reading(connection):
        place = find(connection, namespace)
        if place is None:
            return []
        last = min(before - 1, place.head.revision)
        return _between(connection, place, max(last - limit, place.head.compact_revision) + 1, last)[::-1]


def versions(
    connection: sqlite3.Connection, namespace: str, id: ResourceId, before: Version | None, limit: int
) -> list[VersionRecord]:
    """Kept versions of one resource, newest first."""
    with reading(connection):
        place = find(connection, namespace)
        if place is None:
            return []
        bound = _NEWEST_VERSION if before is None else before
        rows = connection.execute(statements.VERSIONS, (place.id, *id, bound, max(limit, 0))).fetchall()
        return [
            VersionRecord(change, _commit_of(connection, place, ChangeRow._make(row)))
            for row, change in zip(rows, to_changes(rows), strict=True)
        ]


def find_request(connection: sqlite3.Connection, namespace: str, request_id: str) -> Commit | None:
    """The kept commit with this request id, or None."""
    with reading(connection):
        place = find(connection, namespace)
        revision = None if place is None else revision_of(connection, place, request_id)
        return (
            None if place is None or revision is None else _between(connection, place, revision, revision)[0]
        )


def revision_of(connection: sqlite3.Connection, place: Place, request_id: str) -> Revision | None:
    """The revision of the kept commit with this request id, or None. Part of the caller's transaction."""
    row = connection.execute(statements.REQUEST, (place.id, request_id)).fetchone()
    return None if row is None else row[0]


def _between(connection: sqlite3.Connection, place: Place, first: int, last: int) -> list[Commit]:
    """The commits from `first` to `last`, which are all kept, oldest first. Raises Damage."""
    if last < first:
        return []
    bounds = (place.id, first, last)
    grouped = groupby(map(ChangeRow._make, connection.execute(statements.CHANGES, bounds)), key=itemgetter(0))
    changes = {revision: list(rows) for revision, rows in grouped}
    commits = []
    for row in map(CommitRow._make, connection.execute(statements.COMMITS, bounds)):
        rows = changes.get(row.revision, [])
        commits.append(to_commit(place.head.namespace, row, checksums(rows), tuple(to_changes(rows))))
    _require_dense(place, first, last, commits)
    return commits


def _commit_of(connection: sqlite3.Connection, place: Place, change: ChangeRow) -> Commit:
    """The commit that made a version, without its changes; bare when it was compacted."""
    namespace, revision = place.head.namespace, Revision(change.revision)
    if revision <= place.head.compact_revision:
        return Commit(namespace, revision, (), to_time(change.changed_at))
    row = connection.execute(statements.COMMITS, (place.id, revision, revision)).fetchone()
    if row is None:
        raise Damage(f"commit {revision} of {namespace!r} is missing")
    covered = [checksum for (checksum,) in connection.execute(statements.CHECKSUMS, (place.id, revision))]
    return to_commit(namespace, CommitRow._make(row), covered)


def _require_dense(place: Place, first: int, last: int, commits: Sequence[Commit]) -> None:
    found = {commit.revision for commit in commits}
    missing = next((revision for revision in range(first, last + 1) if revision not in found), None)
    if missing is not None:
        raise Damage(f"commit {missing} of {place.head.namespace!r} is missing")


def _to_place(row: tuple[int, str, int, int, int]) -> Place:
    number, name, revision, compact_revision, epoch = row
    return Place(number, Head(name, Revision(revision), Revision(compact_revision), epoch))
