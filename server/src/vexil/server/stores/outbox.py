"""The outbox: commits that nobody outside has been told of yet.

A commit is in the outbox from the moment it is made, and stays until it is marked as announced, whoever dies
in between. The outbox is emptied once, by one announcer at a time: those who want to hear of commits share
what it publishes to. Every implementation passes `tests/acceptance/store/test_outbox.py`.

Errors: those of the store (`vexil.server.stores.port`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from vexil.core.resource import Commit, Revision


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits in one namespace: the revisions from `first` to `last`, both included."""

    namespace: str
    first: Revision
    last: Revision

    @property
    def count(self) -> int:
        """How many commits that is at most; some of them may have been announced already."""
        return self.last - self.first + 1


class Outbox(Protocol):
    """Commits to announce, in order per namespace. Methods may be called concurrently from one event loop."""

    async def backlogs(self) -> Sequence[Backlog]:
        """Every namespace in which something waits, by name (in the order of code points).

        What was compacted before it was announced may count until `pending` has passed over it.
        """
        ...

    async def pending(self, namespace: str, limit: int) -> Sequence[Commit]:
        """At most `limit` commits that wait, oldest first; empty when none does.

        Commits that were compacted before they were announced are passed over.
        """
        ...

    async def mark(self, namespace: str, revision: Revision) -> None:
        """Everything up to and including `revision` was announced; marking it again is fine.

        A mark may be lost in a crash, so that something is announced again; nothing is ever skipped.
        """
        ...

    async def claim(self, holder: str, seconds: float) -> bool:
        """Whether `holder` alone should announce for so many seconds from now; also renews its claim.

        It rests on the clocks of machines: where they differ, two may hold it for a while, and something is
        announced twice.
        """
        ...

    async def release(self, holder: str) -> None:
        """Lets others announce at once; releasing what another one holds changes nothing."""
        ...

    async def close(self) -> None:
        """Lets calls under way finish, and releases everything; the store stays open.

        Later calls raise Unavailable (STORE_UNAVAILABLE). Closing twice is fine.
        """
        ...
