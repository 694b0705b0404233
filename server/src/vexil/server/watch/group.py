"""Everyone who watches the same selection."""

import asyncio
from collections.abc import Sequence

from vexil.core.resource import Commit, ResourceChange, Revision
from vexil.core.view import View
from vexil.server.watch import tokens
from vexil.server.watch.encoding import encode_delta, encode_progress
from vexil.server.watch.full_state import FullState
from vexil.server.watch.history import Event, History
from vexil.server.watch.ports import Holder
from vexil.server.watch.selection import Before, Selection
from vexil.server.watch.signal import Signal
from vexil.server.watch.tokens import Position

_SECONDS_PER_SUBSCRIBER = 0.0004
"""Ten times what a message costs: announcing to everybody takes a tenth of the time between announcements."""


class Group:
    """One selection's shared history, and what else its subscribers share.

    `gone` says that the environment no longer exists: nothing follows. `subscribers` counts those who are
    here; `left_at` is when the last one left, by the monotonic clock. Of commits that do not concern them
    they hear `announce_after` seconds later, the more subscribers the later: of many such commits once.
    `out_of_reach` is the newest position known to be too far back for the history's room.
    """

    def __init__(self, selection: Selection, history: History, epoch: int, announce_after: float) -> None:
        self.selection = selection
        self.history = history
        self.signal = Signal()
        self.gone = False
        self.subscribers = 0
        self.left_at = 0.0
        self.backfilling = asyncio.Lock()
        self.out_of_reach = Revision(-1)
        self._epoch = epoch
        self._announce_after = announce_after
        self._announcement: asyncio.TimerHandle | None = None
        self._progress = (Revision(-1), b"")
        self._state: FullState | None = None

    def publish(self, commit: Commit, before: View | None, changes: Sequence[ResourceChange]) -> None:
        """Takes in the next commit; `changes` are what it did to the environment's view `before`."""
        self._epoch = commit.epoch
        if before is not None and changes and (event := self.event(commit, before, changes)):
            self.history.append(event)
            self.signal.fire()
        elif self._announcement is None and self.subscribers:
            delay = self._announce_after + self.subscribers * _SECONDS_PER_SUBSCRIBER
            self._announcement = asyncio.get_running_loop().call_later(delay, self._announce)
        self.history.head = commit.revision

    def _announce(self) -> None:
        self._announcement = None
        self.signal.fire()

    def restart(self, head: Revision, epoch: int) -> None:
        """Goes on at a revision, without what led there: everybody has to catch up."""
        self._epoch = epoch
        self.history.restart(head)
        self.signal.fire()

    def end(self) -> None:
        """Tells the subscribers that the environment was deleted."""
        self.gone = True
        self.signal.fire()

    def event(self, commit: Commit, before: Before, changes: Sequence[ResourceChange]) -> Event | None:
        """What changes of the environment's view mean for this selection; None: nothing."""
        seen = self.selection.changes(before, changes)
        if not seen:
            return None
        return Event(commit, seen, encode_delta(commit, seen, self.token(commit.revision)))

    def token(self, revision: Revision) -> bytes:
        """The resume token for a position in this selection."""
        return tokens.encode(
            Position(self.selection.namespace, self.selection.fingerprint, self._epoch, revision)
        )

    def progress(self) -> bytes:
        """The message that says that nothing is missing up to the newest revision."""
        head = self.history.head
        if self._progress[0] != head:
            self._progress = (head, encode_progress(head, self.token(head)))
        return self._progress[1]

    async def state(self, holder: Holder) -> FullState:
        """The newest full state, made once for all who ask while the revision is the same.

        Only one is made at a time. Those who come meanwhile, when there is a newer revision already, share
        the next one. Raises NotFound when the environment is gone.
        """
        while (made := self._state) and not made.done and made.revision != holder.snapshot.revision:
            await made.wait()
        view = holder.snapshot.view(self.selection.environment)
        if self._state is None or self._state.revision != view.revision:
            self._state = FullState(self.selection, view, self.token(view.revision))
        return self._state

    def forget_state(self) -> None:
        """Lets go of the encoded full state, which can be large."""
        if self._state is not None and self._state.done:
            self._state = None
