"""The trace of an evaluation: every stage, what it says, and values however odd."""

from typing import Any

import pytest

from tests.support.reference_bucket import reference_bucket
from tests.unit.core.anything import Hostile
from tests.unit.core.making import ON_OFF, flag, rollout, view_of
from vexil.core.evaluation import Bucket, EvaluationContext, TraceStep
from vexil.core.evaluator import explain
from vexil.core.resource import Resource
from vexil.core.setting import (
    All,
    Match,
    Not,
    Operator,
    Prerequisite,
    Rule,
    Segment,
    SegmentMatch,
    Setting,
    Target,
)
from vexil.core.setting import (
    Any as AnyOf,
)
from vexil.core.value import Value

PRO = Match("plan", Operator.EQUALS, (Value.of_string("pro"), Value.of_string("team")))
ADULT = Match("age", Operator.GREATER_THAN_OR_EQUAL, (Value.of_int(18),))


def steps(resource: Resource, context: EvaluationContext, **others: Resource) -> list[TraceStep]:
    return list(explain(view_of({"flag": resource, **others}), "flag", context).steps)


def lines(resource: Resource, context: EvaluationContext, **others: Resource) -> list[str]:
    """Steps as text, `+` where they matched."""
    found = steps(resource, context, **others)
    return [f"{'+' if step.matched else '-'} {step.path}: {step.detail}" for step in found]


def test_explain_of_a_plain_setting() -> None:
    assert lines(Setting(value=Value.of_int(1)), EvaluationContext()) == [
        "+ enabled: the setting is on",
        "+ value: the setting is plain: it has one value",
    ]


def test_explain_of_a_setting_that_is_off() -> None:
    assert lines(Setting(value=Value.of_int(1), enabled=False), EvaluationContext()) == [
        "- enabled: the setting is off"
    ]


def test_explain_of_every_stage() -> None:
    setting = Setting(
        variants=ON_OFF,
        serve=rollout(1, 1),
        prerequisites=(Prerequisite("base", ("off", "on")),),
        targets=(Target("on", ("ann", "bob")),),
        rules=(Rule(All((PRO, ADULT)), "on"), Rule(AnyOf((ADULT, Not(PRO))), rollout(1, 1, "age"))),
    )
    context = EvaluationContext("dan", {"plan": "free"})

    assert lines(setting, context, base=flag(serve="on")) == [
        "+ enabled: the setting is on",
        '+ prerequisites[0]: base serves "on" (STATIC); wanted one of ["off", "on"]',
        '- targets[0]: "dan" is not among 2 targeting keys',
        '- rules[0].condition.all[0]: plan is "free"; equals ["pro", "team"]',
        "- rules[0].condition: all[0] does not hold",
        "- rules[1].condition.any[0]: age is missing; greater than or equal [18]",
        '- rules[1].condition.any[1].not: plan is "free"; equals ["pro", "team"]',
        "+ rules[1].condition.any[1]: not does not hold",
        "+ rules[1].condition: any[1] holds",
        "- rules[1].serve.split: the context has no text or number 'age', which the split goes by",
    ]


def test_explain_of_a_target() -> None:
    setting = Setting(variants=ON_OFF, serve="off", targets=(Target("off", ("ann",)), Target("on", ("bob",))))

    assert lines(setting, EvaluationContext("bob"))[1:] == [
        '- targets[0]: "bob" is not among 1 targeting keys',
        '+ targets[1]: "bob" is among 1 targeting keys',
    ]


def test_explain_of_a_rule_that_serves_a_variant() -> None:
    assert lines(flag(PRO), EvaluationContext(None, {"plan": "team"}))[1:] == [
        '+ rules[0].condition: plan is "team"; equals ["pro", "team"]',
        '+ rules[0].serve: serves "on"',
    ]


def test_explain_of_a_default() -> None:
    assert lines(flag(PRO), EvaluationContext())[-1] == '+ serve: serves "off"'


def test_explain_of_a_split_shows_the_bucket() -> None:
    (_, step) = steps(Setting(variants=ON_OFF, serve=rollout(1, 1), salt="s"), EvaluationContext("user-1"))

    hashed, bucket = reference_bucket("s", "user-1", 2)
    assert (step.path, step.bucket) == ("serve.split", Bucket(hashed, bucket, total_weight=2))
    assert step.detail == f'"user-1" is in bucket {bucket} of 2: serves "{("on", "off")[bucket]}"'


def test_explain_of_segments() -> None:
    setting = flag(SegmentMatch(("nowhere", "adults", "staff")))
    segments = {"adults": Segment(conditions=(ADULT,)), "staff": Segment(included=("ann",))}

    assert lines(setting, EvaluationContext("ann"), **segments)[1:-1] == [
        "- rules[0].condition.segment[0]: there is no segment 'nowhere'",
        "- rules[0].condition.segment[1]: not in segment 'adults'",
        "+ rules[0].condition.segment[2]: in segment 'staff'",
    ]


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("nowhere", "- prerequisites[0]: there is no setting 'nowhere'"),
        ("plain", '- prerequisites[0]: plain serves no variant (STATIC); wanted one of ["on"]'),
        ("base", '- prerequisites[0]: base serves "off" (STATIC); wanted one of ["on"]'),
    ],
)
def test_explain_of_a_prerequisite_that_is_not_met(key: str, line: str) -> None:
    setting = Setting(variants=ON_OFF, serve="on", prerequisites=(Prerequisite(key, ("on",)),))
    others = {"plain": Setting(value=Value.of_int(1)), "base": flag(serve="off")}

    assert lines(setting, EvaluationContext(), **others)[1:] == [line]


def test_explain_of_a_setting_that_can_not_be_understood_names_the_place() -> None:
    pattern = Match("plan", Operator.MATCHES, (Value.of_string("("),))

    assert lines(flag(PRO, pattern), EvaluationContext())[0].startswith(
        "- rules[1].condition.operands[0]: '('"
    )


def test_explain_of_a_circle_ends_where_it_closes() -> None:
    setting = Setting(variants=ON_OFF, serve="on", prerequisites=(Prerequisite("flag", ("on",)),))
    found = explain(view_of({"flag": setting}), "flag", EvaluationContext())

    assert found.evaluation.error_message == "circular reference: setting 'flag' → setting 'flag'"
    assert [step.path for step in found.steps] == ["enabled"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "missing"),
        (True, "true"),
        (1.5, "1.5"),
        (10**5000, "an integer of 16610 bits"),
        ("x" * 100, f'"{"x" * 80}…"'),
        ("\ud800", '"?"'),
        (list(range(9)), "[0, 1, 2, 3, 4, …]"),
        ([["deep"], None], "[of type list, missing]"),
        (Hostile(), "of type Hostile"),
        ({"plan": "pro"}, "of type dict"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_explain_shows_any_value_on_one_short_line(value: Any, shown: str) -> None:
    step = steps(flag(PRO), EvaluationContext(None, {"plan": value}))[1]

    assert step.detail == f'plan is {shown}; equals ["pro", "team"]'


def test_explain_shows_names_that_can_not_be_sent() -> None:
    exists = Match("\ud800", Operator.EXISTS)

    assert steps(flag(exists), EvaluationContext())[1].detail == "? is missing; exists"
