from typing import Any

import pytest
from hypothesis import given

from tests.support.strategies import resources, settings
from tests.unit.core.committing import Tree, delete, flag, plain, put
from vexil.core.connect import FlowConfiguration
from vexil.core.diff import FieldDiff, ResourceDiff, describe, diff_snapshots, diff_views, same
from vexil.core.frozen import FrozenDict, freeze
from vexil.core.resource import Kind, Resource, ResourceId, Revision
from vexil.core.setting import Rule, SegmentMatch, Setting
from vexil.core.value import Value
from vexil.core.view import View


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (1, 1, True),
        (1, True, False),
        (1, 1.0, False),
        (0, False, False),
        ("1", 1, False),
        (None, False, False),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        ({"a": 1}, FrozenDict({"a": 1}), True),
        ({"a": [1]}, freeze({"a": [1]}), True),
        ({"a": {"b": [1]}}, {"a": {"b": [1.0]}}, False),
        ({"a": 1}, {"a": 1, "b": 2}, False),
        ([1, 2], [2, 1], False),
        ([1], [1, 2], False),
        ([], {}, False),
        (Value.of_json({"a": True}), Value.of_json({"a": 1}), False),
        (Value.of_int(1), Value.of_double(1.0), False),
        (FlowConfiguration("f", parameters={"n": 1}), FlowConfiguration("f", parameters={"n": True}), False),
        (FlowConfiguration("f", parameters={"n": 1}), FlowConfiguration("f", parameters={"n": 1}), True),
    ],
)
def test_same_tells_types_apart_at_any_depth(a: Any, b: Any, expected: bool) -> None:
    assert same(a, b) is expected
    assert same(b, a) is expected


@given(resources(), resources())
def test_same_is_told_by_describe(a: Resource, b: Resource) -> None:
    assert same(a, a)
    assert describe(a, a) == []
    assert same(a, b) == (describe(a, b) == [])


@given(settings())
def test_describe_of_something_new_is_the_whole(setting: Setting) -> None:
    assert describe(None, setting) == [FieldDiff("", None, setting)]
    assert describe(setting, None) == [FieldDiff("", setting, None)]


def test_describe_names_the_fields_that_differ() -> None:
    old = Setting(variants={"on": Value.of_int(1), "off": Value.of_int(0)}, serve="off", tags=("a",))
    new = Setting(
        variants={"on": Value.of_int(2), "off": Value.of_int(0), "half": Value.of_int(1)},
        serve="off",
        rules=(Rule(SegmentMatch(("beta",)), "on"),),
        tags=("a", "b"),
    )
    assert describe(old, new) == [
        FieldDiff('variants["on"]', Value.of_int(1), Value.of_int(2)),
        FieldDiff('variants["half"]', None, Value.of_int(1)),
        FieldDiff("rules[0]", None, Rule(SegmentMatch(("beta",)), "on")),
        FieldDiff("tags[1]", None, "b"),
    ]
    assert describe(plain(1), flag())[0] == FieldDiff("value", Value.of_int(1), None)


def test_diff_of_snapshots_is_ordered_and_complete() -> None:
    tree = Tree(base=None, prod="base")
    tree.commit(put("base", "b", plain(1)), put("prod", "a", plain(1)), put("base", "gone", plain(1)))
    before = tree.snapshot
    tree.commit(put("base", "b", plain(2)), put("prod", "new", plain(1)), delete("base", "gone"))
    after = tree.snapshot
    differences = diff_snapshots(before, after)
    assert [(one.id.environment, one.id.key) for one in differences] == [
        ("base", "b"),
        ("base", "gone"),
        ("prod", "new"),
    ]
    changed, gone, new = differences
    assert changed == ResourceDiff(
        ResourceId(Kind.SETTING, "base", "b"), before.get(changed.id), after.get(changed.id)
    )
    assert (gone.before, gone.after) == (before.get(gone.id), None)
    assert (new.before, new.after) == (None, after.get(new.id))


def test_diff_of_an_environment_is_about_what_is_effective_there() -> None:
    tree = Tree(base=None, prod="base", qa="base")
    tree.commit(put("base", "b", plain(1)), put("prod", "hidden", plain(1)), put("base", "hidden", plain(1)))
    before = tree.snapshot
    tree.commit(put("base", "b", plain(2)), put("base", "hidden", plain(2)))
    (difference,) = diff_snapshots(before, tree.snapshot, "prod")
    assert difference.id == ResourceId(Kind.SETTING, "prod", "b")
    assert difference.after is not None
    assert difference.after.id.environment == "base"
    assert len(diff_snapshots(before, tree.snapshot, "qa")) == 2


def test_diff_of_an_environment_that_is_new_has_all_of_it() -> None:
    tree = Tree(base=None)
    tree.commit(put("base", "b", plain(1)))
    before = tree.snapshot
    tree.commit(put("", "prod", tree.snapshot.tree.environments["base"]), put("prod", "a", plain(1)))
    assert [one.id.key for one in diff_snapshots(before, tree.snapshot, "prod")] == ["a"]
    assert [one.id.key for one in diff_snapshots(tree.snapshot, before, "prod")] == ["a"]


def test_what_was_changed_and_changed_back_does_not_differ() -> None:
    tree = Tree(base=None)
    tree.commit(put("base", "b", plain(1)))
    before = tree.snapshot
    tree.commit(put("base", "b", plain(2)))
    tree.commit(put("base", "b", plain(1)))
    assert tree.snapshot.version(ResourceId(Kind.SETTING, "base", "b")) == 3
    assert diff_snapshots(before, tree.snapshot) == []
    assert diff_views(before.view("base"), tree.snapshot.view("base")) == []


def test_diff_of_views_needs_no_shared_entries() -> None:
    tree = Tree(base=None)
    tree.commit(put("base", "b", plain(1)), put("base", "c", plain(1)))
    view = tree.snapshot.view("base")
    rebuilt = View.of("shop", "base", Revision(9), view.states())
    assert diff_views(view, rebuilt) == []
    assert [one.id.key for one in diff_views(View("shop", "base"), rebuilt)] == ["b", "c"]


def test_diff_of_a_snapshot_with_itself_is_empty() -> None:
    tree = Tree(base=None)
    assert diff_snapshots(tree.snapshot, tree.snapshot) == []
