"""Snapshots, step by step; their laws are in `test_snapshot_laws`."""

from collections.abc import Mapping

import pytest

from tests.unit.core.making import CHANGED_AT
from vexil.core.change import Change, Delete, Put
from vexil.core.draft import draft
from vexil.core.errors import NotFound, Reason
from vexil.core.resource import Deleted, Environment, Kind, ResourceChange, ResourceId, Revision, Version
from vexil.core.setting import Setting
from vexil.core.snapshot import Applied, Snapshot
from vexil.core.value import Value


def setting(environment: str, key: str = "limit") -> ResourceId:
    return ResourceId(Kind.SETTING, environment, key)


def environment(name: str, parent: str | None = None) -> Put:
    return Put(ResourceId(Kind.ENVIRONMENT, "", name), Environment(parent))


def put(environment: str, value: int, key: str = "limit") -> Put:
    return Put(setting(environment, key), Setting(value=Value.of_int(value)))


def after(*commits: list[Change]) -> Applied:
    """What the last of these commits does to the namespace that the others made."""
    applied = Applied(Snapshot.empty("shop"), {})
    for changes in commits:
        applied = applied.snapshot.apply(draft(applied.snapshot, changes, now=CHANGED_AT))
    return applied


def values(snapshot: Snapshot, key: str = "limit") -> Mapping[str, object]:
    return {name: view.evaluate(key).value for name, view in snapshot.views.items()}


TREE: list[Change] = [environment("base"), environment("prod", "base"), environment("dev", "prod")]


def test_empty_snapshot_holds_nothing() -> None:
    snapshot = Snapshot.empty("shop")

    assert (snapshot.revision, len(snapshot), list(snapshot.states())) == (0, 0, [])


def test_setting_is_inherited_until_it_is_set() -> None:
    snapshot = after([*TREE, put("base", 1)], [put("prod", 2)]).snapshot

    assert values(snapshot) == {"base": 1, "prod": 2, "dev": 2}
    assert snapshot.view("dev").evaluate("limit").environment == "prod"
    assert snapshot.get(setting("dev")) is None


def test_delta_reaches_every_environment_that_inherits() -> None:
    applied = after([*TREE, put("prod", 2)], [put("base", 1)])

    assert set(applied.deltas) == {"base"}
    assert set(after([*TREE], [put("base", 1)]).deltas) == {"base", "prod", "dev"}


def test_deletion_uncovers_what_is_inherited() -> None:
    applied = after([*TREE, put("base", 1), put("prod", 2)], [Delete(setting("prod"))])

    assert values(applied.snapshot) == {"base": 1, "prod": 1, "dev": 1}
    assert {name: [change.id for change in delta] for name, delta in applied.deltas.items()} == {
        "prod": [setting("base")],
        "dev": [setting("base")],
    }


def test_deletion_that_leaves_nothing_is_one_in_every_environment() -> None:
    applied = after([*TREE, put("base", 1)], [put("base", 2)], [Delete(setting("base"))])

    expected: Mapping[str, tuple[ResourceChange, ...]] = {
        name: (Deleted(setting(name), Version(3), Revision(3)),) for name in ("base", "prod", "dev")
    }
    assert applied.deltas == expected
    assert applied.snapshot.version(setting("base")) == 3


def test_deletion_that_is_inherited_has_its_own_version_not_that_of_an_older_one() -> None:
    """`prod` deleted its own value long ago, as version 2; now `base` deletes its, as version 4."""
    applied = after(
        [*TREE, put("base", 1), put("prod", 1)],
        [Delete(setting("prod"))],
        [put("base", 2)],
        [put("base", 3)],
        [Delete(setting("base"))],
    )

    (change,) = applied.deltas["prod"]
    assert change == Deleted(setting("prod"), Version(4), Revision(5))


def test_setting_that_leaves_with_its_parent_is_a_deletion_without_a_version() -> None:
    applied = after([*TREE, put("base", 1)], [environment("prod")])

    assert applied.deltas == {
        name: (Deleted(setting(name), Version(0), Revision(2)),) for name in ("prod", "dev")
    }


def test_version_goes_on_after_a_deletion() -> None:
    snapshot = after([*TREE, put("base", 1)], [Delete(setting("base"))], [put("base", 1)]).snapshot

    state = snapshot.get(setting("base"))
    assert state is not None
    assert (state.version, state.create_revision) == (3, 3)
    assert setting("base") not in snapshot.deleted


def test_commit_that_changes_nothing_in_an_environment_moves_its_revision() -> None:
    applied = after([*TREE, put("base", 1)], [put("dev", 2)])

    assert set(applied.deltas) == {"dev"}
    assert {view.revision for view in applied.snapshot.views.values()} == {2}


def test_environment_that_is_new_has_no_delta() -> None:
    applied = after([*TREE, put("base", 1)], [environment("qa", "base")])

    assert applied.deltas == {}
    assert values(applied.snapshot)["qa"] == 1


def test_environment_that_is_gone_has_no_view() -> None:
    applied = after([*TREE], [Delete(ResourceId(Kind.ENVIRONMENT, "", "dev"))])

    assert set(applied.snapshot.views) == {"base", "prod"}
    with pytest.raises(NotFound, match="no environment 'dev'; environments: base, prod") as caught:
        applied.snapshot.view("dev")
    assert caught.value.reason is Reason.ENVIRONMENT_NOT_FOUND


def test_states_list_environments_before_what_is_in_them() -> None:
    kinds = [state.id.kind for state in after([put("base", 1), *TREE]).snapshot.states()]

    assert kinds == [Kind.ENVIRONMENT] * 3 + [Kind.SETTING]
