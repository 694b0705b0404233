"""One subscriber: a position in its group's history."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Sequence
from dataclasses import dataclass

from vexil.core.errors import OutOfRange, Reason, Unauthenticated, VexilError
from vexil.core.resource import Revision
from vexil.server.live import Follower
from vexil.server.watch.batching import batched
from vexil.server.watch.catchup import CatchUp, EnvironmentWasAbsentError
from vexil.server.watch.conflation import conflated, merge
from vexil.server.watch.encoding import encode_end
from vexil.server.watch.group import Group
from vexil.server.watch.history import Event
from vexil.server.watch.hub import Hub
from vexil.server.watch.ports import Holder
from vexil.server.watch.waiter import Waiter
from vexil.v1 import watch_pb2

_REFUSED_SECONDS = 1.0
"""After these a refused subscriber may look whether it is let in again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """How a subscriber wants to be served.

    `progress_interval`: seconds of silence before a progress message. `resync`: a position that is no longer
    kept is answered with a full state, not an error. `conflate`: only the latest state of each resource.
    `batch`: several commits in one message; no use where there is only one because of `conflate`.
    """

    progress_interval: float = 30.0
    resync: bool = False
    conflate: bool = False
    batch: bool = False


class Subscription:
    """What one subscriber has, and what it lacks.

    A position is all that it holds: it takes the next message from the group's history when the transport
    wants one, so that a slow reader costs nobody anything. Where the history no longer reaches back to the
    position, the log is asked. `refusal` is why it may go on no longer; None: it may.
    """

    __slots__ = (
        "_asked",
        "_catch_up",
        "_followed",
        "_follower",
        "_group",
        "_holder",
        "_hub",
        "_position",
        "_reason",
        "_told",
        "_waiter",
        "_wishes",
        "refusal",
    )

    def __init__(
        self,
        hub: Hub,
        group: Group,
        holder: Holder,
        catch_up: CatchUp,
        wishes: Wishes,
        start: tuple[Revision | None, watch_pb2.StateReason],
        *,
        follower: Follower | None = None,
    ) -> None:
        """Starts after a position that is not above the head; None: with a full state, for that reason.

        What is new after that comes through the follower, where there is one.
        """
        self.refusal: VexilError | None = None
        self._hub = hub
        self._group = group
        self._holder = holder
        self._catch_up = catch_up
        self._wishes = wishes
        self._position, self._reason = start
        self._told: Revision | None = None
        self._asked = False
        # What is merged for one subscriber alone is no history to share.
        self._follower = None if wishes.conflate else follower
        self._followed = False
        self._waiter = Waiter(group.signal, group.silence(wishes.progress_interval))

    @property
    def is_behind(self) -> bool:
        """Whether the shared history alone can't say what is due: `catch_up` comes first."""
        return self._position is None or self._position < self._group.history.floor

    def tell(self) -> None:
        """Has the stream say how far it is as soon as it has delivered all that there is."""
        if self._followed and self._follower is not None:
            self._group.ask(self._follower)
        else:
            self._asked = True
            self._waiter.wake()

    def refuse(self, refusal: VexilError) -> None:
        """Has the stream end at once, whatever it has not delivered."""
        self.refusal = refusal
        if self._followed and self._follower is not None:
            self._group.hand_back(self._follower)
        else:
            self._waiter.wake()

    def news(self) -> Awaitable[None]:
        """Ends when something may be due."""
        return self._waiter.wait()

    def follow(self) -> bool:
        """Has the transport deliver what is new, when nothing is due, until `resume`; False: it does not."""
        self._followed = (
            self._follower is not None
            and self._position is not None
            and self._group.follow(self._follower, self._position, self._wishes.progress_interval)
        )
        return self._followed

    def resume(self, position: Revision) -> None:
        """The transport has told the subscriber of everything up to a position, and does not go on.

        Where it was recalled for a refusal it may have told less.
        """
        self._followed = False
        self._told = self._position = None if self.refusal else position

    def due(self) -> Sequence[bytes]:
        """The next messages, which belong together; none: the subscriber has been told everything.

        Not for one that is behind.
        """
        assert self._position is not None  # noqa: S101 - else it would be behind
        if event := self._next(self._position):
            self._told = self._position = event.revision
            return event.messages
        # All of the history is delivered, and what nobody here has selected needs no delivery.
        self._position = self._group.history.head
        if (
            self._group.gone
            or self._group.rewritten
            or not (self._told != self._position or self._waiter.overdue or self._asked)
        ):
            return ()
        self._told = self._position
        self._waiter.overdue = self._asked = False
        return (self._group.progress(),)

    async def catch_up(self) -> AsyncGenerator[bytes, None]:
        """What is missing until the shared history is enough.

        Raises OutOfRange (REVISION_COMPACTED) unless the subscriber wants a full state then.
        """
        if self._position is None:
            async for message in self._full_state(self._reason):
                yield message
        else:
            async for message in self._missed(self._position, self._group.history.floor):
                yield message

    async def last_words(self) -> bytes:
        """The stream's last message, when it is its turn to end.

        It has no token where a full state was not finished, or it is not known here what was delivered: the
        newest one that the subscriber got is right.
        """
        if self.refusal is not None:
            return self._end(_reason_of(self.refusal), _REFUSED_SECONDS)
        retry_after = await self._hub.departures.turn()
        reason = watch_pb2.STREAM_END_REASON_DRAINING
        if self._group.rewritten:
            reason = watch_pb2.STREAM_END_REASON_HISTORY_REPLACED
        elif self._group.gone:
            reason = watch_pb2.STREAM_END_REASON_GONE
        return self._end(reason, retry_after)

    def _end(self, reason: watch_pb2.StreamEndReason, retry_after: float) -> bytes:
        position = self._position
        token = b"" if position is None else self._group.token(position)
        return encode_end(reason, position or Revision(0), token, retry_after)

    async def _full_state(self, reason: watch_pb2.StateReason) -> AsyncIterator[bytes]:
        self._position = None
        state = await self._group.state(self._holder)
        async for message in state.messages(reason):
            if self._hub.draining:
                return
            yield message
        self._told = self._position = state.revision

    async def _missed(self, position: Revision, floor: Revision) -> AsyncIterator[bytes]:
        """What lies between the position and the floor, or a full state where that can't be told any more."""
        try:
            if await self._catch_up.backfill(self._group, position):
                return
            events = self._catch_up.events(self._group, position, floor)
            async for event in self._bundled(events):
                for message in event.messages:
                    yield message
                self._told = self._position = event.revision
                if self._hub.draining:
                    return
            self._position = floor
        except OutOfRange as error:
            if error.reason is not Reason.REVISION_COMPACTED or not self._wishes.resync:
                raise
        except EnvironmentWasAbsentError:
            pass
        else:
            return
        async for message in self._full_state(watch_pb2.STATE_REASON_RESYNC):
            yield message

    def _next(self, position: Revision) -> Event | None:
        """What to deliver next: one event or, where the subscriber wants that, several as one."""
        if self._wishes.conflate:
            events = self._group.history.after(position)
            return merge(events, self._group.token) if events else None
        return self._group.joined(position) if self._wishes.batch else self._group.history.next(position)

    def _bundled(self, events: AsyncIterator[Event]) -> AsyncIterator[Event]:
        if self._wishes.conflate:
            return conflated(events, self._group.token)
        return batched(events) if self._wishes.batch else events


def _reason_of(refusal: VexilError) -> watch_pb2.StreamEndReason:
    if isinstance(refusal, Unauthenticated):
        return watch_pb2.STREAM_END_REASON_CREDENTIAL_EXPIRED
    return watch_pb2.STREAM_END_REASON_GRANT_CHANGED
