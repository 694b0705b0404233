"""What is read, each function in one transaction of its own."""

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import zip_longest
from typing import Any

from vexil.core.resource import (
    Commit,
    Deleted,
    Kind,
    ResourceChange,
    ResourceId,
    ResourceState,
    Revision,
    Version,
)
from vexil.server.collection import collection_paused
from vexil.server.stores.port import Head, Image, VersionRecord
from vexil.server.stores.refusals import require_kept, require_reached
from vexil.server.stores.sqlite import checksums, statements
from vexil.server.stores.sqlite.connection import reading
from vexil.server.stores.sqlite.errors import Damage
from vexil.server.stores.sqlite.places import Place, find, places, require
from vexil.server.stores.sqlite.rows import ChangeRow, CommitRow, to_changes, to_commit, to_time

_NEWEST_VERSION = Version(2**63 - 1)


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
    with collection_paused(), reading(connection):
        place = require(connection, namespace)
        if at is None:
            at = place.head.revision
        require_kept(place.head, at)
        expected = state_checksum(connection, place, at)
        found: list[int] = []
        changes = to_changes(_noted(connection.execute(statements.STATE, (place.id, at)), found))
    if checksums.of_state(found) != expected:
        raise Damage(f"the state of {namespace!r} at revision {at} differs from what was written")
    return _image(namespace, at, changes)


def load_touched(connection: sqlite3.Connection, namespace: str, at: Revision, until: Revision) -> Image:
    """What commits above `at`, up to `until`, are about, as it was at `at`."""
    with reading(connection):
        place = require(connection, namespace)
        require_kept(place.head, at)
        require_reached(place.head, until)
        bounds = {"namespace": place.id, "at": at, "until": until, "environment": int(Kind.ENVIRONMENT)}
        changes = to_changes(connection.execute(statements.TOUCHED, bounds))
    return _image(namespace, at, changes)


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


def _noted(rows: Iterable[tuple[Any, ...]], found: list[int]) -> Iterator[tuple[Any, ...]]:
    """The rows, whose checksums are noted. None is kept: to let many go at once would hold up all threads."""
    for row in rows:
        found.append(row[-1])
        yield row


def _image(namespace: str, at: Revision, changes: Iterable[ResourceChange]) -> Image:
    states: list[ResourceState] = []
    deleted: list[Deleted] = []
    for change in changes:
        if isinstance(change, Deleted):
            deleted.append(change)
        else:
            states.append(change)
    return Image(namespace, at, states, deleted)


def _between(connection: sqlite3.Connection, place: Place, first: int, last: int) -> list[Commit]:
    """The commits from `first` to `last`, which are all kept, oldest first. Raises Damage."""
    if last < first:
        return []
    bounds = (place.id, first, last)
    entries = list(map(CommitRow._make, connection.execute(statements.COMMITS, bounds)))
    for revision, entry in zip_longest(range(first, last + 1), entries):
        if entry is None or entry.revision != revision:
            raise _missing(place, revision)
    covered: list[int] = []
    changes = to_changes(_noted(connection.execute(statements.CHANGES, bounds), covered))
    commits: list[Commit] = []
    start = 0
    for entry in entries:
        # Too many changes, too few, or another commit's do not fit the commit's checksum.
        end = len(changes) if entry.revision == last else start + entry.change_count
        own = tuple(changes[start:end])
        commits.append(to_commit(place.head.namespace, entry, tuple(covered[start:end]), own))
        start = end
    return commits


def _commit_of(connection: sqlite3.Connection, place: Place, change: ChangeRow) -> Commit:
    """The commit that made a version, without its changes; bare when it was compacted."""
    namespace, revision = place.head.namespace, Revision(change.revision)
    if revision <= place.head.compact_revision:
        return Commit(namespace, revision, (), to_time(change.changed_at))
    row = connection.execute(statements.COMMITS, (place.id, revision, revision)).fetchone()
    if row is None:
        raise _missing(place, revision)
    covered = connection.execute(statements.CHECKSUMS, (place.id, revision))
    return to_commit(namespace, CommitRow._make(row), tuple(checksum for (checksum,) in covered))


def state_checksum(connection: sqlite3.Connection, place: Place, revision: Revision) -> int:
    """What the newest changes at a kept revision have to add up to. Part of the caller's transaction."""
    if revision == place.head.compact_revision:
        return place.compact_state
    row = connection.execute(statements.STATE_CHECKSUM, (place.id, revision)).fetchone()
    if row is None:
        raise _missing(place, revision)
    return int(row[0])


def _missing(place: Place, revision: int) -> Damage:
    return Damage(f"commit {revision} of {place.head.namespace!r} is missing")
