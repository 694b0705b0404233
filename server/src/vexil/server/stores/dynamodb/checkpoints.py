"""Checkpoints: whole states at some revisions, so that a cold start need not read the whole log.

A checkpoint is announced by its manifest before the first chunk is written, so that one that was never
finished is found and removed in time; it counts only once it is complete. At one revision of one epoch
everybody writes the same.
"""

import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from vexil.core.resource import ResourceChange, Revision
from vexil.server.stores.dynamodb import layout
from vexil.server.stores.dynamodb.encoding import (
    NO_DIGEST,
    decode_change,
    digest,
    encode_change,
    pack,
    unpack,
)
from vexil.server.stores.dynamodb.errors import Damage
from vexil.server.stores.dynamodb.heads import StoredHead
from vexil.server.stores.dynamodb.items import Item, binary, keyed, number, read_binary, read_number
from vexil.server.stores.dynamodb.layout import SEGMENTS
from vexil.server.stores.dynamodb.parallel import each
from vexil.server.stores.dynamodb.table import Table

_CHUNK_BYTES = 340 * 1024
_LENGTH = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a checkpoint consists of. `log_digest` is that of the log's entry at its revision."""

    revision: Revision
    epoch: int
    log_digest: bytes
    complete: bool
    chunks: int
    changes: int
    digest: bytes


async def find_checkpoints(table: Table, head: StoredHead, at: int) -> list[Manifest]:
    """The complete checkpoints of the log at or below a revision, newest first."""
    lineage = head.head.lineage
    found = await list_checkpoints(table, head.namespace, at)
    return [each for each in found if each.complete and lineage.holds(each.revision, each.epoch)]


async def list_checkpoints(table: Table, namespace: str, at: int) -> list[Manifest]:
    """The checkpoints at or below a revision, newest first, unfinished and abandoned ones too."""
    found = await table.query(layout.checkpoints(namespace), layout.revisions(0, at), backwards=True)
    return [_to_manifest(item) for item in found]


async def write_checkpoint(
    table: Table, head: StoredHead, log_digest: bytes, newest: Sequence[ResourceChange]
) -> None:
    """Writes the state at the head: the newest change of each resource, deletions included."""
    namespace, revision, epoch = head.namespace, head.head.revision, head.head.epoch
    chunks = await table.connection.work(lambda: list(_chunks(newest)))
    manifest = Manifest(
        revision,
        epoch,
        log_digest,
        complete=False,
        chunks=len(chunks),
        changes=len(newest),
        digest=_digest_of(chunks),
    )
    await table.put_many([_from_manifest(namespace, manifest)])
    await table.put_many(
        keyed(layout.chunk(namespace, revision, epoch, place), content=binary(pack(chunk)))
        for place, chunk in enumerate(chunks)
    )
    await table.update(
        layout.checkpoint(namespace, revision, epoch),
        UpdateExpression="SET complete = :true",
        ConditionExpression="digest = :digest",
        ExpressionAttributeValues={":true": {"BOOL": True}, ":digest": binary(manifest.digest)},
    )


async def has_arrived(table: Table, namespace: str, manifest: Manifest) -> bool:
    """Whether all chunks of a checkpoint are here, which in a replica may come after its manifest."""
    found = await each(
        lambda segment: table.query(
            layout.chunks(namespace, manifest.revision, manifest.epoch, segment),
            only={"ProjectionExpression": "pk, sk"},
        ),
        range(SEGMENTS),
    )
    return sum(map(len, found)) == manifest.chunks


async def read_checkpoint(table: Table, namespace: str, manifest: Manifest) -> list[ResourceChange]:
    """The changes of a complete checkpoint. Raises Damage when they are not what was written."""
    found = await each(
        lambda segment: table.query(layout.chunks(namespace, manifest.revision, manifest.epoch, segment)),
        range(SEGMENTS),
    )
    changes: list[ResourceChange] = await table.connection.work(
        lambda: _decode(namespace, manifest, [item for items in found for item in items])
    )
    return changes


async def delete_checkpoint(table: Table, namespace: str, manifest: Manifest) -> None:
    """Deletes a checkpoint, its manifest last."""
    await table.delete_many(
        layout.chunk(namespace, manifest.revision, manifest.epoch, place) for place in range(manifest.chunks)
    )
    await table.delete_many([layout.checkpoint(namespace, manifest.revision, manifest.epoch)])


def _chunks(newest: Iterable[ResourceChange]) -> Iterator[bytes]:
    """The changes, each after its length, in an order that is always the same."""
    chunk = bytearray()
    for change in sorted(newest, key=lambda change: change.id):
        content = encode_change(change)
        if chunk and len(chunk) + len(content) + _LENGTH.size > _CHUNK_BYTES:
            yield bytes(chunk)
            chunk.clear()
        chunk += _LENGTH.pack(len(content)) + content
    if chunk:
        yield bytes(chunk)


def _decode(namespace: str, manifest: Manifest, items: Sequence[Item]) -> list[ResourceChange]:
    what = f"checkpoint {manifest.revision} of {namespace!r}"
    in_order = sorted(items, key=lambda item: str(item["sk"]["S"]))
    if len(in_order) != manifest.chunks:
        raise Damage(f"{what} has {len(in_order)} chunks of {manifest.chunks}")
    chunks = [unpack(read_binary(item, "content"), what) for item in in_order]
    if _digest_of(chunks) != manifest.digest:
        raise Damage(f"{what} differs from what was written")
    changes = [decode_change(content, what) for chunk in chunks for content in _contents(chunk)]
    if len(changes) != manifest.changes:
        raise Damage(f"{what} has {len(changes)} resources of {manifest.changes}")
    return changes


def _contents(chunk: bytes) -> Iterator[bytes]:
    start = 0
    while start < len(chunk):
        (length,) = _LENGTH.unpack_from(chunk, start)
        start += _LENGTH.size
        yield chunk[start : start + length]
        start += length


def _digest_of(chunks: Iterable[bytes]) -> bytes:
    value = NO_DIGEST
    for chunk in chunks:
        value = digest(chunk, value)
    return value


def _from_manifest(namespace: str, manifest: Manifest) -> dict[str, Any]:
    return keyed(
        layout.checkpoint(namespace, manifest.revision, manifest.epoch),
        revision=number(manifest.revision),
        epoch=number(manifest.epoch),
        log_digest=binary(manifest.log_digest),
        complete={"BOOL": manifest.complete},
        chunks=number(manifest.chunks),
        changes=number(manifest.changes),
        digest=binary(manifest.digest),
    )


def _to_manifest(item: Item) -> Manifest:
    return Manifest(
        Revision(read_number(item, "revision")),
        read_number(item, "epoch"),
        read_binary(item, "log_digest"),
        item.get("complete") == {"BOOL": True},
        read_number(item, "chunks"),
        read_number(item, "changes"),
        read_binary(item, "digest"),
    )
