"""What derives from a commit and is written after it, by whoever comes first."""

import asyncio
from collections import defaultdict

from vexil.core.resource import Commit, Revision
from vexil.server.stores.dynamodb import announcement, layout
from vexil.server.stores.dynamodb.errors import Damage
from vexil.server.stores.dynamodb.heads import StoredHead, mark_settled, require_head
from vexil.server.stores.dynamodb.items import keyed, number
from vexil.server.stores.dynamodb.log import read_commits
from vexil.server.stores.dynamodb.parallel import both
from vexil.server.stores.dynamodb.table import Table
from vexil.server.stores.dynamodb.versions import version_items


class Settler:
    """Writes the derived items that heads say are missing, each commit's once, however many ask at once."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._done: defaultdict[str, set[Revision]] = defaultdict(set)

    async def settle(self, head: StoredHead, up_to: int, made: Commit | None = None) -> None:
        """Writes what is missing of commits up to a revision. Harmless when others do the same.

        `made` is one of them, which then need not be read. In a replica this is the home's work, and nothing
        is done.
        """
        if head.replica or not head.unsettled:
            return
        async with self._locks[head.namespace]:
            done = self._done[head.namespace]
            done &= head.unsettled
            missing = {revision for revision in head.unsettled - done if revision <= up_to}
            if made is None and missing:
                # Heads are kept for a while, and what was announced is not to be announced again.
                done |= missing - await self._unsettled(head)
            for revision in sorted(missing - done):
                known = made if made is not None and made.revision == revision else None
                if commit := known or await self._read(head, revision):
                    await self._derive(head, commit)
                    await mark_settled(self._table, head, revision)
                done.add(revision)

    async def _unsettled(self, head: StoredHead) -> frozenset[Revision]:
        return (await require_head(self._table, head.namespace)).unsettled

    async def _read(self, head: StoredHead, revision: Revision) -> Commit | None:
        """The commit; None: others have settled it, and it was compacted since."""
        try:
            (commit,) = await read_commits(self._table, head, revision, revision)
        except Damage:
            if revision in await self._unsettled(head):
                raise
            return None
        return commit

    async def _derive(self, head: StoredHead, commit: Commit) -> None:
        derived = version_items(commit)
        if head.shared:
            derived.append(announcement.to_item(announcement.of_commit(commit)))
            await both(self._claim(commit), self._table.put_many(derived))
        else:
            await self._table.put_many(derived)

    async def _claim(self, commit: Commit) -> None:
        """Notes whose the request id is, unless a later commit has taken it over."""
        if not commit.request_id:
            return
        await self._table.put(
            keyed(
                layout.request(commit.namespace, commit.request_id, commit.epoch),
                revision=number(commit.revision),
                epoch=number(commit.epoch),
            ),
            ConditionExpression="attribute_not_exists(pk) OR revision < :revision",
            ExpressionAttributeValues={":revision": number(commit.revision)},
        )
