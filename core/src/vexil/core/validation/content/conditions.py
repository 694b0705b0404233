"""Checks of conditions on contexts."""

from collections.abc import Iterator

from vexil.core import setting
from vexil.core.evaluator.operators import compile_operands
from vexil.core.evaluator.problems import RulesProblem
from vexil.core.setting import All, Condition, Match, Not, SegmentMatch
from vexil.core.validation import limits
from vexil.core.validation.content.texts import check_count, check_length
from vexil.core.validation.content.values import check_value
from vexil.core.validation.findings import Finding, inside


def check_condition(condition: Condition, nesting: int = 1) -> Iterator[Finding]:
    """A condition with those inside it."""
    if nesting > limits.MAX_NESTING:
        yield Finding("", f"conditions are nested deeper than {limits.MAX_NESTING}")
        return
    match condition:
        case Match():
            yield from inside("match", _check_match(condition))
        case SegmentMatch(keys):
            yield from check_count("segment.keys", keys, limits.MAX_SEGMENTS, 1)
        case All(conditions):
            yield from inside("all", check_conditions(conditions, nesting + 1))
        case setting.Any(conditions):
            yield from inside("any", check_conditions(conditions, nesting + 1))
        case Not(inner):
            yield from inside("not", check_condition(inner, nesting + 1))


def check_conditions(conditions: tuple[Condition, ...], nesting: int = 1) -> Iterator[Finding]:
    """A list of conditions."""
    yield from check_count("conditions", conditions, limits.MAX_CONDITIONS)
    for index, condition in enumerate(conditions):
        yield from inside(f"conditions[{index}]", check_condition(condition, nesting))


def segments_of(condition: Condition, place: str = "") -> Iterator[tuple[str, str]]:
    """Every segment that a condition refers to, each with its path in the condition."""
    match condition:
        case SegmentMatch(keys):
            yield from ((f"{place}.segment.keys[{index}]", key) for index, key in enumerate(keys))
        case All(conditions):
            for index, inner in enumerate(conditions):
                yield from segments_of(inner, f"{place}.all.conditions[{index}]")
        case setting.Any(conditions):
            for index, inner in enumerate(conditions):
                yield from segments_of(inner, f"{place}.any.conditions[{index}]")
        case Not(inner):
            yield from segments_of(inner, f"{place}.not")


def _check_match(match: Match) -> Iterator[Finding]:
    yield from check_length("attribute", match.attribute, limits.MAX_ATTRIBUTE, 1)
    yield from check_count("operands", match.operands, limits.MAX_OPERANDS)
    problems = [
        finding
        for index, operand in enumerate(match.operands)
        for finding in inside(f"operands[{index}]", check_value(operand))
    ]
    yield from problems
    if not problems:
        try:
            compile_operands(match.operator, match.operands)
        except RulesProblem as problem:
            yield Finding(problem.field, problem.description)
