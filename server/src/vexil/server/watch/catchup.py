"""What a selection missed, worked out from the log."""

from collections.abc import AsyncIterator

from vexil.core.resource import Revision
from vexil.core.snapshot import Snapshot
from vexil.server.stores.port import Store
from vexil.server.watch.group import Group
from vexil.server.watch.history import Event
from vexil.server.watch.ports import Past

_READ_BATCH = 256
_LONGEST_BACKFILL = 1024


class EnvironmentWasAbsentError(Exception):
    """Between the position and now the environment did not exist: there are no deltas across that."""


class CatchUp:
    """Brings subscribers from a position in the log up to where a group's history begins.

    Effective changes depend on what was there before, so that the snapshot at the position is rebuilt, and
    moved on commit by commit.
    """

    def __init__(self, store: Store, past: Past) -> None:
        self._store = store
        self._past = past

    async def backfill(self, group: Group, position: Revision) -> bool:
        """Extends the group's history back to the position, for all its subscribers.

        False, and nothing is changed, where that is too far for memory. Raises OutOfRange
        (REVISION_COMPACTED) and EnvironmentWasAbsentError.
        """
        history = group.history
        async with group.backfilling:
            if history.floor <= position:
                return True
            floor = history.floor
            if floor - position > _LONGEST_BACKFILL:
                return False
            missing = [event async for event in self.events(group, position, floor)]
            return history.floor == floor and history.prepend(missing, position)

    async def events(self, group: Group, after: Revision, until: Revision) -> AsyncIterator[Event]:
        """The group's events above `after`, up to and with `until`, in order. Raises as `backfill` does."""
        namespace, environment = group.selection.namespace, group.selection.environment
        snapshot = await self._past.snapshot(namespace, after)
        _require(environment, snapshot)
        while snapshot.revision < until:
            limit = min(until - snapshot.revision, _READ_BATCH)
            for commit in await self._store.read(namespace, snapshot.revision, limit):
                before = snapshot.views[environment]
                applied = snapshot.apply(commit)
                snapshot = applied.snapshot
                _require(environment, snapshot)
                if event := group.event(commit, before, applied.deltas.get(environment, ())):
                    yield event


def _require(environment: str, snapshot: Snapshot) -> None:
    if environment not in snapshot.views:
        raise EnvironmentWasAbsentError
