"""The operators of a match, as one table: what each takes, and how it compares.

`vexil.v1.Operator` specifies each; `comparisons` says what a value of an attribute is compared with.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from vexil.core.evaluator import comparisons as compare
from vexil.core.evaluator.compiled import Comparison
from vexil.core.evaluator.instants import Instant, parse_instant
from vexil.core.evaluator.networks import parse_network
from vexil.core.evaluator.patterns import compile_pattern
from vexil.core.evaluator.problems import RulesProblem
from vexil.core.evaluator.semver import Precedence, parse_version
from vexil.core.setting import Operator
from vexil.core.value import Value, ValueType

_NUMBERS = frozenset({ValueType.INT, ValueType.DOUBLE})
_TEXT = frozenset({ValueType.STRING})
_BOOL = frozenset({ValueType.BOOL})


@dataclass(frozen=True, slots=True)
class OperatorRule:
    """One row of the table.

    `takes` are the types of its operands. `parse` turns an operand's data into what can be compared with,
    and raises ValueError, which says what is wrong. `combine` makes one of several: the bound that decides,
    the set of what is accepted. `holds` compares a value with that.
    """

    takes: frozenset[ValueType]
    parse: Callable[[Any], Any]
    combine: Callable[[Sequence[Any]], Any]
    holds: Comparison


def compile_operands(operator: Operator, operands: Sequence[Value]) -> Any:
    """What the operator's comparison takes for its second argument. Raises RulesProblem.

    The operand of EXISTS is left aside: whether a missing attribute is asked for is the condition's to know.
    """
    rule = OPERATORS[operator]
    if operator is Operator.EXISTS:
        if len(operands) > 1:
            raise RulesProblem("operands", f"{operator.value} takes no operand, or one bool")
    elif not operands:
        raise RulesProblem("operands", f"{operator.value} needs at least one operand")
    parsed = []
    for index, operand in enumerate(operands):
        if operand.type not in rule.takes:
            takes = " or ".join(sorted(rule.takes))
            raise RulesProblem(
                f"operands[{index}]", f"{operator.value} takes {takes}, not {operand.type.value}"
            )
        try:
            parsed.append(rule.parse(operand.data))
        except ValueError as error:
            raise RulesProblem(f"operands[{index}]", str(error)) from None
    return rule.combine(parsed)


def _number(data: Any) -> Any:
    if not math.isfinite(data):
        raise ValueError(f"{data} is not a number to compare with")
    return data


def _equal(data: Any) -> Any:
    if isinstance(data, bool):
        return compare.TRUE if data else compare.FALSE
    return data if isinstance(data, str) else _number(data)


def _version(text: str) -> Precedence:
    version = parse_version(text)
    if version is None:
        raise ValueError(f"{text!r} is no semantic version, such as 1.4.0 or v2.0.0-rc.1")
    return version


def _instant(text: str) -> Instant:
    instant = parse_instant(text)
    if instant is None:
        raise ValueError(f"{text!r} is no RFC 3339 time with an offset, such as 2030-01-31T12:00:00Z")
    return instant


def _exists(_operands: Sequence[bool]) -> None:
    return None


OPERATORS: Mapping[Operator, OperatorRule] = MappingProxyType(
    {
        Operator.EQUALS: OperatorRule(_TEXT | _NUMBERS | _BOOL, _equal, frozenset, compare.equals),
        Operator.CONTAINS: OperatorRule(_TEXT, str, tuple, compare.contains),
        Operator.STARTS_WITH: OperatorRule(_TEXT, str, tuple, compare.starts_with),
        Operator.ENDS_WITH: OperatorRule(_TEXT, str, tuple, compare.ends_with),
        Operator.MATCHES: OperatorRule(_TEXT, compile_pattern, tuple, compare.matches),
        Operator.LESS_THAN: OperatorRule(_NUMBERS, _number, max, compare.less_than),
        Operator.LESS_THAN_OR_EQUAL: OperatorRule(_NUMBERS, _number, max, compare.less_than_or_equal),
        Operator.GREATER_THAN: OperatorRule(_NUMBERS, _number, min, compare.greater_than),
        Operator.GREATER_THAN_OR_EQUAL: OperatorRule(_NUMBERS, _number, min, compare.greater_than_or_equal),
        Operator.SEMVER_EQUALS: OperatorRule(_TEXT, _version, frozenset, compare.semver_equals),
        Operator.SEMVER_LESS_THAN: OperatorRule(_TEXT, _version, max, compare.semver_less_than),
        Operator.SEMVER_LESS_THAN_OR_EQUAL: OperatorRule(
            _TEXT, _version, max, compare.semver_less_than_or_equal
        ),
        Operator.SEMVER_GREATER_THAN: OperatorRule(_TEXT, _version, min, compare.semver_greater_than),
        Operator.SEMVER_GREATER_THAN_OR_EQUAL: OperatorRule(
            _TEXT, _version, min, compare.semver_greater_than_or_equal
        ),
        Operator.BEFORE: OperatorRule(_TEXT, _instant, max, compare.before),
        Operator.AFTER: OperatorRule(_TEXT, _instant, min, compare.after),
        Operator.IN_CIDR: OperatorRule(_TEXT, parse_network, tuple, compare.in_cidr),
        Operator.EXISTS: OperatorRule(_BOOL, bool, _exists, compare.exists),
    }
)
"""Every operator. Being below any of several bounds is being below the largest, and so on."""
