"""Finding entries in the log."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

from vexil.core.resource import Commit, Deleted, Kind, ResourceChange, Revision
from vexil.server.stores.port import Store

_BATCH = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an entry has to fit; empty or None fits all. `action` is created, updated or deleted.

    Times are compared with when commits were made: from `since` on, before `until`.
    """

    actor: str = ""
    environment: str = ""
    key: str = ""
    action: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def fits(self, commit: Commit) -> bool:
        """Whether the commit is wanted."""
        if self.actor and commit.author != self.actor:
            return False
        if self.since is not None and commit.committed_at < self.since:
            return False
        if self.until is not None and commit.committed_at >= self.until:
            return False
        if not (self.environment or self.key or self.action):
            return True
        return any(self._fits(change, commit.revision) for change in commit.changes)

    def _fits(self, change: ResourceChange, revision: Revision) -> bool:
        id = change.id
        if self.environment and self.environment != (
            id.key if id.kind is Kind.ENVIRONMENT else id.environment
        ):
            return False
        if self.key and self.key != id.key:
            return False
        return not self.action or self.action == action_of(change, revision)


def action_of(change: ResourceChange, revision: Revision) -> str:
    """What was done by the commit with this revision: created, updated or deleted."""
    if isinstance(change, Deleted):
        return "deleted"
    return "created" if change.create_revision == revision else "updated"


async def searched(
    store: Store, namespace: str, wanted: Wanted, below: Revision, most: int
) -> AsyncIterator[tuple[Revision, Commit | None]]:
    """Goes through the kept log below a revision, newest first, for at most `most` commits.

    Yields each commit that fits, and None with the revision that was reached, last of all when there is more.
    Clocks order nothing, so all of the log is looked at, whatever `since` says.
    """
    looked = 0
    while commits := await store.read_back(namespace, below, min(_BATCH, most - looked)):
        for commit in commits:
            if wanted.fits(commit):
                yield commit.revision, commit
        looked += len(commits)
        below = commits[-1].revision
        if looked >= most:
            yield below, None
            return
