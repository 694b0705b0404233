from tests.unit.cli.screen import shown
from tests.unit.cli.states import state
from vexil.core.evaluation import EvaluationContext
from vexil.core.evaluator import explain
from vexil.core.resource import Revision
from vexil.core.setting import All as AllOf
from vexil.core.setting import Match, Operator, Rule, Segment, SegmentMatch, Setting, Split, WeightedVariant
from vexil.core.value import Value
from vexil.core.view import View
from vexil.server.cli.render.traces import trace_tree

CONDITION = AllOf((Match("plan", Operator.EQUALS, (Value.of_string("beta"),)), SegmentMatch(("staff",))))
FLAG = Setting(
    variants={"on": Value.of_bool(True), "off": Value.of_bool(False)},
    rules=(Rule(CONDITION, "on", id="insiders"),),
    serve=Split((WeightedVariant("on", 25), WeightedVariant("off", 75))),
)
VIEW = View.of(
    "shop",
    "prod",
    Revision(9),
    [state("checkout", FLAG, "base", revision=4), state("staff", Segment(included=("kim",)), "base")],
)


def test_trace_is_a_tree_of_steps() -> None:
    context = EvaluationContext("user-1", {"plan": "beta"})

    rendered = shown(trace_tree(explain(VIEW, "checkout", context), ["prod", "base"], 9))

    assert rendered.split("\n") == [
        "checkout → false  SPLIT  variant off",
        "├── looked in prod → base, found in base, last changed at revision 4; state at revision 9",
        "├── ✓ enabled  the setting is on",
        "├── rules[0]",
        "│   └── ✗ condition  all[1] does not hold",
        '│       ├── ✓ all[0]  plan is "beta"; equals ["beta"]',
        "│       └── all[1]",
        "│           └── ✗ segment[0]  not in segment 'staff'",
        "└── serve",
        '    └── ✓ split  "user-1" is in bucket 72 of 100: serves "off"',
    ]


def test_trace_of_a_setting_that_is_missing_says_so() -> None:
    rendered = shown(trace_tree(explain(VIEW, "gone", EvaluationContext()), ["prod", "base"], 9))

    assert rendered.split("\n") == [
        "gone → –  ERROR FLAG_NOT_FOUND: environment 'prod' has no setting 'gone'",
        "└── looked in prod → base; state at revision 9",
    ]


def test_trace_can_not_steer_the_terminal() -> None:
    context = EvaluationContext("\x1b[2J", {"plan": "\x1b]0;title\x07"})

    assert "\x1b" not in shown(trace_tree(explain(VIEW, "checkout", context), [], 9))
