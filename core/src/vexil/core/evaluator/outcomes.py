"""The outcomes of a setting: one object for each, built when the setting is compiled."""

from vexil.core.evaluation import ErrorCode, Evaluation, EvaluationContext, EvaluationReason
from vexil.core.evaluator.attributes import complaint
from vexil.core.evaluator.compiled import Lookup
from vexil.core.evaluator.problems import CircularReference, RulesProblem
from vexil.core.evaluator.visit import Visit
from vexil.core.resource import ResourceState
from vexil.core.setting import Setting
from vexil.core.value import Value


def served(
    state: ResourceState,
    value: Value,
    variant: str | None,
    reason: EvaluationReason,
    rule: str | None = None,
) -> Evaluation:
    """The outcome that serves a value."""
    return Evaluation(
        state.id.key, value.data, value.type, variant, reason, rule, state.id.environment, state.revision
    )


def variant(
    state: ResourceState,
    setting: Setting,
    name: str,
    reason: EvaluationReason,
    rule: str | None = None,
) -> Evaluation:
    """The outcome that serves a variant. Raises RulesProblem when the setting has none of that name."""
    value = setting.variants.get(name)
    if value is None:
        raise RulesProblem("", f"there is no variant {name!r}")
    return served(state, value, name, reason, rule)


def disabled(state: ResourceState, setting: Setting, rule: str | None = None) -> Evaluation:
    """The outcome while the setting is off: its off variant, or nothing. Raises RulesProblem."""
    if setting.off_variant is not None:
        try:
            return variant(state, setting, setting.off_variant, EvaluationReason.DISABLED, rule)
        except RulesProblem as problem:
            raise problem.inside("off_variant") from None
    place = state.id.environment, state.revision
    return Evaluation(state.id.key, None, None, None, EvaluationReason.DISABLED, rule, *place)


def error(state: ResourceState, code: ErrorCode, message: str, rule: str | None = None) -> Evaluation:
    """The outcome that serves nothing because something is wrong."""
    place = state.id.environment, state.revision
    return Evaluation(state.id.key, None, None, None, EvaluationReason.ERROR, rule, *place, code, message)


def failure(state: ResourceState, problem: Exception, context: EvaluationContext, view: Lookup) -> Evaluation:
    """The outcome of an evaluation that raised.

    Inside a visit, what is wrong with the way itself is raised again: the setting that began the visit
    answers for it, so that everything that leads into a circle says so.
    """
    match problem:
        case CircularReference() | RecursionError() if isinstance(view, Visit):
            raise problem
        case CircularReference() | RulesProblem():
            return error(state, ErrorCode.PARSE_ERROR, problem.message)
        case RecursionError():
            return error(state, ErrorCode.GENERAL, "the program's stack has no room left for an evaluation")
        case _:
            return error(state, ErrorCode.INVALID_CONTEXT, complaint(context, problem))
