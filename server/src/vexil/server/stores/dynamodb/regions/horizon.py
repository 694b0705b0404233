"""What a region sees of logs that are written elsewhere."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import structlog

from vexil.core.resource import Revision
from vexil.server.stores.dynamodb import layout
from vexil.server.stores.dynamodb.checkpoints import find_checkpoints, has_arrived
from vexil.server.stores.dynamodb.encoding import NO_DIGEST
from vexil.server.stores.dynamodb.errors import Damage
from vexil.server.stores.dynamodb.heads import StoredHead
from vexil.server.stores.dynamodb.items import Item, read_binary, read_chain, read_number
from vexil.server.stores.dynamodb.log import is_whole
from vexil.server.stores.dynamodb.parallel import each
from vexil.server.stores.dynamodb.regions.prefix import BrokenLinkError, Link, Place, extend
from vexil.server.stores.dynamodb.table import Table
from vexil.server.stores.gaps import Gap

PATIENCE = 10.0
"""Seconds that a gap may last before it is reported; DynamoDB usually replicates within one
(https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html)."""

_STEP = 1000
"""Entries looked at at once."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Wait:
    """A commit that has not arrived, although the head says that there is one; `since`: monotonic clock."""

    missing: Revision
    newest: Revision
    since: float


class Horizon:
    """Cuts heads down to what has arrived in this region without a gap.

    Heads whose home is this region are complete as they are: a transaction is atomic where it is made. A gap
    that lasts is logged, once, and so is its end.
    """

    def __init__(self, table: Table, region: str, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.region = region
        self._table = table
        self._monotonic = monotonic
        self._reached: dict[str, tuple[Place, int]] = {}
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._waits: dict[str, _Wait] = {}
        self._told: set[str] = set()

    @property
    def gaps(self) -> dict[str, Gap]:
        """What each namespace waits for, as of the last look."""
        now = self._monotonic()
        return {name: Gap(wait.missing, wait.newest, now - wait.since) for name, wait in self._waits.items()}

    async def seen(self, head: StoredHead) -> StoredHead | None:
        """The head as far as everything up to it is here; None: nothing is."""
        if head.head.home == self.region:
            self._note(head, head.head.revision)
            return replace(head, head=replace(head.head, writable=not head.fenced))
        async with self._locks[head.namespace]:
            place = await self._reach(head)
        if not place.revision:
            return None
        visible = replace(
            head.head,
            revision=place.revision,
            epoch=head.head.lineage.epoch_at(place.revision),
            compact_revision=min(head.head.compact_revision, place.revision),
            writable=False,
            chain=place.chain,
        )
        return replace(head, head=visible, digest=place.digest, replica=True)

    async def _reach(self, head: StoredHead) -> Place:
        stored = head.head
        place, epoch = self._reached.get(head.namespace, (None, 0))
        if place is None or not stored.lineage.keeps(place.revision, epoch):
            place = await self._begin(head)
        elif place.revision < stored.compact_revision:
            # What made up for the removed entries may be on its way: what was seen is not unseen meanwhile.
            place = max(place, await self._begin(head), key=lambda each: each.revision)
        while place.revision < stored.revision:
            last = min(place.revision + _STEP, stored.revision)
            links = await read_links(self._table, head.namespace, place.revision + 1, last)
            try:
                further = extend(place, links, stored.lineage, Revision(last))
            except BrokenLinkError as broken:
                raise Damage(
                    f"commit {broken.revision} of {head.namespace!r} does not follow the one before"
                ) from broken
            place, before = further, place
            if place.revision < last or place == before:
                break
        self._reached[head.namespace] = place, stored.epoch
        self._note(head, place.revision)
        return place

    async def _begin(self, head: StoredHead) -> Place:
        """Where to begin to look: the newest checkpoint that is here as a whole, or the log's beginning."""
        for manifest in await find_checkpoints(self._table, head, head.head.revision):
            if await has_arrived(self._table, head.namespace, manifest):
                at = manifest.revision
                entries = await read_links(self._table, head.namespace, at, at)
                chains = [entry.chain for entry in entries if entry.digest == manifest.log_digest]
                return Place(at, manifest.log_digest, *chains[:1])
        return Place(Revision(0), NO_DIGEST)

    def _note(self, head: StoredHead, reached: Revision) -> None:
        namespace, newest = head.namespace, head.head.revision
        before = self._waits.pop(namespace, None)
        if reached < newest:
            missing = Revision(reached + 1)
            since = before.since if before and before.missing == missing else self._monotonic()
            self._waits[namespace] = _Wait(missing, newest, since)
            if namespace not in self._told and self._monotonic() - since >= PATIENCE:
                self._told.add(namespace)
                _log.error(
                    "region_gap",
                    namespace=namespace,
                    missing=missing,
                    newest=newest,
                    seconds=round(self._monotonic() - since),
                    region=self.region,
                    home=head.head.home,
                )
        elif namespace in self._told:
            self._told.discard(namespace)
            _log.info("region_gap_closed", namespace=namespace, revision=reached, region=self.region)


async def read_links(table: Table, namespace: str, first: int, last: int) -> Sequence[Link]:
    """The places of all entries from `first` to `last` that are here, whatever their epoch."""
    items = await table.query(layout.log(namespace), layout.revisions(first, last))
    whole = await each(lambda item: is_whole(table, namespace, item), items)
    return [_link(*each) for each in zip(items, whole, strict=True)]


def _link(item: Item, whole: bool) -> Link:
    return Link(
        Revision(read_number(item, "revision")),
        read_number(item, "epoch"),
        read_binary(item, "digest"),
        read_binary(item, "previous"),
        whole,
        read_chain(item),
    )
