"""Which commits of a stream are announced from this region, and what they hold.

Every region of a global table has the whole log in its stream. A commit is announced where it was made: in
the region that was home in the commit's epoch. Where all regions agree on one log there are no homes, and
whoever sets the function up does so in one region.
"""

import structlog

from vexil.core.resource import Commit
from vexil.server.announce.stream import LoggedCommit
from vexil.server.stores.dynamodb.errors import not_arrived, translated
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

        Raises Unavailable when that can't be said yet, and what reading raises.
        """
        with translated():
            newest = await self._head(table, logged.namespace)
            revision, epoch = read_number(logged.entry, "revision"), read_number(logged.entry, "epoch")
            made_by = None if newest is None else _of_epoch(newest, epoch)
            if newest is None or made_by is None:
                # Entry and head arrive in any order.
                raise not_arrived(logged.namespace)
            if made_by.head.home not in {self._region, ""}:
                return None
            if not _is_in_log(revision, made_by, newest):
                _log.warning("commit_left_behind", namespace=logged.namespace, revision=revision, epoch=epoch)
                return None
            (commit,) = await commits_of(table, logged.namespace, [logged.entry])
        return commit

    async def _head(self, table: Table, namespace: str) -> StoredHead | None:
        """As it is after the event was made: for its commits that is new enough."""
        place = table.name, namespace
        if place not in self._heads:
            self._heads[place] = await find_head(table, namespace)
        return self._heads[place]


def _of_epoch(newest: StoredHead, epoch: int) -> StoredHead | None:
    return next((each for each in (newest, *newest.older) if each.head.epoch == epoch), None)


def _is_in_log(revision: int, made_by: StoredHead, newest: StoredHead) -> bool:
    """Whether the log has what was written at a revision in an epoch. Raises Unavailable: not to be said yet.

    Without homes there are no transactions: an entry is there before the head says that it counts, and one
    at a compacted revision may be that of a writer who was late.
    """
    if not made_by.shared:
        return newest.head.lineage.holds(revision, made_by.head.epoch)
    if revision > made_by.head.revision:
        raise not_arrived(made_by.namespace)
    return revision > made_by.head.compact_revision
