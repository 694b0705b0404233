"""Times of a commit of one change: the server's snapshot and the SDK's view, small and large in turn."""

import gc
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace

from loadtest.settings import ENVIRONMENT, NAMESPACE, commit, first_commit, plain_settings
from vexil.core.resource import ResourceState, Revision, Version
from vexil.core.snapshot import Snapshot
from vexil.core.view import View

Times = Mapping[int, list[int]]
"""Nanoseconds of each commit, by how many settings there are."""


def server_and_sdk(small: int, large: int, commits: int) -> Iterator[tuple[str, Times]]:
    """Yields the times of the server's `Snapshot.apply`, then those of the SDK's `View.apply`."""
    yield "server", _server((small, large), commits)
    yield "sdk", _sdk((small, large), commits)


def _server(counts: tuple[int, ...], commits: int) -> Times:
    snapshots = {count: _snapshot(count) for count in counts}
    times: dict[int, list[int]] = {count: [] for count in counts}
    gc.collect()
    for i, change in enumerate(_changes(min(counts), commits)):
        entry = commit(i + 2, (change,))
        for count, snapshot in snapshots.items():
            begin = time.perf_counter_ns()
            applied = snapshot.apply(entry)
            times[count].append(time.perf_counter_ns() - begin)
            snapshots[count] = applied.snapshot
    return times


def _sdk(counts: tuple[int, ...], commits: int) -> Times:
    views = {
        count: View.of(NAMESPACE, ENVIRONMENT, Revision(1), plain_settings(count, 1)) for count in counts
    }
    times: dict[int, list[int]] = {count: [] for count in counts}
    gc.collect()
    for change in _changes(min(counts), commits):
        for count, view in views.items():
            begin = time.perf_counter_ns()
            after = view.apply(change.revision, (change,))
            times[count].append(time.perf_counter_ns() - begin)
            views[count] = after
    return times


def _snapshot(count: int) -> Snapshot:
    states = [*first_commit().changes, *plain_settings(count, 1)]
    return Snapshot.build(NAMESPACE, Revision(1), [s for s in states if isinstance(s, ResourceState)])


def _changes(count: int, commits: int) -> Iterator[ResourceState]:
    """One setting after the other as the revisions 2, 3, 4 … write it."""
    states = list(plain_settings(count, 1))
    for i in range(commits):
        yield replace(states[i % count], version=Version(2 + i // count), revision=Revision(i + 2))
