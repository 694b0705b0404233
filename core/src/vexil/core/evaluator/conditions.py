"""Conditions as predicates of a context."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from vexil.core import setting as model
from vexil.core.evaluation import EvaluationContext
from vexil.core.evaluator.attributes import is_top_level, reader
from vexil.core.evaluator.compiled import Lookup, Predicate
from vexil.core.evaluator.operators import OPERATORS, compile_operands
from vexil.core.evaluator.problems import RulesProblem

MAX_NESTING = 16
"""How many conditions may stand inside each other, the outermost and the innermost counted."""

Item = TypeVar("Item")
Compiled = TypeVar("Compiled")


def compile_condition(condition: model.Condition, nesting: int = 1) -> Predicate:
    """The predicate of a condition. Raises RulesProblem with the place of what can't be understood."""
    if nesting > MAX_NESTING:
        raise RulesProblem("", f"conditions stand more than {MAX_NESTING} deep inside each other")
    match condition:
        case model.Match():
            return _match(condition)
        case model.SegmentMatch(keys):
            return _in_segment(keys)
        case model.All(conditions):
            return _all(compile_each("all", conditions, lambda part: compile_condition(part, nesting + 1)))
        case model.Any(conditions):
            return any_of(compile_each("any", conditions, lambda part: compile_condition(part, nesting + 1)))
        case model.Not(inner):
            try:
                return _not(compile_condition(inner, nesting + 1))
            except RulesProblem as problem:
                raise problem.inside("not") from None


def compile_each(
    place: str, items: Sequence[Item], compile_item: Callable[[Item], Compiled]
) -> tuple[Compiled, ...]:
    """All items compiled; a RulesProblem says which one it is about."""
    compiled = []
    for index, item in enumerate(items):
        try:
            compiled.append(compile_item(item))
        except RulesProblem as problem:
            raise problem.inside(f"{place}[{index}]") from None
    return tuple(compiled)


def top_level_match(condition: model.Condition) -> model.Match | None:
    """The condition, if it is a match that holds only where one top-level attribute is there."""
    if isinstance(condition, model.Match) and is_top_level(condition.attribute):
        return None if asks_for_absence(condition) else condition
    return None


def asks_for_absence(match: model.Match) -> bool:
    """Whether the match holds for a missing attribute: EXISTS with the operand false."""
    return match.operator is model.Operator.EXISTS and any(value.data is False for value in match.operands)


def _match(match: model.Match) -> Predicate:
    operands = compile_operands(match.operator, match.operands)
    compare = OPERATORS[match.operator].holds
    read = reader(match.attribute)
    if asks_for_absence(match):
        return lambda context, _view: read(context) is None

    def holds(context: EvaluationContext, _view: Lookup) -> bool:
        value = read(context)
        return value is not None and compare(value, operands)

    return holds


def _in_segment(keys: Sequence[str]) -> Predicate:
    def holds(context: EvaluationContext, view: Lookup) -> bool:
        segments = view.segments
        for key in keys:
            segment = segments.get(key)
            if segment is not None and segment.contains(context, view):
                return True
        return False

    return holds


def _all(parts: Sequence[Predicate]) -> Predicate:
    def holds(context: EvaluationContext, view: Lookup) -> bool:
        for part in parts:  # noqa: SIM110  # a generator costs more than most tests
            if not part(context, view):
                return False
        return True

    return holds


def any_of(parts: Sequence[Predicate]) -> Predicate:
    """Holds where at least one part does."""

    def holds(context: EvaluationContext, view: Lookup) -> bool:
        for part in parts:  # noqa: SIM110  # a generator costs more than most tests
            if part(context, view):
                return True
        return False

    return holds


def _not(part: Predicate) -> Predicate:
    return lambda context, view: not part(context, view)
