"""Which commits of a stream are announced from this region, and what they hold.

Every region of a global table has the whole log in its stream. A commit is announced where it was made: in
the region that was home in the commit's epoch.
"""

import structlog

from vexil.core.resource import Commit
from vexil.server.announce.stream import LoggedCommit
from vexil.server.stores.dynamodb.errors import translated
from vexil.server.stores.dynamodb.heads import StoredHead, find_head
from vexil.server.stores.dynamodb.items import read_number
from vexil.server.stores.dynamodb.log import commits_of
from vexil.server.stores.dynamodb.table import Table

_log = structlog.get_logger(__name__)


class StreamReader:
    """Reads the commits in one event, which may be of several tables; `region` is the one that this is."""

    def __init__(self, region: str) -> None:
        self._region = region
        self._heads: dict[tuple[str, str], StoredHead | None] = {}

    async def commit(self, table: Table, logged: LoggedCommit) -> Commit | None:
        """The commit, its parts read from the table; None: it is not to be announced from here.

        Raises VexilError where it, or the head of its namespace, can't be read.
        """
        with translated():
            head = await self._head(table, logged.namespace)
            revision, epoch = read_number(logged.entry, "revision"), read_number(logged.entry, "epoch")
            if head is None or _home(head, epoch) != self._region:
                return None
            if not head.head.lineage.holds(revision, epoch):
                _log.warning("commit_left_behind", namespace=logged.namespace, revision=revision, epoch=epoch)
                return None
            (commit,) = await commits_of(table, logged.namespace, [logged.entry])
        return commit

    async def _head(self, table: Table, namespace: str) -> StoredHead | None:
        """As it is after the event was made: that is as new as its commits need it."""
        place = table.name, namespace
        if place not in self._heads:
            self._heads[place] = await find_head(table, namespace)
        return self._heads[place]


def _home(head: StoredHead, epoch: int) -> str | None:
    """The home in an epoch; None: its head has not arrived.

    Where a commit was made, its head is there: both are of one transaction.
    """
    heads = (head, *head.older)
    return next((each.head.home for each in heads if each.head.epoch == epoch), None)
