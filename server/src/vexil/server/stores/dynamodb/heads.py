"""Where the logs stand, as items."""

from dataclasses import dataclass
from typing import Any

from vexil.core.resource import Revision
from vexil.server.stores.dynamodb import layout
from vexil.server.stores.dynamodb.encoding import NO_DIGEST
from vexil.server.stores.dynamodb.errors import Damage
from vexil.server.stores.dynamodb.items import Item, keyed, read_binary, read_number, read_text
from vexil.server.stores.dynamodb.table import Table
from vexil.server.stores.port import Head
from vexil.server.stores.refusals import no_namespace


@dataclass(frozen=True, slots=True)
class StoredHead:
    """A namespace's head, the digest of its newest entry, and revisions whose derived items are missing.

    Those of a commit too large for one transaction are written after it.
    """

    head: Head
    digest: bytes
    unsettled: frozenset[Revision]

    @property
    def namespace(self) -> str:
        """The namespace."""
        return self.head.namespace


def before_first(namespace: str, epoch: int) -> StoredHead:
    """The head of a namespace that has no commit yet. Not stored."""
    return StoredHead(Head(namespace, Revision(0), Revision(0), epoch), NO_DIGEST, frozenset())


async def read_heads(table: Table) -> list[StoredHead]:
    """Every head, by namespace."""
    return [_from_item(item) for item in await table.query(layout.HEADS)]


async def find_head(table: Table, namespace: str) -> StoredHead | None:
    """One head, or None when the namespace has no commit."""
    item = await table.get(layout.head(namespace))
    return None if item is None else _from_item(item)


async def require_head(table: Table, namespace: str) -> StoredHead:
    """One head. Raises NotFound."""
    found = await find_head(table, namespace)
    if found is None:
        raise no_namespace(namespace)
    return found


def advance(table: str, before: StoredHead, digest: bytes, settled: bool) -> dict[str, Any]:
    """The action that makes the next revision the newest, if `before` still is the head."""
    head = before.head
    revision = str(head.revision + 1)
    values: dict[str, Any] = {
        ":revision": {"N": revision},
        ":epoch": {"N": str(head.epoch)},
        ":digest": {"B": digest},
    }
    update = "SET revision = :revision, epoch = :epoch, digest = :digest"
    if head.revision:
        condition = "revision = :before AND epoch = :epoch AND digest = :digest_before"
        values |= {":before": {"N": str(head.revision)}, ":digest_before": {"B": before.digest}}
    else:
        condition = "attribute_not_exists(pk)"
        update += ", compact_revision = :zero"
        values[":zero"] = {"N": "0"}
    if not settled:
        update += " ADD unsettled :unsettled"
        values[":unsettled"] = {"NS": [revision]}
    return {
        "Update": {
            "TableName": table,
            "Key": keyed(layout.head(head.namespace)),
            "UpdateExpression": update,
            "ConditionExpression": condition,
            "ExpressionAttributeValues": values,
        }
    }


async def mark_settled(table: Table, namespace: str, revision: Revision) -> None:
    """Says that the derived items of this revision are there."""
    await table.update(
        layout.head(namespace),
        UpdateExpression="DELETE unsettled :revision",
        ConditionExpression="attribute_exists(pk)",
        ExpressionAttributeValues={":revision": {"NS": [str(revision)]}},
    )


async def mark_compacted(table: Table, namespace: str, revision: Revision) -> None:
    """Moves `compact_revision` to this one, unless it is there already."""
    await table.update(
        layout.head(namespace),
        UpdateExpression="SET compact_revision = :revision",
        ConditionExpression="compact_revision < :revision",
        ExpressionAttributeValues={":revision": {"N": str(revision)}},
    )


def _from_item(item: Item) -> StoredHead:
    namespace = read_text(item, layout.SORT_KEY)
    head = Head(
        namespace,
        Revision(read_number(item, "revision")),
        Revision(read_number(item, "compact_revision")),
        read_number(item, "epoch"),
    )
    if not 0 <= head.compact_revision <= head.revision:
        raise Damage(
            f"the head of {namespace!r} is compacted to {head.compact_revision}, "
            f"and stands at {head.revision}"
        )
    unsettled = item.get("unsettled", {}).get("NS", ())
    return StoredHead(head, read_binary(item, "digest"), frozenset(Revision(int(each)) for each in unsettled))
