"""How conditions may be written."""

from typing import Any

import pytest

from tests.unit.files.reading import problems_of, read_one
from vexil.core import setting as model
from vexil.core.setting import All, Match, Not, Operator, SegmentMatch
from vexil.core.value import Value


def _condition(text: str) -> Any:
    segment: Any = read_one("segments", f"conditions: [{text}]")
    return segment.conditions[0]


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("{attribute: plan, equals: beta}", Match("plan", Operator.EQUALS, (Value.of_string("beta"),))),
        (
            "{attribute: plan, in: [beta, 1]}",
            Match("plan", Operator.EQUALS, (Value.of_string("beta"), Value.of_int(1))),
        ),
        ("{attribute: age, less_than: 17.5}", Match("age", Operator.LESS_THAN, (Value.of_double(17.5),))),
        ("{attribute: on, equals: true}", Match("on", Operator.EQUALS, (Value.of_bool(True),))),
        ("{attribute: x, exists: false}", Match("x", Operator.EXISTS, (Value.of_bool(False),))),
        ("{attribute: x, exists: []}", Match("x", Operator.EXISTS, ())),
        ("{segment: beta}", SegmentMatch(("beta",))),
        ("{segment: [beta, staff]}", SegmentMatch(("beta", "staff"))),
        ("{all: []}", All(())),
        ("{any: [{segment: a}]}", model.Any((SegmentMatch(("a",)),))),
        ("{not: {segment: a}}", Not(SegmentMatch(("a",)))),
    ],
)
def test_condition_is_read(text: str, condition: model.Condition) -> None:
    assert _condition(text) == condition


@pytest.mark.parametrize("operator", Operator)
def test_every_operator_goes_by_its_name(operator: Operator) -> None:
    operand = {
        Operator.IN_CIDR: "10.0.0.0/8",
        Operator.BEFORE: "2026-01-01T00:00:00Z",
        Operator.AFTER: "2026-01-01T00:00:00Z",
        Operator.EXISTS: "true",
        Operator.EQUALS: "a",
        Operator.MATCHES: "a",
        Operator.CONTAINS: "a",
        Operator.STARTS_WITH: "a",
        Operator.ENDS_WITH: "a",
    }.get(operator, "'1.0.0'" if operator.value.startswith("semver") else "1")
    assert _condition(f"{{attribute: a, {operator.value}: {operand}}}").operator is operator


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{attribut: plan, equals: beta}", "must have one of attribute, segment, all, any, not"),
        ("{attribute: plan}", "must have an operator, such as equals or in"),
        ("{attribute: plan, equal: beta}", "unknown field 'equal'; did you mean 'equals'?"),
        (
            "{attribute: age, less_than: 1, greater_than: 0}",
            "must have one operator; put several",
        ),
        ("{attribute: plan, equals: {a: 1}}", "must be text, a number, true or false, not a mapping"),
        ("{attribute: plan, in: [a, [b]]}", "must be text, a number, true or false, not a list"),
        ("{attribute: plan, in: []}", "needs at least one operand"),
        ("{attribute: plan, matches: '('}", "no RE2 pattern"),
        ("{attribute: plan, matches: '(?=a)'}", "no RE2 pattern"),
        ("{attribute: plan, less_than: old}", "less_than takes"),
        ("{attribute: plan, in_cidr: nowhere}", "nowhere"),
        ("{attribute: plan, semver_equals: one}", "'one' is no semantic version"),
        ("{attribute: plan, before: tomorrow}", "'tomorrow' is no RFC 3339 time"),
        ("{segment: 1}", 'must be text, not the number 1; write "1" in quotes'),
        ("{segment: a, any: []}", "unknown field 'any'; there are: segment"),
        ("[{segment: a}]", "not a list; put several under all: or any:"),
        ("beta", "must be a condition such as {attribute: plan, equals: beta}, not the text 'beta'"),
        ("{not: [{segment: a}]}", "not a list; put several under all: or any:"),
        ("{not: " * 17 + "{segment: a}" + "}" * 17, "conditions are nested deeper than 16"),
    ],
)
def test_condition_that_is_none_is_explained(text: str, said: str) -> None:
    document = f"namespace: shop\nenvironment: prod\nsegments:\n  k:\n    conditions: [{text}]\n"
    problems = problems_of(document)
    assert any(said in problem for problem in problems), problems
