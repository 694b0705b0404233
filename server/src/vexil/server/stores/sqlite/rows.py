"""Commits and changes as rows, with their checksums."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from sys import intern
from typing import Any, NamedTuple

from google.protobuf.message import DecodeError

from vexil.convert.audit import content_bytes
from vexil.convert.resources import resource_from_proto
from vexil.core.audit.origin import Origin
from vexil.core.audit.seal import Seal
from vexil.core.errors import VexilError
from vexil.core.frozen import FrozenDict
from vexil.core.resource import (
    Commit,
    Deleted,
    Kind,
    ResourceChange,
    ResourceId,
    ResourceState,
    Revision,
)
from vexil.server.stores.sqlite import checksums
from vexil.server.stores.sqlite.errors import Damage
from vexil.v1 import resource_pb2

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_KINDS = {int(kind): kind for kind in Kind}


class ChangeRow(NamedTuple):
    """A row of `changes` without its namespace; the members are the columns."""

    revision: int
    ordinal: int
    kind: int
    environment: str
    key: str
    version: int
    create_revision: int
    changed_at: int
    resource: bytes | None
    checksum: int


class CommitRow(NamedTuple):
    """A row of `commits` without its namespace; the members are the columns."""

    revision: int
    epoch: int
    committed_at: int
    author: str
    message: str
    labels: str
    request_id: str | None
    change_count: int
    state_checksum: int
    peer: str | None
    authentication: str | None
    salt: bytes | None
    previous: bytes | None
    chain: bytes | None
    checksum: int


def change_rows(commit: Commit) -> list[ChangeRow]:
    """The rows of a commit's changes."""
    committed_at = _to_microseconds(commit.committed_at)
    return [_change_row(ordinal, change, committed_at) for ordinal, change in enumerate(commit.changes)]


def commit_row(commit: Commit, changes: Iterable[ChangeRow], state_checksum: int) -> CommitRow:
    """The row of the commit itself; `state_checksum` is that of the state after it."""
    covered = tuple(row.checksum for row in changes)
    columns = (
        commit.revision,
        commit.epoch,
        _to_microseconds(commit.committed_at),
        commit.author,
        commit.message,
        json.dumps(dict(commit.labels), ensure_ascii=False, sort_keys=True),
        commit.request_id or None,
        len(covered),
        state_checksum,
        *_audit_columns(commit),
    )
    return CommitRow(*columns, _commit_checksum(commit.namespace, columns, covered))


def to_commit(
    namespace: str, row: CommitRow, covered: tuple[int, ...], changes: tuple[ResourceChange, ...] = ()
) -> Commit:
    """The commit of a row, with the changes given.

    `covered` are the checksums of all its changes, in their order. Raises Damage when the commit is not what
    was written with them.
    """
    if row.checksum != _commit_checksum(namespace, row[:-1], covered):
        raise Damage(f"commit {row.revision} of {namespace!r} differs from what was written")
    return Commit(
        namespace,
        Revision(row.revision),
        changes,
        to_time(row.committed_at),
        row.epoch,
        row.author,
        row.message,
        _to_labels(row.labels),
        row.request_id or "",
        Origin(row.peer or "", row.authentication or ""),
        None if row.chain is None else Seal(row.previous or b"", row.chain, row.salt or b""),
    )


def to_changes(rows: Iterable[tuple[Any, ...]]) -> list[ResourceChange]:
    """The changes of rows with the columns of `ChangeRow`. Raises Damage when one is not what was written."""
    changes: list[ResourceChange] = []
    for row in rows:
        columns, blob, checksum = row[:-2], row[-2], row[-1]
        revision, ordinal, number, environment, key, version, create_revision, changed_at = columns
        if checksum != checksums.of_columns(columns, blob):
            raise Damage(f"change {ordinal} of revision {revision}, {key!r}, differs from what was written")
        kind = _KINDS.get(number)
        if kind is None:
            raise Damage(f"change {ordinal} of revision {revision}, {key!r}, is of an unknown kind, {number}")
        id = ResourceId(kind, intern(environment), key)
        if blob is None:
            changes.append(Deleted(id, version, revision))
            continue
        try:
            resource = resource_from_proto(resource_pb2.Resource.FromString(blob), stored=True)
        except (DecodeError, VexilError) as error:
            raise Damage(f"change {ordinal} of revision {revision}, {key!r}, can't be decoded") from error
        changes.append(ResourceState(id, resource, version, revision, create_revision, to_time(changed_at)))
    return changes


@lru_cache(maxsize=1024)  # the changes of a commit share their time
def to_time(microseconds: int) -> datetime:
    """A time in UTC."""
    return _EPOCH + microseconds * _MICROSECOND


@lru_cache(maxsize=1024)  # most commits have none, or those of their pipeline
def _to_labels(text: str) -> FrozenDict:
    return FrozenDict(json.loads(text))


def _to_microseconds(time: datetime) -> int:
    return (time - _EPOCH) // _MICROSECOND


def _change_row(ordinal: int, change: ResourceChange, committed_at: int) -> ChangeRow:
    create_revision, changed_at, blob = 0, committed_at, None
    if not isinstance(change, Deleted):
        create_revision, changed_at = change.create_revision, _to_microseconds(change.changed_at)
        blob = content_bytes(change.resource)
    kind, environment, key = change.id
    columns = (
        int(change.revision),
        ordinal,
        int(kind),
        environment,
        key,
        int(change.version),
        int(create_revision),
        changed_at,
    )
    return ChangeRow(*columns, blob, checksums.of_columns(columns, blob))


def _audit_columns(
    commit: Commit,
) -> tuple[str | None, str | None, bytes | None, bytes | None, bytes | None]:
    if commit.seal is None:
        return (None,) * 5
    seal, origin = commit.seal, commit.origin
    return origin.peer, origin.authentication, seal.salt, seal.previous, seal.chain


def _commit_checksum(namespace: str, columns: tuple[Any, ...], covered: tuple[int, ...]) -> int:
    if columns[-1] is None:
        # Written before there was a chain: its checksum is of what it had then.
        columns = columns[:-5]
    return checksums.of_columns((namespace, *columns, *covered))
