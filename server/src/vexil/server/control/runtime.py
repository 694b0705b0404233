"""One namespace in memory: its newest snapshot, and the only way in which that moves on."""

import asyncio
from typing import Protocol

from vexil.core.resource import Commit
from vexil.core.snapshot import Applied, Snapshot
from vexil.server.stores.port import Head

LARGE = 500
"""Commits with more changes than this are worked out in a thread, so that reads go on meanwhile."""


class Observer(Protocol):
    """Is told how a namespace moves on, in order, on the event loop; must neither wait nor raise."""

    def applied(self, commit: Commit, before: Snapshot, applied: Applied) -> None:
        """The commit turned `before` into `applied.snapshot`."""
        ...

    def replaced(self, snapshot: Snapshot, epoch: int) -> None:
        """The namespace is new here, or moved on by more than one commit at once, which one is not known."""
        ...

    def rewritten(self, namespace: str) -> None:
        """What follows is not what the namespace's history was: a failover has left some of it behind."""
        ...


class NamespaceRuntime:
    """A namespace's snapshot, which readers take without asking anybody.

    `home` is the last that was heard of the log's head, which says where commits are made.

    Commits come from the committer and from the follower, whichever is first; each is applied once, in order.
    `commit_lock` is held by the one who drafts and appends the next commit in this process. It is taken
    before the lock inside `apply`, never after.
    """

    def __init__(self, snapshot: Snapshot, head: Head, observer: Observer) -> None:
        self.snapshot = snapshot
        self.epoch = head.epoch
        self.home = head
        self.commit_lock = asyncio.Lock()
        self._applying = asyncio.Lock()
        self._observer = observer
        observer.replaced(snapshot, self.epoch)

    @property
    def newest_epoch(self) -> int:
        """The newest that is heard of; its first commit may not have arrived here yet."""
        return max(self.epoch, self.home.lineage.newest)

    @property
    def is_left_behind(self) -> bool:
        """Whether a failover took away what is here."""
        return self.has_left_behind(self.snapshot.revision, self.epoch)

    def has_left_behind(self, revision: int, epoch: int) -> bool:
        """Whether a failover took away what was seen at this revision while that was the newest epoch."""
        lineage = self.home.lineage
        return epoch <= lineage.newest and not lineage.keeps(revision, epoch)

    def hear(self, head: Head) -> None:
        """Takes note of where the log stands, unless something newer is known."""
        if head.lineage.newest >= self.home.lineage.newest:
            self.home = head

    async def apply(self, commit: Commit) -> bool:
        """Moves on by one commit. False, and nothing changes, when commits before it are missing here.

        A commit that was applied already is fine.
        """
        async with self._applying:
            before = self.snapshot
            if commit.revision <= before.revision:
                return True
            if commit.revision != before.revision + 1 or self.is_left_behind:
                return False
            if len(commit.changes) > LARGE:
                applied = await asyncio.to_thread(before.apply, commit)
            else:
                applied = before.apply(commit)
            self.snapshot = applied.snapshot
            self.epoch = commit.epoch
            self._observer.applied(commit, before, applied)
            return True

    async def replace(self, snapshot: Snapshot, epoch: int) -> None:
        """Moves on to a later snapshot that was loaded as a whole; an earlier one is ignored.

        Unless what is here has been left behind by a failover: then whatever is true replaces it.
        """
        async with self._applying:
            if not self.is_left_behind and snapshot.revision <= self.snapshot.revision:
                return
            if self.is_left_behind:
                self._observer.rewritten(snapshot.namespace)
            self.snapshot = snapshot
            self.epoch = epoch
            self._observer.replaced(snapshot, epoch)
