"""Subscribing: from what a subscriber says it has, to the stream of what it lacks."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from vexil.core.errors import OutOfRange, Reason
from vexil.core.resource import Revision
from vexil.server.call import ANONYMOUS
from vexil.server.live import Follower
from vexil.server.standing import Standing
from vexil.server.watch import tokens
from vexil.server.watch.admission import Admission
from vexil.server.watch.catchup import CatchUp
from vexil.server.watch.convergence import Convergence
from vexil.server.watch.hub import Hub
from vexil.server.watch.ports import Holder, Namespaces
from vexil.server.watch.selection import Selection
from vexil.server.watch.standings import Standings
from vexil.server.watch.streams import StreamName, Streams
from vexil.server.watch.subscribers import Report, Subscriber
from vexil.server.watch.subscription import Subscription, Wishes
from vexil.v1 import watch_pb2


@dataclass(frozen=True, slots=True)
class FromState:
    """Start with everything that is selected."""


@dataclass(frozen=True, slots=True)
class FromNow:
    """Start with the next commit."""


@dataclass(frozen=True, slots=True)
class FromRevision:
    """Start with what came after a revision."""

    revision: Revision


@dataclass(frozen=True, slots=True)
class FromToken:
    """Start after the message that carried this token."""

    token: bytes


Start = FromState | FromNow | FromRevision | FromToken


class WatchService:
    """Opens subscriptions."""

    def __init__(
        self,
        namespaces: Namespaces,
        hub: Hub,
        catch_up: CatchUp,
        convergence: Convergence,
        admission: Admission,
        standings: Standings,
    ) -> None:
        self._namespaces = namespaces
        self._hub = hub
        self._catch_up = catch_up
        self._convergence = convergence
        self._admission = admission
        self._standings = standings
        self._streams = Streams()

    async def subscribe(
        self,
        selection: Selection,
        start: Start,
        wishes: Wishes,
        subscriber: Subscriber | None = None,
        principal: str = ANONYMOUS,
        watch_id: str = "",
        *,
        follower: Follower | None = None,
        standing: Standing | None = None,
    ) -> AsyncGenerator[bytes | None, Revision]:
        """The encoded messages of one stream; endless until the server drains or the environment goes.

        With a follower it yields None, and wants a position for it, as `Follower` says. When its standing is
        lost, it says so and raises that.

        Raises LimitExceeded (TOO_MANY_STREAMS, RATE_LIMITED) before anything else; NotFound, Unavailable
        (NOT_READY), InvalidRequest (INVALID_RESUME_TOKEN), OutOfRange (REVISION_IN_FUTURE; REVISION_COMPACTED
        unless `wishes.resync`).
        """
        with self._admission.admitted(principal):
            holder = await self._namespaces.find(selection.namespace)
            position = await self._position(holder, selection, start, wishes)
            holder.snapshot.view(selection.environment)
            # No snapshot is kept here: the stream would hold on to that of its first moment.
            with (
                self._hub.join(selection, holder.snapshot.revision, holder.epoch) as group,
                self._convergence.connected((selection.namespace, selection.environment), subscriber),
            ):
                selection = group.selection
                subscription = Subscription(
                    self._hub, group, holder, self._catch_up, wishes, position, follower=follower
                )
                with (
                    self._streams.named(StreamName(principal, selection.namespace, watch_id), subscription),
                    self._standings.held(standing, subscription),
                ):
                    while not (self._hub.draining or group.rewritten or subscription.refusal):
                        if subscription.is_behind:
                            async with aclosing(subscription.catch_up()) as missed:
                                async for message in missed:
                                    yield message
                                    if subscription.refusal:
                                        break
                            del missed  # an idle stream does without
                        elif messages := subscription.due():
                            for message in messages:
                                yield message
                        elif group.gone:
                            break
                        elif subscription.follow():
                            subscription.resume((yield None))
                        else:
                            await subscription.news()
                    yield await subscription.last_words()
                    if subscription.refusal:
                        raise subscription.refusal

    async def request_progress(self, stream: StreamName) -> Revision:
        """Has a stream say how far it is; the newest revision that there was when this was called.

        The stream says so once it has delivered everything up to that revision. Raises NotFound
        (NAMESPACE_NOT_FOUND, STREAM_NOT_FOUND), and what the store raises.
        """
        holder = await self._namespaces.find(stream.namespace)
        await self._namespaces.follow(stream.namespace)
        self._streams.find(stream).tell()
        return holder.snapshot.revision

    async def acknowledge(self, namespace: str, environment: str, report: Report) -> Revision:
        """Takes in a subscriber's report; the namespace's newest revision.

        Raises NotFound, and OutOfRange (REVISION_IN_FUTURE) for a revision that does not exist.
        """
        holder = await self._namespaces.find(namespace)
        holder.snapshot.view(environment)
        await self._require_reached(holder, report.newest)
        self._convergence.acknowledge((namespace, environment), report)
        return holder.snapshot.revision

    async def _position(
        self, holder: Holder, selection: Selection, start: Start, wishes: Wishes
    ) -> tuple[Revision | None, watch_pb2.StateReason]:
        """The revision to go on after; None: with a full state, for that reason."""
        match start:
            case FromState():
                return None, watch_pb2.STATE_REASON_START
            case FromNow():
                return holder.snapshot.revision, watch_pb2.STATE_REASON_START
            case FromRevision(revision):
                await self._require_reached(holder, revision)
                return revision, watch_pb2.STATE_REASON_START
            case FromToken(token):
                position = tokens.decode(token, selection.namespace)
                await self._namespaces.reach(selection.namespace, position.revision)
                if holder.has_left_behind(position.revision, position.epoch):
                    return self._without_position(holder, position.revision, wishes)
                await self._require_reached(holder, position.revision, position.epoch)
                same = position.fingerprint == selection.fingerprint
                return position.revision if same else None, watch_pb2.STATE_REASON_SELECTORS_CHANGED

    def _without_position(
        self, holder: Holder, revision: Revision, wishes: Wishes
    ) -> tuple[None, watch_pb2.StateReason]:
        """A position that a failover has left behind is treated as one that is not kept."""
        if wishes.resync:
            return None, watch_pb2.STATE_REASON_RESYNC
        oldest = holder.snapshot.revision
        raise OutOfRange(
            f"revision {revision} was left behind when the home moved; the newest is {oldest}",
            reason=Reason.REVISION_COMPACTED,
            metadata={"compact_revision": str(oldest)},
        )

    async def _require_reached(self, holder: Holder, revision: Revision, epoch: int = 0) -> None:
        """Another process may be ahead of this one: then the log knows. Raises OutOfRange."""
        await self._namespaces.reach(holder.snapshot.namespace, revision)
        head = holder.snapshot.revision
        if revision > head or epoch > holder.newest_epoch:
            raise OutOfRange(
                f"revision {revision} does not exist here yet; the newest is {head}",
                reason=Reason.REVISION_IN_FUTURE,
                metadata={"head_revision": str(head)},
                retry_after=1.0,
            )
