"""Whether the file holds what was written."""

import sqlite3
from collections.abc import Iterator
from itertools import groupby, islice

from vexil.server.stores.sqlite import statements
from vexil.server.stores.sqlite.connection import reading
from vexil.server.stores.sqlite.errors import Damage, corrupt
from vexil.server.stores.sqlite.reads import Place, places
from vexil.server.stores.sqlite.rows import (
    ChangeRow,
    CommitRow,
    checksums,
    to_changes,
    to_commit,
)

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
    and change matches its checksum and decodes, each resource's versions are dense, and nothing superseded is
    left at or below the compacted revision.
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
            yield from _of_commits(connection, place)
            yield from _of_versions(connection, place)
    except sqlite3.DatabaseError as error:
        yield f"The rest can't be read: {error}."


def _of_commits(connection: sqlite3.Connection, place: Place) -> Iterator[str]:
    namespace, newest, compacted = place.head.namespace, place.head.revision, place.head.compact_revision
    commits = {
        row[0]: CommitRow._make(row) for row in connection.execute(statements.ALL_COMMITS, (place.id,))
    }
    for revision in range(compacted + 1, newest + 1):
        if revision not in commits:
            yield f"Namespace {namespace!r} has no commit {revision}."
    for revision in commits:
        if not compacted < revision <= newest:
            yield f"Namespace {namespace!r} has commit {revision}, outside {compacted + 1} to {newest}."
    rows = map(ChangeRow._make, connection.execute(statements.ALL_CHANGES, (place.id,)))
    for revision, group in groupby(rows, key=lambda row: row.revision):
        changes = list(group)
        commit = commits.pop(revision, None)
        try:
            to_changes(changes)
            if commit is not None:
                to_commit(namespace, commit, checksums(changes))
            elif revision > compacted:
                yield f"Namespace {namespace!r} has changes of revision {revision}, and no such commit."
        except Damage as damage:
            yield f"Namespace {namespace!r}: {damage}."
    for commit in commits.values():
        try:
            to_commit(namespace, commit, covered=())
        except Damage as damage:
            yield f"Namespace {namespace!r}: {damage}."


def _of_versions(connection: sqlite3.Connection, place: Place) -> Iterator[str]:
    namespace, compacted = place.head.namespace, place.head.compact_revision
    newest: dict[tuple[int, str, str], int] = {}
    for row in map(ChangeRow._make, connection.execute(statements.ALL_CHANGES, (place.id,))):
        id = (row.kind, row.environment, row.key)
        previous = newest.get(id)
        if previous is not None and row.version != previous + 1:
            yield f"Namespace {namespace!r}: {row.key!r} has version {row.version} after {previous}."
        if previous is not None and row.revision <= compacted:
            yield f"Namespace {namespace!r}: {row.key!r} has version {previous}, which was compacted."
        newest[id] = row.version
