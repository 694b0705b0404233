"""Hubs with one fault each, to show that the checks would notice. Each breaks the real one in one place."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from vexil.core.resource import Commit, Deleted, ResourceChange, ResourceState, Revision, Version
from vexil.core.snapshot import Applied, Snapshot
from vexil.core.view import View
from vexil.server.watch import batching
from vexil.server.watch import group as group_module
from vexil.server.watch.convergence import Convergence
from vexil.server.watch.encoding import encode_delta, encode_deltas, encode_progress
from vexil.server.watch.group import Group
from vexil.server.watch.history import Event, History
from vexil.server.watch.hub import Hub
from vexil.server.watch.selection import Selection
from vexil.server.watch.service import FromToken, WatchService
from vexil.server.watch.signal import Signal
from vexil.server.watch.streams import StreamName
from vexil.server.watch.subscription import Wishes
from vexil.v1 import watch_pb2

Break = Callable[[pytest.MonkeyPatch], None]

MIDDLE = Revision(5)
"""A revision that is delivered while the watcher is there."""


def drop_one(patch: pytest.MonkeyPatch) -> None:
    """One commit is not passed on."""

    def publish(group: Group, commit: Commit, before: View, changes: Sequence[ResourceChange]) -> None:
        whole(group, commit, before, () if commit.revision == MIDDLE else changes)

    whole = Group.publish
    patch.setattr(Group, "publish", publish)


def duplicate_one(patch: pytest.MonkeyPatch) -> None:
    """One event is delivered twice in a row."""
    _next_once(patch, MIDDLE, Revision(MIDDLE - 1))


def reorder_two(patch: pytest.MonkeyPatch) -> None:
    """After an event comes the one that should have come before it."""
    _next_once(patch, MIDDLE, Revision(MIDDLE - 2))


def skip_at_resume(patch: pytest.MonkeyPatch) -> None:
    """A token is taken for the revision after its own."""
    _resume(patch, lambda position, reason: (Revision(position + 1), reason))


def go_back_at_resume(patch: pytest.MonkeyPatch) -> None:
    """A token is taken for an older one."""
    _resume(patch, lambda position, reason: (Revision(position - 3), reason))


def resync_at_resume(patch: pytest.MonkeyPatch) -> None:
    """A token that is still good is answered with a resync."""
    _resume(patch, lambda position, reason: (None, watch_pb2.STATE_REASON_RESYNC))


def bookmark_early(patch: pytest.MonkeyPatch) -> None:
    """Progress names the commit that is being made just now."""

    def progress(group: Group) -> bytes:
        ahead = Revision(group.history.head + 1)
        return encode_progress(ahead, group.token(ahead))

    patch.setattr(Group, "progress", progress)


def split_commit(patch: pytest.MonkeyPatch) -> None:
    """A commit of several changes is delivered as several deltas."""

    def encode(commit: Commit, changes: Sequence[ResourceChange], token: bytes) -> tuple[bytes, ...]:
        return tuple(message for change in changes for message in encode_delta(commit, [change], token))

    patch.setattr(group_module, "encode_delta", encode)


def lose_deletions(patch: pytest.MonkeyPatch) -> None:
    """Deletions are not passed on."""
    _change(patch, lambda changes: tuple(change for change in changes if not isinstance(change, Deleted)))


def invent_versions(patch: pytest.MonkeyPatch) -> None:
    """What is delivered was never committed so."""
    _change(patch, lambda changes: tuple(map(_with_another_version, changes)))


def end_by_mistake(patch: pytest.MonkeyPatch) -> None:
    """At one commit subscribers are told that their environment was deleted."""

    def applied(hub: Hub, commit: Commit, before: Snapshot, applied: Applied) -> None:
        whole(hub, commit, before, applied)
        if commit.revision == MIDDLE:
            for group in hub.groups():
                group.end()
            hub._groups.clear()

    whole = Hub.applied
    patch.setattr(Hub, "applied", applied)


def promise_too_little(patch: pytest.MonkeyPatch) -> None:
    """Who asks for progress hears of the revision before the newest."""

    async def request_progress(service: WatchService, stream: StreamName) -> Revision:
        return Revision(await whole(service, stream) - 1)

    whole = WatchService.request_progress
    patch.setattr(WatchService, "request_progress", request_progress)


def forget_reports(patch: pytest.MonkeyPatch) -> None:
    """What subscribers report as applied is not kept."""
    patch.setattr(Convergence, "acknowledge", lambda *_: None)


def drop_one_inside(patch: pytest.MonkeyPatch) -> None:
    """Of several commits in one message one is missing."""
    _join(patch, lambda messages: [messages[0], *messages[2:]])


def duplicate_one_inside(patch: pytest.MonkeyPatch) -> None:
    """Of several commits in one message one is there twice."""
    _join(patch, lambda messages: [messages[0], *messages])


def reorder_two_inside(patch: pytest.MonkeyPatch) -> None:
    """Of several commits in one message two have changed places."""
    _join(patch, lambda messages: [messages[1], messages[0], *messages[2:]])


def lose_wake_ups(patch: pytest.MonkeyPatch) -> None:
    """Whoever is due to be woken is forgotten."""
    whole = Signal.fire

    def fire(signal: Signal) -> None:
        signal._waiting.clear()
        whole(signal)

    patch.setattr(Signal, "fire", fire)


def forget_tokens(patch: pytest.MonkeyPatch) -> None:
    """Deltas can't be resumed from."""

    def encode(commit: Commit, changes: Sequence[ResourceChange], token: bytes) -> tuple[bytes, ...]:
        return encode_delta(commit, changes, b"")

    patch.setattr(group_module, "encode_delta", encode)


def hand_over_nothing(patch: pytest.MonkeyPatch) -> None:
    """The compiled transport never hears of a delta."""
    patch.setattr(Group, "_deliver", lambda _group, _event: None)


def hand_over_twice(patch: pytest.MonkeyPatch) -> None:
    """The compiled transport is given an event that is there twice."""
    _hand_over(patch, lambda _group, event: event.messages * 2)


def hand_over_an_older_one(patch: pytest.MonkeyPatch) -> None:
    """The compiled transport is given an event that should have come before the last one."""

    def older(group: Group, _event: Event) -> tuple[bytes, ...]:
        found = group.history.next(Revision(MIDDLE - 3))
        return found.messages if found else ()

    _hand_over(patch, older)


def _hand_over(patch: pytest.MonkeyPatch, wrong: Callable[[Group, Event], tuple[bytes, ...]]) -> None:
    whole = Group._deliver

    def deliver(group: Group, event: Event) -> None:
        messages = wrong(group, event) if event.revision == MIDDLE else event.messages
        whole(group, replace(event, messages=messages))

    patch.setattr(Group, "_deliver", deliver)


def _next_once(patch: pytest.MonkeyPatch, position: Revision, instead: Revision) -> None:
    """Once, at a position, the next event is that of another."""
    done: list[Event] = []
    whole = History.next

    def wrong(history: History, asked: Revision) -> Event | None:
        if asked == position and not done and (event := whole(history, instead)):
            done.append(event)
            return event
        return whole(history, asked)

    patch.setattr(History, "next", wrong)


def _join(patch: pytest.MonkeyPatch, wrong: Callable[[Sequence[bytes]], Sequence[bytes]]) -> None:
    patch.setattr(batching, "encode_deltas", lambda messages: encode_deltas(wrong(messages)))


def _resume(patch: pytest.MonkeyPatch, wrong: Callable[[Revision, Any], tuple[Revision | None, Any]]) -> None:
    whole = WatchService._position

    async def position(
        service: WatchService, holder: Any, selection: Selection, start: Any, wishes: Wishes
    ) -> Any:
        position, reason = await whole(service, holder, selection, start, wishes)
        if isinstance(start, FromToken) and position is not None:
            return wrong(position, reason)
        return position, reason

    patch.setattr(WatchService, "_position", position)


def _change(
    patch: pytest.MonkeyPatch,
    wrong: Callable[[tuple[ResourceChange, ...]], tuple[ResourceChange, ...]],
) -> None:
    whole = Selection.changes

    def changes(
        selection: Selection, before: View, changes: Sequence[ResourceChange]
    ) -> tuple[ResourceChange, ...]:
        return wrong(whole(selection, before, changes))

    patch.setattr(Selection, "changes", changes)


def _with_another_version(change: ResourceChange) -> ResourceChange:
    if not isinstance(change, ResourceState):
        return change
    return replace(change, version=Version(change.version + 1))
