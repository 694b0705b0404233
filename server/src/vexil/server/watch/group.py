"""Everyone who watches the same selection."""

import asyncio
from collections import deque
from collections.abc import Generator, Sequence
from weakref import WeakValueDictionary

from vexil.core.resource import Commit, ResourceChange, Revision
from vexil.core.view import View
from vexil.server.live import Follower, LiveHistory, OpenHistory
from vexil.server.watch import tokens
from vexil.server.watch.batching import join_first
from vexil.server.watch.encoding import about, encode_change, encode_delta, encode_progress, join_changes
from vexil.server.watch.full_state import FullState
from vexil.server.watch.history import Event, History
from vexil.server.watch.pacer import Pacer
from vexil.server.watch.ports import Holder
from vexil.server.watch.selection import Before, Selection
from vexil.server.watch.signal import Signal
from vexil.server.watch.silence import Silence
from vexil.server.watch.tokens import Position

_SECONDS_PER_SUBSCRIBER = 0.0004
"""Ten times what a message costs: announcing to everybody takes a tenth of the time between announcements."""

_JOINED_KEPT = 8
"""Joined messages that are kept for others who are in the same place: those of a fleet that comes back."""

_SLICE = 4
"""So many changes of a commit are encoded in one piece: fifty microseconds' work where they are small."""

Encoding = Generator[None, None, Event | None]
"""Makes the event of a commit, if it has one for the selection, in pieces: with each `next` one is done."""


class Group:
    """One selection's shared history, and what else its subscribers share.

    `gone` says that the environment no longer exists, `rewritten` that the history is not what was told here:
    nothing follows. `subscribers` counts those who are
    here; `left_at` is when the last one left, by the monotonic clock. Of commits that do not concern them
    they hear `announce_after` seconds later, the more subscribers the later: of many such commits once.
    `out_of_reach` is the newest position known to be too far back for the history's room.
    """

    def __init__(
        self,
        selection: Selection,
        history: History,
        epoch: int,
        announce_after: float,
        pacer: Pacer,
        open_live: OpenHistory | None = None,
    ) -> None:
        self.selection = selection
        self.signal = Signal(pacer)
        self.gone = False
        self.rewritten = False
        self.subscribers = 0
        self.left_at = 0.0
        self.backfilling = asyncio.Lock()
        self._history = history
        self._open_live = open_live
        self._live: LiveHistory | None = None
        self._news: deque[tuple[Commit, Encoding]] = deque()
        self._pacer = pacer
        self.out_of_reach = Revision(-1)
        self._epoch = epoch
        self._announce_after = announce_after
        self._announcement: asyncio.TimerHandle | None = None
        self._progress = (Revision(-1), b"")
        self._state: FullState | None = None
        self._joined: dict[tuple[Revision, Revision], Event] = {}
        self._silences: WeakValueDictionary[float, Silence] = WeakValueDictionary()

    @property
    def history(self) -> History:
        """The shared history; whoever looks at it has everything taken in first that was published."""
        while self._news:
            self._take_in()
        return self._history

    def publish(self, commit: Commit, before: View | None, changes: Sequence[ResourceChange]) -> None:
        """Passes on the next commit; `changes` are what it did to the environment's view `before`.

        It is taken in, which may take long for many groups or changes, when its turn comes or somebody looks.
        """
        self._news.append((commit, self._encoding(commit, before, changes)))
        self._pacer.add(self._take_in)

    def _take_in(self) -> bool:
        """Does the next piece of taking in the oldest of the news; whether there is more to do."""
        if self._news:
            commit, encoding = self._news.popleft()
            try:
                self._advance(commit, encoding)
            except BaseException:
                # What can't be told from here is not left out: those who need it have to ask the log.
                self._history.restart(commit.revision)
                self.call_back()
                raise
        return bool(self._news)

    def _advance(self, commit: Commit, encoding: Encoding) -> None:
        try:
            next(encoding)
        except StopIteration as end:
            self._append(commit, end.value)
        else:
            self._news.appendleft((commit, encoding))

    def _encoding(self, commit: Commit, before: View | None, changes: Sequence[ResourceChange]) -> Encoding:
        self._epoch = commit.epoch
        if before is None or not changes:
            return None
        return (yield from self.encoded(commit, before, changes))

    def _append(self, commit: Commit, event: Event | None) -> None:
        if event is not None:
            self._history.append(event)
            self._deliver(event)
            self.signal.fire()
        elif self._announcement is None and self.subscribers:
            delay = self._announce_after + self.subscribers * _SECONDS_PER_SUBSCRIBER
            self._announcement = asyncio.get_running_loop().call_later(delay, self._announce)
        self._history.head = commit.revision

    def _deliver(self, event: Event) -> None:
        if self._live is not None:
            self._live.append(event.revision, event.messages, self._progress_at(event.revision))

    def _announce(self) -> None:
        self._announcement = None
        if self._live is not None:
            self._live.advance(self.history.head, self.progress())
            self._live.announce()
        self.signal.fire()

    def restart(self, head: Revision, epoch: int) -> None:
        """Goes on at a revision, without what led there: everybody has to catch up."""
        self._news.clear()
        self._epoch = epoch
        self._history.restart(head)
        self.call_back()

    def end(self) -> None:
        """Tells the subscribers that the environment was deleted."""
        self.gone = True
        self.call_back()

    def abandon(self) -> None:
        """Tells the subscribers that the history is not what they were told."""
        self.rewritten = True
        self._news.clear()
        self.call_back()

    def call_back(self) -> None:
        """Has every subscriber look at what changed; those who were followed are not any more."""
        if self._live is not None:
            self._live.end()
            self._live = None
        self.signal.fire()

    def follow(self, follower: Follower, position: Revision, interval: float) -> bool:
        """Has the transport deliver what comes after a position, if it can.

        It is told what comes after this call; from below the head a stream is handed back at once.
        """
        if self._open_live is None:
            return False
        head = self.history.head
        if self._live is None:
            self._live = self._open_live(head, self.progress())
        else:
            self._live.advance(head, self.progress())
        follower.follow(self._live, position, interval)
        return True

    def hand_back(self, follower: Follower) -> None:
        """Has the transport hand one stream back, wherever it is; as its position it then tells the head."""
        if self._open_live is not None:
            # It can't be taken from a history; one that has ended hands back whoever comes to it.
            head = self.history.head
            ended = self._open_live(head, self.progress())
            ended.end()
            follower.follow(ended, head, 1.0)

    def ask(self, follower: Follower) -> None:
        """Has the transport tell a stream of the newest revision."""
        if self._live is not None:
            self._live.advance(self.history.head, self.progress())
        follower.ask()

    def event(self, commit: Commit, before: Before, changes: Sequence[ResourceChange]) -> Event | None:
        """What changes of the environment's view mean for this selection; None: nothing."""
        seen = self.selection.changes(before, changes)
        if not seen:
            return None
        return Event(commit.revision, encode_delta(commit, seen, self.token(commit.revision)))

    def encoded(self, commit: Commit, before: Before, changes: Sequence[ResourceChange]) -> Encoding:
        """The same in pieces, of so few changes that others can wait for one."""
        if len(changes) <= _SLICE:
            return self.event(commit, before, changes)
        parts: list[bytes] = []
        for start in range(0, len(changes), _SLICE):
            seen = self.selection.changes(before, changes[start : start + _SLICE])
            parts += map(encode_change, seen)
            yield
        if not parts:
            return None
        return Event(commit.revision, join_changes(about(commit), parts, self.token(commit.revision)))

    def token(self, revision: Revision) -> bytes:
        """The resume token for a position in this selection."""
        return tokens.encode(
            Position(self.selection.namespace, self.selection.fingerprint, self._epoch, revision)
        )

    def progress(self) -> bytes:
        """The message that says that nothing is missing up to the newest revision."""
        head = self.history.head
        if self._progress[0] != head:
            self._progress = (head, self._progress_at(head))
        return self._progress[1]

    def _progress_at(self, head: Revision) -> bytes:
        return encode_progress(head, self.token(head))

    def silence(self, interval: float) -> Silence:
        """What tells those who want to hear something at least every `interval` seconds."""
        silence = self._silences.get(interval)
        if silence is None:
            silence = self._silences[interval] = Silence(interval)
        return silence

    async def state(self, holder: Holder) -> FullState:
        """The newest full state, made once for all who ask while the revision is the same.

        Only one is made at a time. Those who come meanwhile, when there is a newer revision already, share
        the next one. Raises NotFound when the environment is gone.
        """
        while (made := self._state) and not made.done and made.revision != holder.snapshot.revision:
            await made.wait()
        view = holder.snapshot.view(self.selection.environment)
        if self._state is None or self._state.failed or self._state.revision != view.revision:
            self._state = FullState(self.selection, view, self.token(view.revision))
        return self._state

    def joined(self, position: Revision) -> Event | None:
        """What follows a position, in one message as far as it fits; joined once for all who are there."""
        history = self.history
        event = history.next(position)
        if event is None or event is history.newest:
            return event
        place = (position, history.head)
        if place not in self._joined:
            while len(self._joined) >= _JOINED_KEPT:
                del self._joined[next(iter(self._joined))]
            self._joined[place] = join_first(history.after(position))
        return self._joined[place]

    def forget_encoded(self) -> None:
        """Lets go of the encoded full state and of joined messages, which can be large."""
        self._joined.clear()
        if self._state is not None and self._state.done:
            self._state = None
