"""Commits of a former home that are not part of the log any more: kept beside it, to be looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from vexil.core.resource import Commit, Revision
from vexil.server.stores.dynamodb import layout
from vexil.server.stores.dynamodb.heads import StoredHead
from vexil.server.stores.dynamodb.items import read_number
from vexil.server.stores.dynamodb.log import commits_of, is_whole
from vexil.server.stores.dynamodb.parallel import each
from vexil.server.stores.dynamodb.table import Table


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """What a former home committed alone: commits by revision, and the entries that have not all arrived."""

    commits: Sequence[Commit]
    incomplete: Sequence[tuple[Revision, int]]

    @property
    def count(self) -> int:
        """How many entries there are."""
        return len(self.commits) + len(self.incomplete)


async def find_left_behind(table: Table, head: StoredHead) -> LeftBehind:
    """Everything of the namespace that was written and is not in its log, as far as it is here.

    It is kept as long as history is: compaction removes it with the revisions that replaced it.
    """
    first = min((_first_left(head, older) for older in head.older), default=None)
    if first is None:
        return LeftBehind((), ())
    newest = max(head.head.revision, *(older.head.revision for older in head.older))
    lineage = head.head.lineage
    items = [
        item
        for item in await table.query(layout.log(head.namespace), layout.revisions(first, newest))
        if not lineage.holds(read_number(item, "revision"), read_number(item, "epoch"))
    ]
    whole = await each(lambda item: is_whole(table, head.namespace, item), items)
    commits = await commits_of(
        table, head.namespace, [item for item, here in zip(items, whole, strict=True) if here]
    )
    incomplete = [
        (Revision(read_number(item, "revision")), read_number(item, "epoch"))
        for item, here in zip(items, whole, strict=True)
        if not here
    ]
    return LeftBehind(commits, incomplete)


def leaves_behind(head: StoredHead) -> tuple[tuple[int, Revision], ...]:
    """The epochs that wrote what is not in the log, each with the newest revision that it wrote."""
    return tuple(
        (older.head.epoch, older.head.revision)
        for older in head.older
        if not head.head.lineage.keeps(older.head.revision, older.head.epoch)
    )


def _first_left(head: StoredHead, older: StoredHead) -> int:
    """The first revision of an older epoch that the log does not have from it."""
    eras = head.head.lineage.eras
    for era, following in pairwise(eras):
        if era.epoch == older.head.epoch:
            return following.first
    # Another one that was promoted: its first entry says so, and is not part of the log either.
    return older.head.lineage.eras[-1].first
