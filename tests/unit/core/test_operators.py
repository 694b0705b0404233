"""The table of operators: complete, strict about operands, indifferent to odd attributes.

What each operator holds for is said by the evaluation vectors.
"""

import math
from collections.abc import Sequence
from typing import Any

import pytest

from tests.unit.core.anything import Hostile, HostileText, Level, Plan
from tests.unit.core.making import flag, view_of
from vexil.core.evaluation import EvaluationContext
from vexil.core.evaluator import instants, networks, semver
from vexil.core.evaluator.operators import OPERATORS, compile_operands
from vexil.core.evaluator.problems import RulesProblem
from vexil.core.setting import Match, Operator
from vexil.core.value import Value, ValueType

TEXT_OPERANDS = {
    Operator.EQUALS: "pro",
    Operator.CONTAINS: "r",
    Operator.STARTS_WITH: "p",
    Operator.ENDS_WITH: "o",
    Operator.MATCHES: "^pro$",
}


def refusal(operator: Operator, operands: Sequence[Value]) -> str | None:
    """What is said of operands that the operator does not take."""
    try:
        compile_operands(operator, operands)
    except RulesProblem as problem:
        return problem.message
    return None


def holds(operator: Operator, value: Any, *operands: Value) -> bool:
    view = view_of({"flag": flag(Match("attribute", operator, operands))})
    return view.evaluate("flag", EvaluationContext(None, {"attribute": value})).variant == "on"


def test_operators_are_all_in_the_table() -> None:
    assert set(OPERATORS) == set(Operator)


@pytest.mark.parametrize("operator", [each for each in Operator if each is not Operator.EXISTS])
def test_operators_need_an_operand(operator: Operator) -> None:
    assert refusal(operator, ()) == f"operands: {operator.value} needs at least one operand"


@pytest.mark.parametrize("operator", Operator)
@pytest.mark.parametrize("refused", [Value.of_json([1]), Value.of_secret("env:A")])
def test_operators_take_neither_json_nor_secrets(operator: Operator, refused: Value) -> None:
    problem = refusal(operator, (refused,))

    assert problem is not None
    assert problem.startswith("operands[0]: ")
    assert problem.endswith(f", not {refused.type.value}")


def test_compile_operands_names_the_operand_and_what_would_be_right() -> None:
    operands = (Value.of_int(1), Value.of_string("2"))

    assert refusal(Operator.LESS_THAN, operands) == "operands[1]: less_than takes double or int, not string"


@pytest.mark.parametrize("operator", [Operator.EQUALS, Operator.LESS_THAN, Operator.GREATER_THAN_OR_EQUAL])
@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_compile_operands_refuses_numbers_that_json_has_not(operator: Operator, number: float) -> None:
    assert refusal(operator, (Value(ValueType.DOUBLE, number),)) is not None


def test_compile_operands_says_what_is_wrong_with_a_pattern() -> None:
    problem = refusal(Operator.MATCHES, (Value.of_string("a("),))

    assert problem is not None
    assert "missing )" in problem


def test_compile_operands_refuses_a_pattern_that_needs_too_much_memory() -> None:
    problem = refusal(Operator.MATCHES, (Value.of_string(r"\pL{1,1000}"),))

    assert problem is not None
    assert "too large" in problem


@pytest.mark.parametrize("operator", TEXT_OPERANDS)
def test_text_operators_take_subclasses_of_str_as_text(operator: Operator) -> None:
    operand = Value.of_string(TEXT_OPERANDS[operator])

    assert holds(operator, Plan.PRO, operand)
    assert holds(operator, HostileText("pro"), operand)
    assert holds(operator, [HostileText("pro")], operand)
    assert not holds(operator, HostileText("xyz"), operand)


def test_number_operators_take_subclasses_of_int_as_numbers() -> None:
    assert holds(Operator.EQUALS, Level.HIGH, Value.of_int(3))
    assert holds(Operator.LESS_THAN, (Level.HIGH,), Value.of_double(3.5))


def test_number_operators_compare_integers_beyond_any_double() -> None:
    assert holds(Operator.GREATER_THAN, 10**400, Value.of_double(1.7e308))
    assert holds(Operator.LESS_THAN, -(10**400), Value.of_int(0))
    assert not holds(Operator.EQUALS, 10**400, Value.of_double(1.7e308))
    assert holds(Operator.AFTER, 10**400, Value.of_string("9999-12-31T23:59:59.5Z"))


@pytest.mark.parametrize("operator", [each for each in Operator if each is not Operator.EXISTS])
@pytest.mark.parametrize("value", [Hostile(), b"pro", {"pro"}, object(), 1j, iter("pro")], ids=type)
def test_operators_hold_for_no_object_of_a_foreign_type(operator: Operator, value: object) -> None:
    texts = ["1.0.0", "2024-01-01T00:00:00Z", "10.0.0.0/8", "pro"]
    operands = [*map(Value.of_string, texts), Value.of_int(0)]
    fitting = [operand for operand in operands if refusal(operator, (operand,)) is None]

    assert fitting
    assert not any(holds(operator, value, operand) for operand in fitting)
    assert not any(holds(operator, [value], operand) for operand in fitting)


def test_exists_holds_for_objects_of_any_type() -> None:
    assert holds(Operator.EXISTS, Hostile())


def test_matches_does_not_hold_for_text_that_is_not_unicode() -> None:
    assert not holds(Operator.MATCHES, "\ud800", Value.of_string(""))


def test_equals_compares_text_that_is_not_unicode() -> None:
    assert holds(Operator.EQUALS, "\ud800", Value(ValueType.STRING, "\ud800"))


@pytest.mark.parametrize("parse", [semver.parse_version, instants.parse_instant, networks.parse_address])
def test_parsed_texts_are_remembered_within_bounds(parse: Any) -> None:
    for number in range(5000):
        parse(f"{number}.0.0")

    assert parse.cache_info().currsize <= parse.cache_info().maxsize == 4096
