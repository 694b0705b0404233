"""Appending where DynamoDB has no transactions: the entry is put first, and the head decides.

1. The entry is put under the key of its revision, if that is free. Only one can be there, and until the head
   names it nobody reads it.
2. The head moves to it, if it still is the head that the entry follows. From then on the commit is made.
3. What derives from it is written by `Settler`; the head says that it is missing.

Whoever finds a revision taken moves the head himself: the one who put the entry may not live any more. A
writer who is late – who puts an entry of a revision that was compacted long ago – does not get the head; what
he put is below everything that is read, and the next compaction removes it.
"""

import asyncio
import random
from dataclasses import replace
from uuid import uuid4

from vexil.core.resource import Commit
from vexil.server.stores.dynamodb import layout
from vexil.server.stores.dynamodb.appending import Made, require_later
from vexil.server.stores.dynamodb.errors import Damage, unanswered
from vexil.server.stores.dynamodb.heads import StoredHead, advance, before_first, find_head
from vexil.server.stores.dynamodb.items import Item, read_binary, read_chain, read_number, text
from vexil.server.stores.dynamodb.log import draft
from vexil.server.stores.dynamodb.settling import Settler
from vexil.server.stores.dynamodb.table import Table
from vexil.server.stores.dynamodb.versions import version_items
from vexil.server.stores.port import HeadMoved
from vexil.server.stores.refusals import request_taken, require_next

_FREE = "attribute_not_exists(pk)"

_PATIENCE = (0.05, 0.1, 0.2)
"""Seconds at most between two looks whether the one who put an entry moves the head: were two to write it at
once, in two regions, both would be refused and have to try again."""


async def append(table: Table, settler: Settler, known: StoredHead | None, commit: Commit) -> Made:
    """Makes the commit the namespace's head; `known` is the head as last seen, None: unknown.

    What derives from the commit is then `unsettled` in the head. Raises HeadMoved.
    """
    if known is None or known.head.revision + 1 != commit.revision or known.head.epoch != commit.epoch:
        known = await _find(table, commit, known)
    before = known or before_first(commit.namespace, commit.epoch, home="")
    version_items(commit)  # refuses a resource that is too large before anything is written
    await settler.settle(before, before.head.revision)
    await _require_unclaimed(table, before, commit)
    attempt = uuid4().hex
    drafted = draft(commit, before, attempt)
    await table.put_many(drafted.parts)
    entry = {**drafted.entry, "attempt": text(attempt)}
    if not await table.put(entry, ConditionExpression=_FREE):
        rival = await table.get(layout.key_of(entry))
        # An answer that was lost: then it is this one.
        if rival is None or rival.get("attempt") != entry["attempt"]:
            await _finish(table, commit, known, rival)
            raise _moved(commit)
    if await table.act(advance(table.name, before, drafted.digest, drafted.chain, settled=False)):
        head = replace(before.head, revision=commit.revision, chain=drafted.chain)
        return Made(StoredHead(head, drafted.digest, frozenset({commit.revision})), drafted.commit)
    return Made(await _moved_by_others(table, commit), drafted.commit)


async def _find(table: Table, commit: Commit, known: StoredHead | None) -> StoredHead | None:
    found = await find_head(table, commit.namespace)
    if known is not None:
        require_later(known, found)
    require_next(None if found is None else found.head, commit)
    return found


async def _require_unclaimed(table: Table, before: StoredHead, commit: Commit) -> None:
    """Raises HeadMoved when a kept commit has the request id; every claim up to `before` is written."""
    if not commit.request_id:
        return
    claim = await table.get(layout.request(commit.namespace, commit.request_id, commit.epoch))
    if claim is not None and read_number(claim, "revision") > before.head.compact_revision:
        raise request_taken(commit)


async def _finish(table: Table, commit: Commit, known: StoredHead | None, entry: Item | None) -> None:
    """Moves the head to an entry above it, unless whoever put it does; then HeadMoved is raised."""
    found = await _find(table, commit, known)
    for pause in _PATIENCE:
        await asyncio.sleep(random.uniform(pause / 2, pause))  # noqa: S311 - jitter
        found = await _find(table, commit, known)
    if entry is None:
        return
    before = found or before_first(commit.namespace, commit.epoch, home="")
    if read_binary(entry, "previous") != before.digest:
        raise Damage(f"entry {commit.revision} of {commit.namespace!r} does not follow the head")
    digest = read_binary(entry, "digest")
    await table.act(advance(table.name, before, digest, read_chain(entry), settled=False))


async def _moved_by_others(table: Table, commit: Commit) -> StoredHead:
    """The head, if it has passed the commit, whose entry is there; raises HeadMoved if it has not.

    Who finds an entry moves the head to it, and other commits may have followed.
    """
    found = await find_head(table, commit.namespace)
    if found is None or found.head.revision < commit.revision:
        raise Damage(f"the head of {commit.namespace!r} is not the one that its entries follow")
    if commit.revision <= found.head.compact_revision:
        # Made and compacted since, or put too late: nobody can tell any more.
        raise unanswered()
    return found


def _moved(commit: Commit) -> HeadMoved:
    return HeadMoved(
        f"somebody else has made revision {commit.revision} of {commit.namespace!r}",
        metadata={"namespace": commit.namespace, "head_revision": str(commit.revision)},
    )
