"""Snapshot + deltas = rebuilt snapshot, whatever happened: also to the tree of environments."""

from collections.abc import Iterable, Iterator, Mapping

from hypothesis import given

from tests.unit.core.histories import HISTORIES, Intent, first_commit, next_commit
from vexil.core.resource import Commit, Deleted, Kind, ResourceId, ResourceState, Version
from vexil.core.snapshot import Applied, Snapshot
from vexil.core.view import View

Place = tuple[Kind, str]


def followed(history: Iterable[list[Intent]]) -> Iterator[tuple[Snapshot, Commit, Applied]]:
    """Before, commit, after, from the first commit on."""
    snapshot = Snapshot.empty("shop")
    for intents in [None, *history]:
        commit = first_commit() if intents is None else next_commit(snapshot, intents)
        if commit is not None:
            applied = snapshot.apply(commit)
            yield snapshot, commit, applied
            snapshot = applied.snapshot


def rebuilt(snapshot: Snapshot) -> Snapshot:
    """The same snapshot made from nothing but what it lists."""
    traces = [Deleted(id, version, snapshot.revision) for id, version in snapshot.deleted.items()]
    return Snapshot.build(snapshot.namespace, snapshot.revision, list(snapshot.states()), traces)


def states_of(view: View) -> Mapping[Place, ResourceState]:
    return {(state.id.kind, state.id.key): state for state in view.states()}


@given(HISTORIES)
def test_snapshot_after_commits_is_the_one_built_from_its_states(history: list[list[Intent]]) -> None:
    for _, commit, applied in followed(history):
        found, expected = applied.snapshot, rebuilt(applied.snapshot)

        assert found.revision == commit.revision
        assert dict(found.deleted) == dict(expected.deleted)
        assert found.tree.environments == expected.tree.environments
        assert len(found) == len(expected)
        assert {name: states_of(view) for name, view in found.views.items()} == {
            name: states_of(view) for name, view in expected.views.items()
        }
        assert all(view.revision == commit.revision for view in found.views.values())


@given(HISTORIES)
def test_view_with_its_delta_is_the_next_view(history: list[list[Intent]]) -> None:
    for before, commit, applied in followed(history):
        for name, view in applied.snapshot.views.items():
            delta = applied.deltas.get(name, ())
            if name in before.views:
                assert states_of(before.views[name].apply(commit.revision, delta)) == states_of(view)
            else:
                assert delta == ()


@given(HISTORIES)
def test_delta_holds_only_what_changed_and_each_once(history: list[list[Intent]]) -> None:
    for before, commit, applied in followed(history):
        assert set(applied.deltas) <= set(before.views) & set(applied.snapshot.views)
        for name, delta in applied.deltas.items():
            old, new = states_of(before.views[name]), states_of(applied.snapshot.views[name])
            assert len({change.id[::2] for change in delta}) == len(delta) > 0
            for change in delta:
                place = change.id.kind, change.id.key
                assert old.get(place) != new.get(place)
                if isinstance(change, Deleted):
                    assert place not in new
                    assert (change.id.environment, change.revision) == (name, commit.revision)
                else:
                    assert new[place] == change


@given(HISTORIES)
def test_view_resolves_to_the_nearest_environment_that_sets_a_key(history: list[list[Intent]]) -> None:
    for _, _, applied in followed(history):
        snapshot = applied.snapshot
        for name, view in snapshot.views.items():
            chain = snapshot.tree.chain(name)
            places = {place for ancestor in chain for place in snapshot.own.get(ancestor, ())}
            expected = {
                (kind, key): next(
                    state
                    for ancestor in chain
                    if (state := snapshot.get(ResourceId(kind, ancestor, key))) is not None
                )
                for kind, key in places
            }
            assert states_of(view) == expected


@given(HISTORIES)
def test_versions_count_every_write_and_are_never_reused(history: list[list[Intent]]) -> None:
    versions: dict[ResourceId, Version] = {}
    for _, commit, applied in followed(history):
        for change in commit.changes:
            assert change.version == versions.get(change.id, 0) + 1
            versions[change.id] = change.version
        assert {id: applied.snapshot.version(id) for id in versions} == versions


@given(HISTORIES)
def test_views_share_what_did_not_change(history: list[list[Intent]]) -> None:
    for before, _, applied in followed(history):
        for name, delta in applied.deltas.items():
            changed = {(change.id.kind, change.id.key) for change in delta}
            view = applied.snapshot.views[name]
            for kind, key in states_of(view).keys() - changed:
                assert view.get(kind, key) is before.views[name].get(kind, key)


@given(HISTORIES)
def test_applying_a_commit_leaves_the_snapshot_before_as_it_was(history: list[list[Intent]]) -> None:
    for before, commit, _ in followed(history):
        listed = list(before.states())
        views = {name: states_of(view) for name, view in before.views.items()}
        before.apply(commit)

        assert list(before.states()) == listed
        assert {name: states_of(view) for name, view in before.views.items()} == views
