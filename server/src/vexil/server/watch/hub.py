"""All groups, and the news of commits that reach them."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass

from vexil.core.resource import Commit, Revision
from vexil.core.snapshot import Applied, Snapshot
from vexil.server.clock import Clock
from vexil.server.live import OpenHistory
from vexil.server.watch.departures import Departures
from vexil.server.watch.group import Group
from vexil.server.watch.history import History
from vexil.server.watch.pacer import Pacer
from vexil.server.watch.selection import Selection


@dataclass(frozen=True, slots=True)
class HubLimits:
    """How much each group keeps in memory, and how long it takes its time, in seconds.

    A group without subscribers goes after `linger`, or sooner when there are more than `max_idle_groups`.
    Subscribers hear of commits that do not concern them after `announce_after`.
    """

    max_events: int = 16_384
    max_bytes: int = 8 * 1024 * 1024
    max_idle_groups: int = 1000
    linger: float = 60.0
    announce_after: float = 1.0


class Hub:
    """Groups by selection. A commit is encoded once for each group that it concerns.

    `departures` is what streams pass through that the server ends; `open_live` makes the histories that a
    transport delivers from, where one does.
    """

    def __init__(
        self,
        limits: HubLimits,
        clock: Clock,
        departures: Departures,
        open_live: OpenHistory | None = None,
    ) -> None:
        self.draining = False
        self.departures = departures
        self._limits = limits
        self._open_live = open_live
        self._clock = clock
        self._pacer = Pacer()
        self._groups: dict[str, dict[Selection, Group]] = {}
        self._idle: dict[Group, None] = {}

    def join(self, selection: Selection, head: Revision, epoch: int) -> AbstractContextManager[Group]:
        """The selection's group, while a subscriber stays; `head` is the namespace's revision now."""
        groups = self._groups.setdefault(selection.namespace, {})
        group = groups.get(selection)
        if group is None:
            history = History(head, self._limits.max_events, self._limits.max_bytes)
            group = groups[selection] = Group(
                selection, history, epoch, self._limits.announce_after, self._pacer, self._open_live
            )
        return _Membership(self, group)

    def entered(self, group: Group) -> None:
        """A subscriber of the group is here."""
        group.subscribers += 1
        self._idle.pop(group, None)

    def left(self, group: Group) -> None:
        """A subscriber of the group is gone."""
        group.subscribers -= 1
        if not group.subscribers:
            group.left_at = self._clock.monotonic()
            self._idle[group] = None
            if len(self._idle) > self._limits.max_idle_groups:
                self._forget(next(iter(self._idle)))

    def applied(self, commit: Commit, before: Snapshot, applied: Applied) -> None:
        """Passes a commit on to the groups that it concerns."""
        groups = self._groups.get(commit.namespace, {})
        for selection, group in list(groups.items()):
            environment = selection.environment
            if environment in applied.snapshot.views:
                group.publish(commit, before.views.get(environment), applied.deltas.get(environment, ()))
            else:
                del groups[selection]
                group.end()

    def replaced(self, snapshot: Snapshot, epoch: int) -> None:
        """Restarts the namespace's groups at the snapshot's revision."""
        groups = self._groups.get(snapshot.namespace, {})
        for selection, group in list(groups.items()):
            if selection.environment in snapshot.views:
                group.restart(snapshot.revision, epoch)
            else:
                del groups[selection]
                group.end()

    def rewritten(self, namespace: str) -> None:
        """Ends the namespace's streams: what they have told is not true any more."""
        groups = self._groups.get(namespace, {})
        for group in groups.values():
            group.abandon()
        groups.clear()

    def drain(self, seconds: float) -> None:
        """Tells every subscriber, and those who still come, that the server is going away.

        Their streams end one after the other, within about so many seconds.
        """
        self.draining = True
        self.departures.hurry(sum(group.subscribers for group in self.groups()), seconds)
        for group in self.groups():
            group.call_back()

    def sweep(self) -> None:
        """Forgets groups that nobody has watched for a while, and full states encoded for a rush."""
        left_before = self._clock.monotonic() - self._limits.linger
        for group in list(self._idle):
            if group.left_at > left_before:
                break
            self._forget(group)
        for group in self.groups():
            group.forget_encoded()

    def groups(self) -> Iterator[Group]:
        """Every group."""
        for groups in self._groups.values():
            yield from groups.values()

    def _forget(self, group: Group) -> None:
        """Lets go of a group without subscribers; there may be a newer one in its place already."""
        del self._idle[group]
        groups = self._groups[group.selection.namespace]
        if groups.get(group.selection) is group:
            del groups[group.selection]


class _Membership(AbstractContextManager[Group]):
    """One subscriber's stay in a group; small, since each idle stream has one."""

    __slots__ = ("_group", "_hub")

    def __init__(self, hub: Hub, group: Group) -> None:
        self._hub = hub
        self._group = group

    def __enter__(self) -> Group:
        self._hub.entered(self._group)
        return self._group

    def __exit__(self, *_: object) -> None:
        self._hub.left(self._group)
