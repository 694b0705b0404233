"""The outbox of a store whose log says what there is: only how far it was announced is kept beside it."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import structlog

from vexil.core.resource import Commit, Revision
from vexil.server.stores.outbox import Backlog
from vexil.server.stores.port import Head, Store

_log = structlog.get_logger(__name__)


class Marks(Protocol):
    """How far each namespace was announced, and who announces; the rest as in `Outbox`."""

    async def marks(self) -> Mapping[str, Revision]:
        """The newest announced revision of each namespace that has one."""
        ...

    async def mark(self, namespace: str, revision: Revision) -> None:
        """Moves a namespace's mark to `revision`; never back."""
        ...

    async def claim(self, holder: str, seconds: float) -> bool:
        """Whether `holder` alone should announce; see `Outbox`."""
        ...

    async def release(self, holder: str) -> None:
        """Lets others announce; see `Outbox`."""
        ...

    async def close(self) -> None:
        """Releases everything; see `Outbox`."""
        ...


class LogOutbox:
    """An `Outbox` that is the log after the marks: a commit is in it because it is in the log.

    A namespace without a mark begins with its oldest kept commit.
    """

    def __init__(self, store: Store, marks: Marks) -> None:
        self._store = store
        self._marks = marks

    async def backlogs(self) -> Sequence[Backlog]:
        """Every namespace whose head is past its mark."""
        marks = await self._marks.marks()
        found = []
        for head in await self._store.heads():
            after = _after(marks, head)
            if after < head.revision:
                found.append(Backlog(head.namespace, Revision(after + 1), head.revision))
        return found

    async def pending(self, namespace: str, limit: int) -> Sequence[Commit]:
        """What the log holds after the mark."""
        marks = await self._marks.marks()
        head = await self._store.head(namespace)
        return [] if head is None else await self._store.read(namespace, _after(marks, head), limit)

    async def mark(self, namespace: str, revision: Revision) -> None:
        """Moves the namespace's mark."""
        await self._marks.mark(namespace, revision)

    async def claim(self, holder: str, seconds: float) -> bool:
        """Whether `holder` alone should announce."""
        return await self._marks.claim(holder, seconds)

    async def release(self, holder: str) -> None:
        """Lets others announce."""
        await self._marks.release(holder)

    async def close(self) -> None:
        """Closes the marks; the store stays open."""
        await self._marks.close()


def _after(marks: Mapping[str, Revision], head: Head) -> Revision:
    """The newest revision that need not be announced. The marks were read before the head."""
    marked = marks.get(head.namespace, Revision(0))
    if head.compact_revision <= marked <= head.revision:
        return marked
    if marked:
        # Compacted before it was announced, or the mark is not of this log.
        oldest = head.compact_revision + 1
        _log.error("announcements_lost", namespace=head.namespace, mark=marked, oldest=oldest)
    return head.compact_revision
