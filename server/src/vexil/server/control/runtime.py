"""One namespace in memory: its newest snapshot, and the only way in which that moves on."""

import asyncio
from typing import Protocol

from vexil.core.resource import Commit
from vexil.core.snapshot import Applied, Snapshot

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


class NamespaceRuntime:
    """A namespace's snapshot, which readers take without asking anybody.

    Commits come from the committer and from the follower, whichever is first; each is applied once, in order.
    `commit_lock` is held by the one who drafts and appends the next commit in this process. It is taken
    before the lock inside `apply`, never after.
    """

    def __init__(self, snapshot: Snapshot, epoch: int, observer: Observer) -> None:
        self.snapshot = snapshot
        self.epoch = epoch
        self.commit_lock = asyncio.Lock()
        self._applying = asyncio.Lock()
        self._observer = observer
        observer.replaced(snapshot, epoch)

    async def apply(self, commit: Commit) -> bool:
        """Moves on by one commit. False, and nothing changes, when commits before it are missing here.

        A commit that was applied already is fine.
        """
        async with self._applying:
            before = self.snapshot
            if commit.revision <= before.revision:
                return True
            if commit.revision != before.revision + 1:
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
        """Moves on to a later snapshot that was loaded as a whole; an earlier one is ignored."""
        async with self._applying:
            if snapshot.revision > self.snapshot.revision:
                self.snapshot = snapshot
                self.epoch = epoch
                self._observer.replaced(snapshot, epoch)
