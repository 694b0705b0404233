"""The outbox as items: every commit's own transaction puts one there, whoever has announced it deletes it."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Self

import structlog

from vexil.core.resource import Commit, Revision
from vexil.server.clock import Clock
from vexil.server.stores.dynamodb import layout
from vexil.server.stores.dynamodb.clients import Limits, open_client
from vexil.server.stores.dynamodb.connection import Connection
from vexil.server.stores.dynamodb.consistency import Consistency
from vexil.server.stores.dynamodb.errors import translated
from vexil.server.stores.dynamodb.gate import Gate
from vexil.server.stores.dynamodb.heads import find_head, read_heads
from vexil.server.stores.dynamodb.items import Item, number, read_number, read_text, text
from vexil.server.stores.dynamodb.layout import Key
from vexil.server.stores.dynamodb.opening import require_usable
from vexil.server.stores.dynamodb.place import DynamoDBPlace
from vexil.server.stores.dynamodb.settling import Settler
from vexil.server.stores.dynamodb.table import Table
from vexil.server.stores.outbox import Backlog
from vexil.server.stores.port import Store

_CLAIM = Key("announcer", layout.ONLY)
"""Who announces."""

_LIMITS = Limits(threads=4)
_LATEST = Revision(10**16 - 1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_log = structlog.get_logger(__name__)


class DynamoDBOutbox:
    """An `Outbox` in the store's tables, over connections of its own; made by `open`.

    Only servers in the home region announce: other regions get the items too, as copies. Where there are no
    homes one server of all regions does, and entries that a commit's server has not written yet are written
    here (`settling`).
    """

    def __init__(
        self, store: Store, connection: Connection, table: str, consistency: Consistency, clock: Clock
    ) -> None:
        self._store = store
        self._connection = connection
        self._entries = Table(connection, table)
        self._shared = consistency is Consistency.STRONG
        self._settler = Settler(self._entries)
        # Written often and worth nothing later, as the board, which is one region's, however.
        self._claims = self._entries if self._shared else Table(connection, layout.board_table(table))
        self._clock = clock
        self._gate = Gate()

    @classmethod
    async def open(cls, store: Store, place: DynamoDBPlace, clock: Clock) -> Self:
        """The outbox of the store at this place, which reads the log through `store`.

        Raises as `DynamoDBStore.open` does.
        """
        client = await asyncio.to_thread(open_client, place, _LIMITS)
        try:
            consistency = await asyncio.to_thread(require_usable, client, place.table)
        except BaseException:
            client.close()
            raise
        return cls(store, Connection(client, _LIMITS), place.table, consistency, clock)

    async def backlogs(self) -> Sequence[Backlog]:
        """Every namespace with entries whose home is here; costs two small queries for each, and two more."""
        found: list[Backlog] = []
        with self._called():
            if self._shared:
                for head in await read_heads(self._entries):
                    await self._settler.settle(head, head.head.revision)
            after = "-"  # before every namespace
            while entries := await self._entries.query(layout.OUTBOX, (after, "~"), limit=1):
                namespace = read_text(entries[0], "namespace")
                # Another one may have deleted all of them in between.
                newest = await self._waiting(namespace, limit=1, backwards=True) or entries
                found.append(Backlog(namespace, *_revisions(entries), *_revisions(newest)))
                _, after = layout.announcements(namespace)
        return await self._ours(found) if found else found

    async def _ours(self, backlogs: Sequence[Backlog]) -> Sequence[Backlog]:
        """Those of namespaces whose home is here, from the log; a former home may have left entries above."""
        here = {head.namespace: head.revision for head in await self._store.heads() if head.writable}
        return [each for each in backlogs if each.first <= here.get(each.namespace, -1)]

    async def pending(self, namespace: str, limit: int) -> Sequence[Commit]:
        """The commits of the oldest entries, from the log."""
        with self._called():
            if self._shared and (stored := await find_head(self._entries, namespace)):
                await self._settler.settle(stored, stored.head.revision)
            revisions = _revisions(await self._waiting(namespace, limit=limit))
        head = await self._store.head(namespace)
        # Above the head there is what a former home has left behind; elsewhere it is not for us to tell.
        if head is None or not head.writable or not revisions or revisions[0] > head.revision:
            return []
        if revisions[0] <= head.compact_revision:
            oldest = head.compact_revision + 1
            _log.error("announcements_lost", namespace=namespace, first=revisions[0], oldest=oldest)
            await self.mark(namespace, head.compact_revision)
            return await self.pending(namespace, limit)
        commits = await self._store.read(namespace, Revision(revisions[0] - 1), limit)
        return [commit for commit in commits if commit.revision in revisions]

    async def mark(self, namespace: str, revision: Revision) -> None:
        """Deletes the entries up to this revision."""
        with self._called():
            entries = await self._waiting(namespace, until=revision)
            await self._entries.delete_many(map(layout.key_of, entries))

    async def claim(self, holder: str, seconds: float) -> bool:
        """Whether `holder` alone should announce."""
        now = self._clock.now()
        until = now + timedelta(seconds=seconds)
        with self._called():
            return await self._claims.update(
                _CLAIM,
                UpdateExpression="SET held_by = :holder, held_until = :until, expires_at = :expires",
                ConditionExpression="attribute_not_exists(pk) OR held_by = :holder OR held_until <= :now",
                ExpressionAttributeValues={
                    ":holder": text(holder),
                    ":now": number(_micros(now)),
                    ":until": number(_micros(until)),
                    ":expires": number(_micros(until) // 1_000_000 + 1),
                },
            )

    async def release(self, holder: str) -> None:
        """Lets others announce."""
        with self._called():
            await self._claims.update(
                _CLAIM,
                UpdateExpression="SET held_until = :never",
                ConditionExpression="held_by = :holder",
                ExpressionAttributeValues={":holder": text(holder), ":never": number(0)},
            )

    async def close(self) -> None:
        """Finishes what is under way, and closes the connections."""
        await self._gate.close()
        await asyncio.to_thread(self._connection.close)

    async def _waiting(
        self, namespace: str, *, until: Revision = _LATEST, limit: int | None = None, backwards: bool = False
    ) -> list[Item]:
        between = layout.announcements(namespace, until)
        return await self._entries.query(layout.OUTBOX, between, limit=limit, backwards=backwards)

    @contextmanager
    def _called(self) -> Iterator[None]:
        with self._gate.entered(), translated():
            yield


def _revisions(entries: Sequence[Item]) -> list[Revision]:
    return [Revision(read_number(entry, "revision")) for entry in entries]


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)
