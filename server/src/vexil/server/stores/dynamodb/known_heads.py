"""The heads of the log as this process sees them."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from vexil.core.resource import Revision
from vexil.server.stores.dynamodb.chores import Chores
from vexil.server.stores.dynamodb.heads import StoredHead, find_head, read_heads
from vexil.server.stores.dynamodb.parallel import each
from vexil.server.stores.dynamodb.regions.aftermath import Aftermath
from vexil.server.stores.dynamodb.regions.horizon import Horizon
from vexil.server.stores.dynamodb.settling import Settler
from vexil.server.stores.dynamodb.strong.stragglers import Stragglers
from vexil.server.stores.dynamodb.table import Table
from vexil.server.stores.gaps import Gap
from vexil.server.stores.hints import Hint


class KnownHeads:
    """Reads heads, as far as what they lead to has arrived in `region`, and remembers them.

    `notify` is told what is new in them. What a look finds to be unfinished is left to `chores`.
    """

    def __init__(
        self, table: Table, region: str, settler: Settler, chores: Chores, notify: Callable[[Hint], None]
    ) -> None:
        self._table = table
        self._settler = settler
        self._chores = chores
        self._notify = notify
        self._horizon = Horizon(table, region)
        self._aftermath = Aftermath(table, region)
        self._stragglers = Stragglers()
        self._known: dict[str, StoredHead] = {}

    @property
    def gaps(self) -> Mapping[str, Gap]:
        """What each namespace waits for whose home is another region, as of the last look."""
        return self._horizon.gaps

    def get(self, namespace: str) -> StoredHead | None:
        """The head as it was last seen, or None."""
        return self._known.get(namespace)

    async def find(self, namespace: str) -> StoredHead | None:
        """The head as it is now, or None."""
        stored = await find_head(self._table, namespace)
        found = None if stored is None else await self._horizon.seen(stored)
        if found is not None:
            self.note([found])
        return found

    async def read_all(self) -> tuple[Sequence[StoredHead], bool]:
        """Every head, and whether there is anything new in them."""
        stored = await read_heads(self._table)
        for head in filter(self._aftermath.concerns, stored):
            self._chores.later(self._aftermath.attend(head))
        for head in filter(self._stragglers.left, stored):
            self._chores.later(self._settler.settle(head, head.head.revision))
        seen = await each(self._horizon.seen, stored)
        heads = [head for head in seen if head is not None]
        return heads, self.note(heads)

    def note(self, heads: Iterable[StoredHead]) -> bool:
        """Remembers heads; whether there is anything new in them."""
        news: dict[str, Revision] = {}
        moved = False
        for found in heads:
            known = self._known.get(found.namespace)
            if known is None or _position(known) < _position(found):
                self._known[found.namespace] = found
                news[found.namespace] = found.head.revision
                moved = moved or (known is not None and known.head.epoch != found.head.epoch)
        if news:
            # After a failover a revision that is here already may be another one.
            self._notify(None if moved else news)
        return bool(news)


def _position(head: StoredHead) -> tuple[int, int, int]:
    return head.head.epoch, head.head.revision, head.head.compact_revision
