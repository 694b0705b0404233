"""Where the logs stand, as items: one for each epoch of a namespace, of which the highest counts."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from vexil.core.resource import Revision
from vexil.server.stores.dynamodb import layout
from vexil.server.stores.dynamodb.encoding import NO_DIGEST
from vexil.server.stores.dynamodb.errors import Damage
from vexil.server.stores.dynamodb.items import (
    Item,
    binary,
    keyed,
    number,
    read_binary,
    read_chain,
    read_number,
    read_text,
    text,
)
from vexil.server.stores.dynamodb.table import Table
from vexil.server.stores.lineage import Era, Lineage
from vexil.server.stores.port import Head
from vexil.server.stores.refusals import no_namespace


@dataclass(frozen=True, slots=True)
class StoredHead:
    """A namespace's head, the digest of its newest entry, and revisions whose derived items are missing.

    Those of a commit too large for one transaction are written after it. `replica`: the home is elsewhere,
    and what is not here may still come. `fenced`: its home takes no more commits. `older` are the heads of
    the namespace's other epochs.
    """

    head: Head
    digest: bytes
    unsettled: frozenset[Revision]
    replica: bool = False
    fenced: bool = False
    older: tuple["StoredHead", ...] = ()

    @property
    def namespace(self) -> str:
        """The namespace."""
        return self.head.namespace

    @property
    def shared(self) -> bool:
        """Whether every region writes the namespace, which then has no home."""
        return not self.head.home


def before_first(namespace: str, epoch: int, home: str) -> StoredHead:
    """The head of a namespace that has no commit yet. Not stored."""
    lineage = Lineage().then(epoch, Revision(1))
    head = Head(namespace, Revision(0), Revision(0), epoch, home=home, lineage=lineage)
    return StoredHead(head, NO_DIGEST, frozenset())


async def read_heads(table: Table) -> list[StoredHead]:
    """Every namespace's head, by namespace."""
    heads = [_from_item(item) for item in await table.query(layout.HEADS)]
    return [_newest(them) for _, them in groupby(heads, key=lambda head: head.namespace)]


async def find_head(table: Table, namespace: str) -> StoredHead | None:
    """One head, or None when the namespace has no commit."""
    items = await table.query(layout.HEADS, layout.heads(namespace))
    return _newest(map(_from_item, items)) if items else None


async def require_head(table: Table, namespace: str) -> StoredHead:
    """One head. Raises NotFound."""
    found = await find_head(table, namespace)
    if found is None:
        raise no_namespace(namespace)
    return found


def advance(table: str, before: StoredHead, digest: bytes, chain: bytes, settled: bool) -> dict[str, Any]:
    """The action that makes the next revision the newest, if `before` still is the head.

    `digest` and `chain` are those of its entry.
    """
    head = before.head
    revision = Revision(head.revision + 1)
    if not head.revision:
        return begin(table, before, digest, chain, settled=settled)
    values: dict[str, Any] = {
        ":revision": number(revision),
        ":digest": binary(digest),
        ":chain": binary(chain),
        ":before": number(head.revision),
        ":digest_before": binary(before.digest),
    }
    update = "SET revision = :revision, digest = :digest, chain = :chain"
    if not settled:
        update += " ADD unsettled :unsettled"
        values[":unsettled"] = {"NS": [str(revision)]}
    condition = "revision = :before AND digest = :digest_before AND attribute_not_exists(fenced)"
    return {
        "Update": {
            "TableName": table,
            "Key": keyed(layout.head(head.namespace, head.epoch)),
            "UpdateExpression": update,
            "ConditionExpression": condition,
            "ExpressionAttributeValues": values,
        }
    }


def begin(
    table: str, before: StoredHead, digest: bytes, chain: bytes, *, settled: bool = True
) -> dict[str, Any]:
    """The action that makes the next revision the first of the lineage's newest epoch, if that has none."""
    head = before.head
    revision = Revision(head.revision + 1)
    item: dict[str, Any] = keyed(
        layout.head(head.namespace, head.epoch),
        revision=number(revision),
        epoch=number(head.epoch),
        digest=binary(digest),
        chain=binary(chain),
        compact_revision=number(head.compact_revision),
        home=text(head.home),
        lineage=text(" ".join(f"{era.epoch}@{era.first}" for era in head.lineage.eras)),
    )
    if not settled:
        item["unsettled"] = {"NS": [str(revision)]}
    condition = {"ConditionExpression": "attribute_not_exists(pk)"}
    return {"Put": {"TableName": table, "Item": item, **condition}}


async def fence(table: Table, head: StoredHead) -> None:
    """Lets an epoch's home take no more commits. Only in the region of that home."""
    await table.update(
        layout.head(head.namespace, head.head.epoch),
        UpdateExpression="SET fenced = :true",
        ConditionExpression="attribute_exists(pk)",
        ExpressionAttributeValues={":true": {"BOOL": True}},
    )


async def mark_settled(table: Table, head: StoredHead, revision: Revision) -> None:
    """Says that the derived items of this revision are there."""
    await table.update(
        layout.head(head.namespace, head.head.epoch),
        UpdateExpression="DELETE unsettled :revision",
        ConditionExpression="attribute_exists(pk)",
        ExpressionAttributeValues={":revision": {"NS": [str(revision)]}},
    )


async def mark_compacted(table: Table, head: StoredHead, revision: Revision) -> None:
    """Moves `compact_revision` to this one, unless it is there already."""
    await table.update(
        layout.head(head.namespace, head.head.epoch),
        UpdateExpression="SET compact_revision = :revision",
        ConditionExpression="compact_revision < :revision",
        ExpressionAttributeValues={":revision": number(revision)},
    )


def _newest(heads: Iterable[StoredHead]) -> StoredHead:
    *older, newest = sorted(heads, key=lambda head: head.head.epoch)
    return replace(newest, older=tuple(older)) if older else newest


def _from_item(item: Item) -> StoredHead:
    namespace, _, _ = read_text(item, layout.SORT_KEY).partition("#")
    head = Head(
        namespace,
        Revision(read_number(item, "revision")),
        Revision(read_number(item, "compact_revision")),
        read_number(item, "epoch"),
        home=read_text(item, "home"),
        lineage=_lineage(namespace, read_text(item, "lineage")),
        chain=read_chain(item),
    )
    if not 0 <= head.compact_revision <= head.revision:
        raise Damage(
            f"the head of {namespace!r} is compacted to {head.compact_revision}, "
            f"and stands at {head.revision}"
        )
    unsettled = item.get("unsettled", {}).get("NS", ())
    return StoredHead(
        head,
        read_binary(item, "digest"),
        frozenset(Revision(int(each)) for each in unsettled),
        fenced="fenced" in item,
    )


def _lineage(namespace: str, stored: str) -> Lineage:
    try:
        pairs = [era.split("@") for era in stored.split()]
        return Lineage(tuple(Era(int(epoch), Revision(int(first))) for epoch, first in pairs))
    except ValueError:
        raise Damage(f"the lineage of {namespace!r} can't be read") from None
