import pytest

from tests.unit.cli.screen import shown_lines
from tests.unit.cli.states import state
from vexil.core.change import Delete, VersionIs
from vexil.core.resource import Environment, Kind, Namespace, ResourceId, ResourceState, Revision, Version
from vexil.core.setting import Segment, Setting
from vexil.core.value import Redacted, Value, ValueType
from vexil.files.load import load_text
from vexil.files.manifest import LocatedChange
from vexil.server.cli.inventory import Inventory
from vexil.server.cli.plan import Action, Plan, make_plan
from vexil.server.cli.render.plans import plan_diffs, plan_document, plan_lines

MANIFEST = """
namespace: {name: shop, owner: web}
environments: {base: {}, prod: {parent: base}}
---
namespace: shop
environment: prod
settings: {new: 1, changed: 2, same: three}
"""


def wanted(text: str = MANIFEST) -> tuple[LocatedChange, ...]:
    return load_text(text, "yaml").changes


def held(*states: ResourceState) -> Inventory:
    return Inventory(Revision(5), {one.id: one for one in states})


HELD = held(
    state("shop", Namespace(owner="web")),
    state("base", Environment()),
    state("prod", Environment("base")),
    state("changed", Setting(value=Value.of_int(1)), "prod", version=4),
    state("same", Setting(value=Value.of_string("three")), "prod", version=9),
    state("surplus", Setting(value=Value.of_int(1)), "prod", version=2),
    state("elsewhere", Setting(value=Value.of_int(1)), "base"),
    state("people", Segment(), "prod"),
)


def steps(plan: Plan) -> dict[str, Action]:
    return {step.id.key: step.action for step in plan.steps}


def test_plan_creates_updates_and_leaves_alone() -> None:
    plan = make_plan("shop", wanted(), HELD, prune=False)

    assert steps(plan) == {
        "shop": Action.UNCHANGED,
        "base": Action.UNCHANGED,
        "prod": Action.UNCHANGED,
        "new": Action.CREATE,
        "changed": Action.UPDATE,
        "same": Action.UNCHANGED,
    }
    assert [step.precondition for step in plan.changing] == [
        VersionIs(ResourceId(Kind.SETTING, "prod", "new"), Version(0)),
        VersionIs(ResourceId(Kind.SETTING, "prod", "changed"), Version(4)),
    ]


def test_plan_prunes_only_kinds_and_environments_that_the_files_mention() -> None:
    plan = make_plan("shop", wanted(), HELD, prune=True)

    pruned = [step for step in plan.steps if step.action is Action.DELETE]
    assert [step.change for step in pruned] == [Delete(ResourceId(Kind.SETTING, "prod", "surplus"))]
    assert pruned[0].precondition.version == 2


def test_plan_tells_an_int_from_a_double() -> None:
    plan = make_plan(
        "shop", wanted("{namespace: shop, environment: prod, settings: {changed: 1.0}}"), HELD, prune=False
    )

    assert steps(plan) == {"changed": Action.UPDATE}


def test_plan_for_a_new_namespace_creates_it_with_its_environments() -> None:
    plan = make_plan("shop", wanted(), None, prune=True)

    assert not plan.exists
    assert not plan.implies_namespace
    assert [step.id.key for step in plan.changing] == ["shop", "base", "prod", "new", "changed", "same"]
    assert plan.count(Action.CREATE) == 6


def test_plan_for_a_namespace_that_is_only_named_counts_it() -> None:
    plan = make_plan("other", wanted("{namespace: other, environments: {prod: {}}}"), None, prune=False)

    assert plan.implies_namespace
    assert plan.count(Action.CREATE) == 2


def test_plan_lines_say_what_happens() -> None:
    assert shown_lines(plan_lines(make_plan("shop", wanted(), HELD, prune=True))) == [
        "+ create setting prod/new",
        "~ update setting prod/changed",
        "- delete setting prod/surplus",
        "Plan for shop: 1 to create, 1 to update, 1 to delete, 4 unchanged.",
    ]


def test_plan_diffs_show_the_lines_that_differ() -> None:
    assert shown_lines(plan_diffs(make_plan("shop", wanted(), HELD, prune=True))) == [
        "+ setting prod/new",
        "    +value: 1",
        "~ setting prod/changed",
        "    -value: 1",
        "    +value: 2",
        "- setting prod/surplus",
        "    -value: 1",
        "Plan for shop: 1 to create, 1 to update, 1 to delete, 4 unchanged.",
    ]


def test_plan_document_counts_and_lists_changes() -> None:
    assert plan_document(make_plan("shop", wanted(), HELD, prune=False)) == {
        "namespace": "shop",
        "createNamespace": False,
        "counts": {"create": 1, "update": 1, "delete": 0, "unchanged": 4},
        "changes": [
            {
                "action": "create",
                "id": {"kind": "RESOURCE_KIND_SETTING", "environment": "prod", "key": "new"},
            },
            {
                "action": "update",
                "id": {"kind": "RESOURCE_KIND_SETTING", "environment": "prod", "key": "changed"},
            },
        ],
    }


@pytest.mark.parametrize("text", ["--- x", "+++ x", "@@ x @@", "\x1b[2J"])
def test_diffs_show_text_that_looks_like_a_diff(text: str) -> None:
    before = held(state("changed", Setting(value=Value.of_string(text)), "prod"))
    plan = make_plan(
        "shop", wanted("{namespace: shop, environment: prod, settings: {changed: 1}}"), before, prune=False
    )

    lines = shown_lines(plan_diffs(plan))

    assert len(lines) == 4
    assert lines[1].startswith("    -value:")
    assert lines[2] == "    +value: 1"


FINGERPRINT, LATER = "ab" * 16, "cd" * 16


@pytest.mark.parametrize(
    "value",
    [
        Value(ValueType.STRING, Redacted(FINGERPRINT)),
        Value(ValueType.STRING, "hunter2", fingerprint=FINGERPRINT),
    ],
    ids=["not shown", "revealed"],
)
@pytest.mark.parametrize(("written", "action"), [(FINGERPRINT, Action.UNCHANGED), (LATER, Action.UPDATE)])
def test_what_stands_for_a_value_is_no_change_while_the_value_is_the_same(
    value: Value, written: str, action: Action
) -> None:
    text = f"""
namespace: shop
environment: prod
settings: {{token: "vexil:redacted:string:{written}"}}
"""
    plan = make_plan("shop", wanted(text), held(state("token", Setting(value=value), "prod")), prune=False)

    assert steps(plan) == {"token": action}
