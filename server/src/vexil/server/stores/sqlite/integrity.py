"""Whether the file holds what was written."""

import sqlite3
from collections.abc import Iterator, Sequence
from itertools import groupby, islice
from operator import itemgetter

from vexil.server.stores.sqlite import checksums, statements
from vexil.server.stores.sqlite.connection import reading
from vexil.server.stores.sqlite.errors import Damage, corrupt
from vexil.server.stores.sqlite.places import Place, places
from vexil.server.stores.sqlite.rows import ChangeRow, CommitRow, to_changes, to_commit

MAX_FINDINGS = 100


def require_sound(connection: sqlite3.Connection, subject: str) -> None:
    """Raises DataLoss (STORE_CORRUPT) when SQLite's quick check finds something.

    It reads every page once but neither compares indexes with their tables nor looks into rows.
    """
    (finding,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if finding != "ok":
        raise corrupt(subject, "its pages don't fit together") from sqlite3.DatabaseError(finding)


def check(connection: sqlite3.Connection) -> list[str]:
    """Everything that is wrong, in sentences, at most `MAX_FINDINGS` of them.

    The file's structure, then, namespace by namespace: revisions are dense and end at the head, every commit
    and change matches its checksum and decodes, each resource's versions are dense, states add up to their
    checksums, and nothing superseded is left at or below the compacted revision.
    """
    with reading(connection):
        return list(islice(_findings(connection), MAX_FINDINGS))


def _findings(connection: sqlite3.Connection) -> Iterator[str]:
    try:
        for (text,) in connection.execute(f"PRAGMA integrity_check({MAX_FINDINGS})"):
            if text != "ok":
                yield f"The file's structure: {text}."
        for (number,) in connection.execute(statements.STRAYS):
            yield f"There are rows of a namespace with the number {number}, which does not exist."
        for place in places(connection):
            name = place.head.namespace
            for finding in _of_log(connection, place):
                yield f"Namespace {name!r}: {finding}."
    except Damage as damage:
        yield f"The rest is not looked at: {damage}."
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        yield f"The rest can't be read: {error}."


def _of_log(connection: sqlite3.Connection, place: Place) -> Iterator[str]:
    namespace, newest, compacted = place.head.namespace, place.head.revision, place.head.compact_revision
    rows = map(CommitRow._make, connection.execute(statements.ALL_COMMITS, (place.id,)))
    commits = {row.revision: row for row in rows}
    for revision in sorted(set(range(compacted + 1, newest + 1)).symmetric_difference(commits)):
        yield f"commit {revision} is {'outside the log' if revision in commits else 'missing'}"

    state, compact_state = _State(compacted), 0
    changes_by_revision = groupby(
        map(ChangeRow._make, connection.execute(statements.ALL_CHANGES, (place.id,))), key=itemgetter(0)
    )
    for revision, group in changes_by_revision:
        changes = list(group)
        yield from state.apply(changes)
        commit = commits.pop(revision, None)
        if revision <= compacted:
            compact_state = state.checksum
        elif commit is None:
            yield f"there are changes of revision {revision}, and no such commit"
        elif commit.state_checksum != state.checksum:
            yield f"the state at revision {revision} differs from what was written"
        yield from _of_rows(namespace, commit, changes)
    if compact_state != place.compact_state:
        yield f"the state at revision {compacted} differs from what was written"
    for commit in commits.values():
        yield from _of_rows(namespace, commit, [])


def _of_rows(namespace: str, commit: CommitRow | None, changes: Sequence[ChangeRow]) -> Iterator[str]:
    try:
        to_changes(changes)
        if commit is not None:
            to_commit(namespace, commit, tuple(change.checksum for change in changes))
    except Damage as damage:
        yield str(damage)


class _State:
    """The newest version of each resource, while the log is walked."""

    def __init__(self, compacted: int) -> None:
        self.checksum = 0
        self._compacted = compacted
        self._newest: dict[tuple[int, str, str], ChangeRow] = {}

    def apply(self, changes: Sequence[ChangeRow]) -> Iterator[str]:
        """Goes on to the next revision; says which versions don't follow."""
        for change in changes:
            id = (change.kind, change.environment, change.key)
            previous = self._newest.get(id)
            replaced = 0
            if previous is not None:
                replaced = previous.checksum
                if change.version != previous.version + 1:
                    yield f"{change.key!r} has version {change.version} after {previous.version}"
                if change.revision <= self._compacted:
                    yield f"{change.key!r} still has version {previous.version}, which was compacted"
            self._newest[id] = change._replace(resource=None)
            self.checksum = checksums.of_state((self.checksum, change.checksum, -replaced))
