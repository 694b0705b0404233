"""Segments, compiled."""

from vexil.core import setting as model
from vexil.core.evaluation import EvaluationContext
from vexil.core.evaluator.attributes import targeting_key
from vexil.core.evaluator.compiled import CompiledSegment, Lookup, Predicate
from vexil.core.evaluator.conditions import any_of, compile_condition, compile_each
from vexil.core.evaluator.problems import RulesProblem
from vexil.core.evaluator.visit import Visit
from vexil.core.resource import ResourceState


def compile_segment(state: ResourceState) -> CompiledSegment:
    """Prepares a segment, once. One that can't be understood raises RulesProblem when it is asked."""
    segment = state.resource
    assert isinstance(segment, model.Segment)  # noqa: S101  # the caller went by the resource's kind
    name = f"segment {state.id.key!r}"
    try:
        holds = any_of(compile_each("conditions", segment.conditions, compile_condition))
    except RulesProblem as problem:
        return CompiledSegment(state, _unusable(problem.inside(name)))
    contains = _contains(frozenset(segment.included), frozenset(segment.excluded), holds)
    if any(map(refers_to_segments, segment.conditions)):
        contains = _guarded(name, contains)
    return CompiledSegment(state, contains)


def refers_to_segments(condition: model.Condition) -> bool:
    """Whether a segment is asked for anywhere in the condition."""
    match condition:
        case model.SegmentMatch():
            return True
        case model.All(parts) | model.Any(parts):
            return any(map(refers_to_segments, parts))
        case model.Not(part):
            return refers_to_segments(part)
        case _:
            return False


def _contains(included: frozenset[str], excluded: frozenset[str], holds: Predicate) -> Predicate:
    def contains(context: EvaluationContext, view: Lookup) -> bool:
        key = targeting_key(context)
        if key is not None:
            if key in excluded:
                return False
            if key in included:
                return True
        return holds(context, view)

    return contains


def _guarded(name: str, contains: Predicate) -> Predicate:
    def guarded(context: EvaluationContext, view: Lookup) -> bool:
        visit = Visit.of(view)
        return visit.once(name, lambda: contains(context, visit))

    return guarded


def _unusable(problem: RulesProblem) -> Predicate:
    def contains(_context: EvaluationContext, _view: Lookup) -> bool:
        raise RulesProblem(problem.field, problem.description)

    return contains
