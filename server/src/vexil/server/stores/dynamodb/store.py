"""The store in a DynamoDB table."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Self, TypeVar

from vexil.core.resource import Commit, Kind, ResourceId, Revision, Version
from vexil.server.stores.dynamodb import appending, integrity, layout
from vexil.server.stores.dynamodb.checkpoints import write_checkpoint
from vexil.server.stores.dynamodb.chores import Chores
from vexil.server.stores.dynamodb.clients import Limits, open_client
from vexil.server.stores.dynamodb.compaction import remove_compacted
from vexil.server.stores.dynamodb.connection import Connection
from vexil.server.stores.dynamodb.consistency import Consistency
from vexil.server.stores.dynamodb.errors import Damage, not_arrived, translated
from vexil.server.stores.dynamodb.follower import Follower
from vexil.server.stores.dynamodb.gate import Gate
from vexil.server.stores.dynamodb.heads import StoredHead, mark_compacted, require_head
from vexil.server.stores.dynamodb.items import Item, read_number
from vexil.server.stores.dynamodb.known_heads import KnownHeads
from vexil.server.stores.dynamodb.log import find_entries, read_commits
from vexil.server.stores.dynamodb.opening import require_usable
from vexil.server.stores.dynamodb.parallel import both
from vexil.server.stores.dynamodb.place import DynamoDBPlace
from vexil.server.stores.dynamodb.regions.epochs import first_epoch
from vexil.server.stores.dynamodb.settling import Settler
from vexil.server.stores.dynamodb.states import read_state
from vexil.server.stores.dynamodb.strong import appending as strong
from vexil.server.stores.dynamodb.table import Table
from vexil.server.stores.dynamodb.tail import can_read_on, read_on
from vexil.server.stores.dynamodb.versions import image_of, read_touched, read_versions
from vexil.server.stores.gaps import Gap
from vexil.server.stores.hints import Hint, Hints
from vexil.server.stores.port import Head, Image, VersionRecord
from vexil.server.stores.refusals import no_namespace, require_kept, require_reached

T = TypeVar("T")

_LIMITS = Limits()

_FEW_PLACES = 256
"""Up to so many kinds and keys it is less work to look each one up than to load the state."""

_TRIES = 3
"""How often a read is begun that others' compaction overtakes."""


class DynamoDBStore:
    """A `Store` in one table, shared by any number of processes; made by `open`.

    One commit is one transaction (`appending`), what can't be in it follows by itself (`settling`). Where all
    regions see one order of writes there are none, nor homes (`strong.appending`): then the region is "".
    Every read is strongly consistent. Checkpoints are written in the background by whoever appends a revision
    that is due for one, so that nobody has to be chosen.
    """

    def __init__(
        self,
        connection: Connection,
        table: str,
        region: str,
        *,
        poll: tuple[float, float],
        checkpoint_every: int,
    ) -> None:
        self._connection = connection
        self._table = Table(connection, table)
        self._region = region
        self._settler = Settler(self._table)
        self._checkpoint_every = checkpoint_every
        self._gate = Gate()
        self._hints = Hints()
        self._chores = Chores()
        self._heads = KnownHeads(self._table, region, self._settler, self._chores, self._hints.notify)
        self._follower = Follower(self._look, self._hints.notify, *poll)
        self._closing: asyncio.Future[None] | None = None

    @classmethod
    async def open(
        cls,
        place: DynamoDBPlace,
        *,
        region: str | None = None,
        limits: Limits = _LIMITS,
        poll: tuple[float, float] = (0.05, 1.0),
        checkpoint_every: int = 1000,
    ) -> Self:
        """Opens the store, whose tables must be there (`vexil store init`).

        `region`: the one that this is, as the homes of namespaces are called; None: that of the tables.
        `poll`: seconds between looks for others' commits, once there is a listener for hints: the shortest
        pause, after something new, and the longest, to which pauses grow while nothing happens. A commit
        whose revision `checkpoint_every` divides is followed by a checkpoint.

        Raises StoreRefused for what has to be put right first, FailedPrecondition (STORE_SCHEMA_NEWER) for
        tables of a later release, Unavailable when nobody answers, InvalidRequest where boto3 is missing.
        """
        client = await asyncio.to_thread(open_client, place, limits)
        try:
            consistency = await asyncio.to_thread(require_usable, client, place.table)
        except BaseException:
            client.close()
            raise
        return cls(
            Connection(client, limits),
            place.table,
            "" if consistency is Consistency.STRONG else region or client.meta.region_name,
            poll=poll,
            checkpoint_every=checkpoint_every,
        )

    @property
    def first_epoch(self) -> int:
        """The epoch in which a namespace begins that is made here."""
        return first_epoch(self._region)

    @property
    def gaps(self) -> Mapping[str, Gap]:
        """What each namespace waits for whose home is another region, as of the last look."""
        return self._heads.gaps

    async def heads(self) -> Sequence[Head]:
        """Every namespace of which something is here, by name."""
        with self._called():
            found, news = await self._heads.read_all()
            if news:
                # Nobody told of it: pauses should be short again.
                self._follower.hurry()
            return [each.head for each in found]

    async def head(self, namespace: str) -> Head | None:
        """One namespace, or None when it has no commit."""
        with self._called():
            found = await self._heads.find(namespace)
            return None if found is None else found.head

    async def append(self, commit: Commit) -> Commit:
        """Adds the commit; DynamoDB has it in three places before this returns. See the port."""
        with self._called():
            known = self._heads.get(commit.namespace)
            if self._region:
                made = await appending.append(self._table, known, commit, self._region)
            else:
                made = await strong.append(self._table, self._settler, known, commit)
            head, stored = made
            self._heads.note([head])
            if commit.revision in head.unsettled:
                self._chores.later(self._settler.settle(head, commit.revision, stored))
            if commit.revision % self._checkpoint_every == 0:
                self._chores.later(self._checkpoint(head))
            return stored

    async def load(self, namespace: str, at: Revision | None = None) -> Image:
        """The state at a kept revision; None: the head."""

        async def load(head: StoredHead) -> Image:
            wanted = head.head.revision if at is None else at
            require_kept(head.head, wanted)
            state = await read_state(self._table, head, wanted)
            return image_of(namespace, wanted, state.newest.values())

        return await self._read(namespace, load)

    async def load_touched(self, namespace: str, at: Revision, until: Revision) -> Image:
        """What commits above `at`, up to `until`, are about, as it was at `at`; see the port."""

        async def load(head: StoredHead) -> Image:
            require_kept(head.head, at)
            require_reached(head.head, until)
            commits = await read_commits(self._table, head, at + 1, until)
            places = {(change.id.kind, change.id.key) for commit in commits for change in commit.changes}
            # Versions may arrive after their commit: a replica does not rely on them.
            if len(places) <= _FEW_PLACES and not head.replica:
                await self._settler.settle(head, at)
                return await read_touched(self._table, head, {*places, (Kind.ENVIRONMENT, "")}, at)
            state = await read_state(self._table, head, at)
            return image_of(
                namespace,
                at,
                (
                    change
                    for id, change in state.newest.items()
                    if id.kind is Kind.ENVIRONMENT or (id.kind, id.key) in places
                ),
            )

        return await self._read(namespace, load)

    async def read(self, namespace: str, after: Revision, limit: int) -> Sequence[Commit]:
        """Commits above `after`, oldest first, each compared with its digest.

        Whoever follows the log waits for one call: what follows the head as last seen needs no look at it,
        and otherwise the head is read beside the entries, not before them.
        """
        if commits := await self._read_on(namespace, after, limit):
            return commits
        first, last = after + 1, after + limit
        ahead: list[Item] = []

        async def find() -> StoredHead | None:
            head, ahead[:] = await both(
                self._heads.find(namespace), find_entries(self._table, namespace, first, last)
            )
            return head

        async def read(head: StoredHead) -> Sequence[Commit]:
            require_kept(head.head, after)
            return await read_commits(self._table, head, first, last, ahead)

        return await self._read(namespace, read, find=find)

    async def read_back(self, namespace: str, before: Revision, limit: int) -> Sequence[Commit]:
        """Kept commits below `before`, newest first, each compared with its digest."""

        async def read(head: StoredHead) -> Sequence[Commit]:
            last = min(before - 1, head.head.revision)
            first = max(last - limit, head.head.compact_revision) + 1
            return (await read_commits(self._table, head, first, last))[::-1]

        return await self._read(namespace, read, missing=list)

    async def versions(
        self, namespace: str, id: ResourceId, before: Version | None, limit: int
    ) -> Sequence[VersionRecord]:
        """Kept versions of one resource, newest first."""

        async def read(head: StoredHead) -> Sequence[VersionRecord]:
            await self._settler.settle(head, head.head.revision)
            return await read_versions(self._table, head, id, before, limit)

        return await self._read(namespace, read, missing=list)

    async def find_request(self, namespace: str, request_id: str) -> Commit | None:
        """The kept commit with this request id, or None."""

        async def read(head: StoredHead) -> Commit | None:
            if head.shared:
                await self._settler.settle(head, head.head.revision)
            for item in await self._table.query(layout.requests(namespace, request_id)):
                revision = read_number(item, "revision")
                kept = head.head.compact_revision < revision <= head.head.revision
                if kept and head.head.lineage.holds(revision, read_number(item, "epoch")):
                    (commit,) = await read_commits(self._table, head, revision, revision)
                    return commit
            return None

        return await self._read(namespace, read, missing=lambda: None)

    async def compact(self, namespace: str, revision: Revision) -> None:
        """Forgets commits up to and including `revision`; see the port.

        They are hidden at once. They are removed when there is a checkpoint at or after the last of them: the
        log from the checkpoint before it is needed to rebuild the state.
        """
        with self._called():
            head = await require_head(self._table, namespace)
            appending.require_home(head, self._region)
            require_reached(head.head, revision)
            if revision > head.head.compact_revision:
                await self._settler.settle(head, revision)
                await mark_compacted(self._table, head, revision)
                head = await require_head(self._table, namespace)
                self._heads.note([head])
            await remove_compacted(self._table, head)

    def hints(self) -> AsyncIterator[Hint]:
        """Yields None at once, after each append here, and soon after one of another process."""
        self._gate.require_open()
        self._follower.start()
        return self._hints.listen()

    async def check(self) -> Sequence[str]:
        """What is wrong in the table, in sentences; reads all of it."""
        with self._called():
            heads, _ = await self._heads.read_all()
            return await integrity.check(self._table, heads)

    async def close(self) -> None:
        """Ends hints, finishes calls under way, and closes connections.

        What is only written later (versions of a large commit, a checkpoint) is given up; it is made up for.
        """
        if self._closing is None:
            self._hints.close()
            self._closing = asyncio.ensure_future(self._release())
        await asyncio.shield(self._closing)

    async def _release(self) -> None:
        closing = asyncio.ensure_future(self._gate.close())
        await self._follower.close()
        await closing
        await self._chores.give_up()
        await asyncio.to_thread(self._connection.close)

    async def _read_on(self, namespace: str, after: Revision, limit: int) -> Sequence[Commit]:
        """What follows the head as last seen; empty where that is not asked for, or the head must be."""
        known = self._heads.get(namespace)
        if known is None or known.head.revision != after or not can_read_on(known, self._region):
            return ()
        with self._called():
            try:
                reached, commits = await read_on(self._table, known, limit)
            except Damage:
                return ()
            self._heads.note([reached])
            return commits

    async def _read(
        self,
        namespace: str,
        read: Callable[[StoredHead], Awaitable[T]],
        missing: Callable[[], T] | None = None,
        find: Callable[[], Awaitable[StoredHead | None]] | None = None,
    ) -> T:
        """What `read` makes of the head; `missing` is for a namespace without one, else NotFound is raised.

        `find` gives the head; None: `KnownHeads.find` does.

        Others may remove what is just being read, after it was compacted: then it is read once more.
        """
        with self._called():
            tries = 0
            while True:
                tries += 1
                head = await (find() if find else self._heads.find(namespace))
                if head is None:
                    if missing is None:
                        raise no_namespace(namespace)
                    return missing()
                try:
                    return await read(head)
                except Damage:
                    now = await self._heads.find(namespace)
                    if tries == _TRIES or now is None or _compacted(now) == _compacted(head):
                        if head.replica:
                            raise not_arrived(namespace) from None
                        raise

    async def _look(self) -> bool:
        with translated():
            _, news = await self._heads.read_all()
            return news

    @contextmanager
    def _called(self) -> Iterator[None]:
        with self._gate.entered(), translated():
            yield

    async def _checkpoint(self, head: StoredHead) -> None:
        """Writes a checkpoint of the head's state."""
        state = await read_state(self._table, head, head.head.revision)
        await write_checkpoint(self._table, head, state.log_digest, list(state.newest.values()))


def _compacted(head: StoredHead) -> Revision:
    return head.head.compact_revision
