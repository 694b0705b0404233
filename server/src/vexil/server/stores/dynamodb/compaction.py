"""Forgetting: what is compacted is hidden at once, and removed once a checkpoint makes up for it."""

from collections.abc import Iterable, Sequence
from functools import partial
from itertools import pairwise

from vexil.core.resource import Commit, Revision, Version
from vexil.server.stores.dynamodb import layout
from vexil.server.stores.dynamodb.checkpoints import (
    Manifest,
    delete_checkpoint,
    find_checkpoints,
    list_checkpoints,
)
from vexil.server.stores.dynamodb.heads import StoredHead
from vexil.server.stores.dynamodb.items import Item, number, read_binary
from vexil.server.stores.dynamodb.layout import Key
from vexil.server.stores.dynamodb.log import commits_of, of_lineage
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
    bases = await find_checkpoints(table, head, head.head.compact_revision)
    if not bases:
        return
    base = bases[0]
    for checkpoint in await list_checkpoints(table, namespace, base.revision - 1):
        await delete_checkpoint(table, namespace, checkpoint)
    span = layout.revisions(0, base.revision)
    while entries := await table.query(layout.log(namespace), span, limit=_STEP + 1):
        await _remove(table, head, entries, base)
    if head.shared:
        # Nothing expires there. The newest stays: by it whoever announces sees that he has missed some.
        waiting = await table.query(layout.OUTBOX, layout.announcements(namespace, base.revision - 1))
        await table.delete_many(map(layout.key_of, waiting))
    parts = await table.query(layout.parts(namespace), span, only={"ProjectionExpression": "pk, sk"})
    await table.delete_many(map(layout.key_of, parts))


async def _remove(table: Table, head: StoredHead, entries: Sequence[Item], base: Manifest) -> None:
    """Removes the first of these entries, which are oldest first, and what derives from them."""
    first = entries[:_STEP]
    counting = _followed(entries, base) if head.shared else of_lineage(first, head.head.lineage)
    commits = await commits_of(table, head.namespace, counting)
    epochs = {head.head.epoch, *(older.head.epoch for older in head.older)}
    keys = {key for commit in commits for key in _superseded(commit, epochs)}
    await table.delete_many(keys)
    await each(partial(_release, table, base.revision), [commit for commit in commits if commit.request_id])
    await table.delete_many(map(layout.key_of, first))


def _followed(entries: Sequence[Item], base: Manifest) -> list[Item]:
    """Of these entries but the last, and of that of the checkpoint, those that the next one follows.

    Of any other an earlier call has removed what derives from it already, or it is no commit at all: a writer
    who was late has put it (`strong.appending`).
    """
    followed = [item for item, after in pairwise(entries) if _digest(item) == read_binary(after, "previous")]
    if len(entries) <= _STEP and _digest(entries[-1]) == base.log_digest:
        followed.append(entries[-1])
    return followed


def _digest(item: Item) -> bytes:
    return read_binary(item, "digest")


def _superseded(commit: Commit, epochs: Iterable[int]) -> set[Key]:
    """The versions before those that the commit made, whichever epoch they are of."""
    return {
        layout.version(commit.namespace, change.id, Version(change.version - 1), epoch)
        for change in commit.changes
        if change.version > 1
        for epoch in epochs
    }


async def _release(table: Table, base: Revision, commit: Commit) -> None:
    """Removes the claim to a request id, unless a later commit has taken it over."""
    await table.delete(
        layout.request(commit.namespace, commit.request_id, commit.epoch),
        ConditionExpression="revision <= :base",
        ExpressionAttributeValues={":base": number(base)},
    )
