import pytest

from tests.unit.cli.screen import shown
from tests.unit.cli.states import TIME, state
from vexil.client.replica.update import Update
from vexil.convert.resources import state_to_proto
from vexil.core.resource import Kind, ResourceState, Revision
from vexil.core.setting import Match, Operator, Rule, Setting
from vexil.core.value import Value
from vexil.core.view import View
from vexil.server.cli.following import Followed
from vexil.server.cli.render.messages import document
from vexil.server.cli.render.steps import step_document, step_lines
from vexil.server.cli.render.times import clock
from vexil.v1 import watch_pb2 as watch_pb

OLD = state("timeout", Setting(value=Value.of_int(5)), "base")
NEW = state("timeout", Setting(value=Value.of_int(7)), "prod", revision=12)
VARIANTS = {"on": Value.of_bool(True), "off": Value.of_bool(False)}
FLAG = state("flag", Setting(variants=VARIANTS, serve="on"), "prod")
RULED = state(
    "flag",
    Setting(variants=VARIANTS, serve="on", salt="s", rules=(Rule(Match("a", Operator.EXISTS), "off"),)),
    "prod",
)
RULED_ANEW = state(
    "flag",
    Setting(variants=VARIANTS, serve="on", salt="t", rules=(Rule(Match("b", Operator.EXISTS), "off"),)),
    "prod",
)


def followed(before: list[ResourceState], after: list[ResourceState]) -> Followed:
    views = [
        View.of("shop", "prod", Revision(revision), states)
        for revision, states in ((11, before), (12, after))
    ]
    message = watch_pb.WatchResponse(revision=12)
    message.delta.author = "kim"
    message.delta.message = "Slower\x1b[2J"
    message.delta.committed_at.FromDatetime(TIME)
    return Followed(Update(views[0], views[1], None), message)


def lines(before: list[ResourceState], after: list[ResourceState]) -> str:
    step = followed(before, after)
    return shown(*step_lines(step, list(step.update.changes())))


def test_step_says_when_who_what_and_why() -> None:
    assert lines([OLD], [NEW]) == (
        f"{clock(TIME)}  revision 12  kim  setting timeout: 5 → 7  # Slower\\x1b[2J"
    )


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        ([], [NEW], "setting timeout: new, 7"),
        ([NEW], [], "setting timeout: 7 → deleted"),
        ([FLAG], [RULED], "setting flag: serves on → serves on, 1 rule"),
        (
            [RULED],
            [RULED_ANEW],
            "setting flag: serves on, 1 rule; changed: rules[0].condition.attribute, salt",
        ),
        ([OLD], [state("timeout", OLD.resource, "prod", version=2)], "setting timeout: 5, written again"),
    ],
)
def test_step_says_what_changed(before: list[ResourceState], after: list[ResourceState], what: str) -> None:
    assert what in lines(before, after)


def test_step_with_several_changes_has_a_line_for_each() -> None:
    first, second = lines([], [NEW, FLAG]).split("\n")

    assert "setting flag: new" in first
    assert second == " " * first.index("setting") + "setting timeout: new, 7"


def test_step_is_one_json_object() -> None:
    step = followed([OLD], [NEW])

    assert step_document(step, list(step.update.changes())) == {
        "revision": "12",
        "committedAt": "2026-05-04T12:30:15Z",
        "author": "kim",
        "message": "Slower\x1b[2J",
        "changes": [
            {
                "kind": Kind.SETTING.name,
                "key": "timeout",
                "before": document(state_to_proto(OLD)),
                "after": document(state_to_proto(NEW)),
            }
        ],
    }
