"""Where a namespace stands in a region, and what moving its home there would leave behind."""

from dataclasses import dataclass
from datetime import datetime

from vexil.core.resource import Revision
from vexil.server.stores.dynamodb.heads import StoredHead
from vexil.server.stores.dynamodb.log import read_commits
from vexil.server.stores.dynamodb.regions.horizon import Horizon
from vexil.server.stores.dynamodb.regions.left_behind import LeftBehind, find_left_behind
from vexil.server.stores.dynamodb.table import Table
from vexil.server.stores.refusals import no_namespace


@dataclass(frozen=True, slots=True)
class Survey:
    """What a region has of a namespace.

    `seen` is the head as far as everything up to it has arrived; `stored` the head as it stands in the table.
    `newest_at` is when the newest commit that counts here was made, by the clock of the home's server.
    """

    region: str
    stored: StoredHead
    seen: StoredHead
    newest_at: datetime | None
    left_behind: LeftBehind

    @property
    def home(self) -> str:
        """The home region; empty: every region is."""
        return self.stored.head.home

    @property
    def missing(self) -> Revision | None:
        """The first commit that is known to exist and has not arrived; None: there is none."""
        reached = self.seen.head.revision
        return Revision(reached + 1) if reached < self.stored.head.revision else None


async def survey(table: Table, region: str, stored: StoredHead) -> Survey:
    """Looks at a namespace. Raises NotFound when nothing of it has arrived here."""
    seen = await Horizon(table, "" if stored.shared else region).seen(stored)
    if seen is None:
        raise no_namespace(stored.namespace)
    revision = seen.head.revision
    kept = revision > seen.head.compact_revision
    newest = await read_commits(table, seen, revision, revision) if kept else []
    return Survey(
        region,
        stored,
        seen,
        newest[0].committed_at if newest else None,
        await find_left_behind(table, stored),
    )
