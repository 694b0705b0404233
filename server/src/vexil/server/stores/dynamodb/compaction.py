"""Forgetting: what is compacted is hidden at once, and removed once a checkpoint makes up for it."""

from functools import partial

from vexil.core.resource import Commit, Revision, Version
from vexil.server.stores.dynamodb import layout
from vexil.server.stores.dynamodb.checkpoints import delete_checkpoint, find_checkpoint, list_checkpoints
from vexil.server.stores.dynamodb.heads import StoredHead
from vexil.server.stores.dynamodb.items import Item, number
from vexil.server.stores.dynamodb.layout import Key
from vexil.server.stores.dynamodb.log import commits_of, newest_epochs
from vexil.server.stores.dynamodb.parallel import each
from vexil.server.stores.dynamodb.table import Table

_STEP = 200
"""Entries removed at a time."""


async def remove_compacted(table: Table, head: StoredHead) -> None:
    """Removes what nothing needs any more that can be asked for.

    The log is needed from the newest complete checkpoint at or below `compact_revision` on. Entries go oldest
    first, each after what derives from it, so that whoever goes on after a crash finds what is left. Harmless
    when done twice, also at once.
    """
    namespace = head.namespace
    base = await find_checkpoint(table, namespace, head.head.compact_revision)
    if base is None:
        return
    for checkpoint in await list_checkpoints(table, namespace, base.revision - 1):
        await delete_checkpoint(table, namespace, checkpoint)
    span = layout.revisions(0, base.revision)
    while entries := await table.query(layout.log(namespace), span, limit=_STEP):
        await _remove(table, namespace, entries, base.revision)
    parts = await table.query(layout.parts(namespace), span, only={"ProjectionExpression": "pk, sk"})
    await table.delete_many(map(_key_of, parts))


async def _remove(table: Table, namespace: str, entries: list[Item], base: Revision) -> None:
    commits = await commits_of(table, namespace, newest_epochs(entries))
    keys = {key for commit in commits for key in _superseded(commit)}
    await table.delete_many(keys)
    await each(partial(_release, table, namespace, base), [c.request_id for c in commits if c.request_id])
    await table.delete_many(map(_key_of, entries))


def _superseded(commit: Commit) -> set[Key]:
    """The versions before those that the commit made."""
    return {
        layout.version(commit.namespace, change.id, Version(change.version - 1))
        for change in commit.changes
        if change.version > 1
    }


async def _release(table: Table, namespace: str, base: Revision, request_id: str) -> None:
    """Removes the claim to a request id, unless a later commit has taken it over."""
    await table.delete(
        layout.request(namespace, request_id),
        ConditionExpression="revision <= :base",
        ExpressionAttributeValues={":base": number(base)},
    )


def _key_of(item: Item) -> Key:
    return Key(item[layout.PARTITION_KEY]["S"], item[layout.SORT_KEY]["S"])
