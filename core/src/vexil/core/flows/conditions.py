"""Conditions of routing rules: a test of one contact attribute, compiled once.

Texts are compared by code point: case counts, and nothing is trimmed or normalized. Numbers are compared
exactly, as the decimals that are written, not as the doubles next to them: 16-digit account numbers that
differ in their last digit differ.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from enum import IntEnum
from json import dumps

from vexil.core.connect import RoutingCondition, RoutingOperator


class SkipReason(IntEnum):
    """Why a rule did not match, with its number on the wire."""

    DISABLED = 1
    ATTRIBUTE_MISSING = 2
    NOT_A_NUMBER = 3
    NOT_MATCHED = 4


Test = Callable[[Mapping[str, str]], SkipReason | None]
"""Tries a condition on contact attributes: None when it holds, or why it does not."""

Holds = Callable[[str], bool]
"""Says whether a condition holds for the value of its attribute."""

_MAX_DIGITS = 100
_NUMBER = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]{1,6})?")
_SHOWN_OPERANDS = 5
_SHOWN_CHARACTERS = 40

_WORDS = {
    RoutingOperator.EQUALS: "is",
    RoutingOperator.NOT_EQUALS: "is not",
    RoutingOperator.CONTAINS: "contains",
    RoutingOperator.STARTS_WITH: "starts with",
    RoutingOperator.ENDS_WITH: "ends with",
    RoutingOperator.LESS_THAN: "is below",
    RoutingOperator.LESS_THAN_OR_EQUAL: "is at most",
    RoutingOperator.GREATER_THAN: "is above",
    RoutingOperator.GREATER_THAN_OR_EQUAL: "is at least",
}


def compile_condition(condition: RoutingCondition) -> Test:
    """The test of a condition that validation accepts. Of several operands one has to fit.

    An attribute that is missing fails every operator but `always` and `not_equals`.
    """
    attribute, values = condition.attribute, condition.values
    match condition.operator:
        case RoutingOperator.ALWAYS:
            return lambda _attributes: None
        case RoutingOperator.NOT_EQUALS:
            excluded = frozenset(values)
            return lambda attributes: (
                SkipReason.NOT_MATCHED if attributes.get(attribute) in excluded else None
            )
        case RoutingOperator.EXISTS:
            return _of_text(attribute, bool)
        case RoutingOperator.EQUALS:
            return _of_text(attribute, frozenset(values).__contains__)
        case RoutingOperator.CONTAINS:
            return _of_text(attribute, lambda text: any(part in text for part in values))
        case RoutingOperator.STARTS_WITH:
            return _of_text(attribute, lambda text: text.startswith(values))
        case RoutingOperator.ENDS_WITH:
            return _of_text(attribute, lambda text: text.endswith(values))
        case operator:
            return _of_number(attribute, operator, [_operand(value) for value in values])


def describe(condition: RoutingCondition) -> str:
    """The condition for people: `customerTier is "gold" or "platinum"`; long ones are cut."""
    match condition.operator:
        case RoutingOperator.ALWAYS:
            return "always"
        case RoutingOperator.EXISTS:
            return f"{condition.attribute} is there and not empty"
        case operator:
            shown = [_shown(value) for value in condition.values[:_SHOWN_OPERANDS]]
            if more := len(condition.values) - len(shown):
                shown.append(f"{more} more")
            return f"{condition.attribute} {_WORDS[operator]} {' or '.join(shown)}"


def _shown(value: str) -> str:
    cut = value if len(value) <= _SHOWN_CHARACTERS else f"{value[:_SHOWN_CHARACTERS]}…"
    return dumps(cut, ensure_ascii=False)


def _of_text(attribute: str, holds: Holds) -> Test:
    def test(attributes: Mapping[str, str]) -> SkipReason | None:
        value = attributes.get(attribute)
        if value is None:
            return SkipReason.ATTRIBUTE_MISSING
        return None if holds(value) else SkipReason.NOT_MATCHED

    return test


def _operand(value: str) -> Decimal:
    """An operand that validation accepts; one too near to zero for a decimal is zero, as a double's."""
    try:
        return Decimal(value)
    except InvalidOperation:
        return Decimal(0)


def _of_number(attribute: str, operator: RoutingOperator, operands: list[Decimal]) -> Test:
    """To be below one of several numbers is to be below the largest."""
    largest, smallest = max(operands), min(operands)

    def test(attributes: Mapping[str, str]) -> SkipReason | None:
        value = attributes.get(attribute)
        if value is None:
            return SkipReason.ATTRIBUTE_MISSING
        if len(value) > _MAX_DIGITS or not _NUMBER.fullmatch(value):
            return SkipReason.NOT_A_NUMBER
        number = Decimal(value)
        match operator:
            case RoutingOperator.LESS_THAN:
                holds = number < largest
            case RoutingOperator.LESS_THAN_OR_EQUAL:
                holds = number <= largest
            case RoutingOperator.GREATER_THAN:
                holds = number > smallest
            case _:
                holds = number >= smallest
        return None if holds else SkipReason.NOT_MATCHED

    return test
