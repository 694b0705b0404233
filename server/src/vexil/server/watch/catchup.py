"""What a selection missed, worked out from the log."""

from collections.abc import AsyncIterator

from vexil.core.errors import NotFound, Reason, Unavailable
from vexil.core.replay import Replay
from vexil.core.resource import Commit, Revision
from vexil.core.snapshot import Snapshot
from vexil.server.giving_way import give_way, in_pieces
from vexil.server.stores.port import Store
from vexil.server.watch.group import Group
from vexil.server.watch.history import Event
from vexil.server.watch.ports import Past

_READ_BATCH = 256
_LONGEST_BACKFILL = 16_384
"""Commits; more are told to each subscriber on its own."""

_BREATH = 64
"""So many commits and changes are encoded before others get their turn: less than a millisecond's work."""

_PIECES = 16
"""The same for the pieces of one commit."""


class EnvironmentWasAbsentError(Exception):
    """Between the position and now the environment did not exist: there are no deltas across that."""


class CatchUp:
    """Brings subscribers from a position in the log up to where a group's history begins.

    Effective changes depend on what was there before. Of that, what the missed commits wrote over is enough,
    until the environment gets other ancestors; from there on it takes everything that was there.
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
            near = group.out_of_reach < position and floor - position <= _LONGEST_BACKFILL
            if not near or not history.has_room(1, 0):
                return False
            missing: list[Event] = []
            size = 0
            async for event in self.events(group, position, floor):
                missing.append(event)
                size += event.size
                if not history.has_room(len(missing), size):
                    group.out_of_reach = position
                    return False
            return history.floor == floor and history.prepend(missing, position)

    async def events(self, group: Group, after: Revision, until: Revision) -> AsyncIterator[Event]:
        """The group's events above `after`, up to and with `until`, in order. Raises as `backfill` does."""
        namespace, environment = group.selection.namespace, group.selection.environment
        image = await self._store.load_touched(namespace, after, until)
        try:
            replay = Replay(environment, image.states)
        except NotFound:
            raise EnvironmentWasAbsentError from None
        async for commit in self._commits(namespace, after, until):
            chain = replay.chain_after(commit)
            if not chain:
                raise EnvironmentWasAbsentError
            if chain != replay.chain:
                break
            if event := await in_pieces(group.encoded(commit, replay, replay.changes(commit)), _PIECES):
                yield event
            replay.apply(commit)
            after = commit.revision
        if after < until:
            snapshot = await self._past.snapshot(namespace, after)
            async for event in self._events_of_all(group, snapshot, until):
                yield event

    async def _events_of_all(self, group: Group, snapshot: Snapshot, until: Revision) -> AsyncIterator[Event]:
        """The same, from everything that was there."""
        environment = group.selection.environment
        async for commit in self._commits(snapshot.namespace, snapshot.revision, until):
            before = snapshot.views[environment]
            applied = snapshot.apply(commit)
            snapshot = applied.snapshot
            if environment not in snapshot.views:
                raise EnvironmentWasAbsentError
            changes = applied.deltas.get(environment, ())
            if event := await in_pieces(group.encoded(commit, before, changes), _PIECES):
                yield event

    async def _commits(self, namespace: str, after: Revision, until: Revision) -> AsyncIterator[Commit]:
        """The commits above `after`, up to and with `until`; others have their turn in between."""
        work = 0
        while after < until:
            commits = await self._store.read(namespace, after, min(until - after, _READ_BATCH))
            if not commits:
                raise Unavailable(
                    f"the log of {namespace!r} does not show revision {after + 1} yet",
                    reason=Reason.STORE_UNAVAILABLE,
                    retry_after=1.0,
                )
            for commit in commits:
                yield commit
                after = commit.revision
                work += 1 + len(commit.changes)
                if work >= _BREATH:
                    work = 0
                    await give_way()
