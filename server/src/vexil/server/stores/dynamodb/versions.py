"""Versions of resources, as items: derived from the log, one for each change."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from vexil.core.resource import (
    Commit,
    Deleted,
    Kind,
    ResourceChange,
    ResourceId,
    Revision,
    Version,
)
from vexil.server.stores.dynamodb import layout
from vexil.server.stores.dynamodb.encoding import decode_change, digest, encode_change, pack, unpack
from vexil.server.stores.dynamodb.errors import Damage
from vexil.server.stores.dynamodb.heads import StoredHead
from vexil.server.stores.dynamodb.items import Item, binary, keyed, number, read_binary, read_number
from vexil.server.stores.dynamodb.log import commits_of
from vexil.server.stores.dynamodb.parallel import each
from vexil.server.stores.dynamodb.table import Table
from vexil.server.stores.port import Image, VersionRecord

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_PAGE = 100
"""Most versions read at once, beside what the caller wants."""


class _Written(NamedTuple):
    """A version, and when and in which epoch it was written."""

    change: ResourceChange
    at: datetime
    epoch: int


def version_items(commit: Commit) -> list[Item]:
    """The items of a commit's changes. Raises LimitExceeded for a resource that is too large."""
    committed_at = (commit.committed_at - _EPOCH) // _MICROSECOND
    items: list[Item] = []
    for change in commit.changes:
        content = encode_change(change)
        items.append(
            keyed(
                layout.version(commit.namespace, change.id, change.version, commit.epoch),
                revision=number(change.revision),
                epoch=number(commit.epoch),
                committed_at=number(committed_at),
                content=binary(pack(content)),
                digest=binary(digest(content, _stamp(commit.epoch, committed_at))),
            )
        )
    return items


async def read_versions(
    table: Table, head: StoredHead, id: ResourceId, before: Version | None, limit: int
) -> list[VersionRecord]:
    """At most `limit` kept versions of one resource, newest first, below `before`."""
    partition = layout.versions(head.namespace, id.kind, id.key)
    span = layout.versions_below(id, before)
    records: list[_Written] = []
    start: Mapping[str, Any] = {}
    while len(records) < limit:
        wanted = min(limit - len(records), _PAGE)
        items = await table.query(partition, span, limit=wanted, backwards=True, only=start)
        for written in _of_log(head, items):
            if records and written.change.version != records[-1].change.version - 1:
                raise Damage(f"version {records[-1].change.version - 1} of {id} is missing")
            records.append(written)
            if written.change.revision <= head.head.compact_revision:
                return await _with_commits(table, head, records)
        if len(items) < wanted:
            break
        start = {"ExclusiveStartKey": keyed(layout.key_of(items[-1]))}
    return await _with_commits(table, head, records)


async def read_touched(
    table: Table, head: StoredHead, places: Iterable[tuple[Kind, str]], at: Revision
) -> Image:
    """What had these kinds and keys, in any environment, at a kept revision."""
    partitions = sorted({layout.versions(head.namespace, kind, key) for kind, key in places})
    filtered = {
        "FilterExpression": "revision <= :at",
        "ExpressionAttributeValues": {":at": number(at)},
    }

    async def of_partition(partition: str) -> list[ResourceChange]:
        newest: dict[ResourceId, ResourceChange] = {}
        for change, _, _ in _of_log(head, await table.query(partition, only=filtered)):
            newest[change.id] = change
        return list(newest.values())

    changes = [change for found in await each(of_partition, partitions) for change in found]
    return image_of(head.namespace, at, changes)


async def find_changes(
    table: Table, head: StoredHead, changes: Iterable[ResourceChange]
) -> dict[tuple[ResourceId, Version], ResourceChange]:
    """The versions with the ids and numbers of these changes, as far as there are any."""
    epoch_at = head.head.lineage.epoch_at
    keys = {
        layout.version(head.namespace, change.id, change.version, epoch_at(change.revision))
        for change in changes
    }
    found = [_read(item).change for item in await table.get_many(sorted(keys))]
    return {(change.id, change.version): change for change in found}


def image_of(namespace: str, at: Revision, changes: Iterable[ResourceChange]) -> Image:
    """The image that these newest changes are."""
    states, deleted = [], []
    for change in changes:
        if isinstance(change, Deleted):
            deleted.append(change)
        else:
            states.append(change)
    return Image(namespace, at, states, deleted)


async def _with_commits(table: Table, head: StoredHead, records: Sequence[_Written]) -> list[VersionRecord]:
    namespace, compacted = head.namespace, head.head.compact_revision
    keys = {
        layout.entry(namespace, written.change.revision, written.epoch)
        for written in records
        if written.change.revision > compacted
    }
    commits = await commits_of(table, namespace, await table.get_many(sorted(keys)))
    summaries = {commit.revision: replace(commit, changes=()) for commit in commits}
    found: list[VersionRecord] = []
    for change, at, _ in records:
        revision = change.revision
        if revision <= compacted:
            found.append(VersionRecord(change, Commit(namespace, revision, (), at)))
        elif revision in summaries:
            found.append(VersionRecord(change, summaries[revision]))
        else:
            raise Damage(f"commit {revision} of {namespace!r} is missing")
    return found


def _of_log(head: StoredHead, items: Iterable[Item]) -> Iterator[_Written]:
    """The versions that commits up to the head have made; there may be others, of an epoch that is over."""
    for item in items:
        written = _read(item)
        revision = written.change.revision
        if revision <= head.head.revision and head.head.lineage.holds(revision, written.epoch):
            yield written


def _read(item: Item) -> _Written:
    what = f"version {item['sk']['S']} of {item['pk']['S']}"
    content = unpack(read_binary(item, "content"), what)
    epoch, committed_at = read_number(item, "epoch"), read_number(item, "committed_at")
    if digest(content, _stamp(epoch, committed_at)) != read_binary(item, "digest"):
        raise Damage(f"{what} differs from what was written")
    change = decode_change(content, what)
    if change.revision != read_number(item, "revision"):
        raise Damage(f"{what} is not of the revision that it says")
    return _Written(change, _EPOCH + committed_at * _MICROSECOND, epoch)


def _stamp(epoch: int, committed_at: int) -> bytes:
    return b"%d %d" % (epoch, committed_at)
