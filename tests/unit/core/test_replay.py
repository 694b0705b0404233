"""What a replay tells of a stretch of history is what snapshots tell, from far less."""

from collections.abc import Iterable, Sequence

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.core.histories import HISTORIES, Intent, first_commit, next_commit
from vexil.core.replay import Replay
from vexil.core.resource import Commit, Kind, ResourceChange, ResourceState
from vexil.core.snapshot import Snapshot


def history_of(wishes: Iterable[list[Intent]]) -> list[Commit]:
    commits = [first_commit()]
    snapshot = Snapshot.empty("shop").apply(commits[0]).snapshot
    for intents in wishes:
        if commit := next_commit(snapshot, intents):
            commits.append(commit)
            snapshot = snapshot.apply(commit).snapshot
    return commits


def touched(snapshot: Snapshot, commits: Sequence[Commit]) -> list[ResourceState]:
    """The environments, and what has a kind and key that the commits name."""
    places = {(change.id.kind, change.id.key) for commit in commits for change in commit.changes}
    return [
        state
        for state in snapshot.states()
        if state.id.kind is Kind.ENVIRONMENT or (state.id.kind, state.id.key) in places
    ]


def by_id(changes: Iterable[ResourceChange]) -> list[ResourceChange]:
    return sorted(changes, key=lambda change: change.id)


@given(HISTORIES, st.integers(1, 10))
def test_replay_tells_the_deltas_of_the_snapshots(wishes: list[list[Intent]], start: int) -> None:
    commits = history_of(wishes)
    snapshot = Snapshot.empty("shop")
    for commit in commits[:start]:
        snapshot = snapshot.apply(commit).snapshot
    part = touched(snapshot, commits[start:])
    replays = {name: Replay(name, part) for name in snapshot.views}
    for commit in commits[start:]:
        applied = snapshot.apply(commit)
        for name, replay in list(replays.items()):
            before, after = snapshot.tree.chain(name), applied.snapshot.tree
            assert replay.chain == before
            assert replay.chain_after(commit) == (after.chain(name) if name in after else ())
            if replay.chain_after(commit) != before:
                del replays[name]
                continue
            view = snapshot.views[name]
            for change in commit.changes:
                assert replay.state(change.id.kind, change.id.key) == view.state(
                    change.id.kind, change.id.key
                )
            assert by_id(replay.changes(commit)) == by_id(applied.deltas.get(name, ()))
            replay.apply(commit)
        snapshot = applied.snapshot
