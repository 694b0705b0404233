"""Settings, compiled: from what was written to the closures that answer.

Everything that can be known without a context is done here, once: a setting that no context can change
becomes one outcome; the rest becomes a chain of closures, one for each stage that the setting has
(prerequisites → targets → rules → default), each of which falls through to the next. The rules of a busy
setting become a generated function later.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from vexil.core.evaluation import ErrorCode, Evaluation, EvaluationContext, EvaluationReason
from vexil.core.evaluator import outcomes
from vexil.core.evaluator.attributes import targeting_key
from vexil.core.evaluator.compiled import (
    CompiledRule,
    CompiledSetting,
    Decide,
    FixedSetting,
    Lookup,
    Outcome,
)
from vexil.core.evaluator.conditions import compile_condition, compile_each, top_level_match
from vexil.core.evaluator.generated import generate_rules
from vexil.core.evaluator.operators import OPERATORS, compile_operands
from vexil.core.evaluator.problems import RulesProblem
from vexil.core.evaluator.splits import compile_split
from vexil.core.evaluator.visit import Visit
from vexil.core.resource import ResourceState
from vexil.core.setting import Operator, Rule, Serve, Setting, Split

ByRules = Callable[[ResourceState, Sequence[CompiledRule], Outcome], Decide]
"""Makes the stage that tries rules in order and then the rest."""

BUSY = 100
"""After so many evaluations a setting's rules become a generated function."""


def compile_setting(state: ResourceState) -> CompiledSetting:
    """Prepares a setting for evaluation, once. One that can't be understood answers PARSE_ERROR."""
    setting = state.resource
    assert isinstance(setting, Setting)  # noqa: S101  # the caller went by the resource's kind
    try:
        outcome = compile_outcome(state, setting)
    except RulesProblem as problem:
        outcome = outcomes.error(state, ErrorCode.PARSE_ERROR, problem.message)
    if isinstance(outcome, Evaluation):
        return FixedSetting(state, outcome)
    compiled = CompiledSetting(state, None, outcome)
    if setting.rules:
        compiled.evaluate = _until_busy(compiled, setting, outcome)
    return compiled


def _until_busy(compiled: CompiledSetting, setting: Setting, decide: Decide) -> Decide:
    """Counts evaluations, and replaces itself when they are many. Threads that race only do it twice."""
    calls = 0

    def evaluate(context: EvaluationContext, view: Lookup) -> Evaluation:
        nonlocal calls
        calls += 1
        if calls >= BUSY:
            generated = compile_outcome(compiled.state, setting, generate_rules)
            compiled.evaluate = decide if isinstance(generated, Evaluation) else generated
        return decide(context, view)

    return evaluate


def rule_name(rule: Rule, index: int) -> str:
    """How an evaluation names a rule."""
    return rule.id or f"rules[{index}]"


def check_shape(setting: Setting) -> Serve | None:
    """What a flag serves by default; None for a plain setting. Raises RulesProblem where it is neither."""
    if setting.value is None:
        if setting.serve is None:
            raise RulesProblem("", "the setting has neither a value nor anything to serve")
        return setting.serve
    if setting.variants or setting.serve or setting.rules or setting.targets or setting.prerequisites:
        raise RulesProblem("value", "a setting with a value can't have variants or rules")
    return None


def compile_outcome(state: ResourceState, setting: Setting, by_rules: ByRules | None = None) -> Outcome:
    """What a setting comes to. Raises RulesProblem with the place of what can't be understood.

    `by_rules` makes the stage that tries the rules; None: the closure.
    """
    if not setting.enabled:
        return outcomes.disabled(state, setting)
    serve = check_shape(setting)
    if serve is None:
        assert setting.value is not None  # noqa: S101  # or it would serve something
        return outcomes.served(state, setting.value, None, EvaluationReason.STATIC)
    always = not (setting.prerequisites or setting.targets or setting.rules)
    reason = EvaluationReason.STATIC if always else EvaluationReason.DEFAULT
    try:
        outcome = _serve(state, setting, serve, reason)
    except RulesProblem as problem:
        raise problem.inside("serve") from None
    if setting.rules:
        outcome = (by_rules or _by_rules)(state, _compile_rules(state, setting), outcome)
    if setting.targets:
        outcome = _by_targets(state, _compile_targets(state, setting), outcome)
    if setting.prerequisites:
        outcome = _by_prerequisites(state, _compile_prerequisites(state, setting), outcome)
    return outcome


def _serve(
    state: ResourceState, setting: Setting, serve: Serve, reason: EvaluationReason, rule: str | None = None
) -> Outcome:
    if isinstance(serve, Split):
        try:
            return compile_split(state, setting, serve, rule)
        except RulesProblem as problem:
            raise problem.inside("split") from None
    return outcomes.variant(state, setting, serve, reason, rule)


def _compile_rules(state: ResourceState, setting: Setting) -> Sequence[CompiledRule]:
    names = iter([rule_name(rule, index) for index, rule in enumerate(setting.rules)])
    return compile_each("rules", setting.rules, lambda rule: _compile_rule(state, setting, rule, next(names)))


def _compile_rule(state: ResourceState, setting: Setting, rule: Rule, name: str) -> CompiledRule:
    try:
        outcome = _serve(state, setting, rule.serve, EvaluationReason.TARGETING_MATCH, name)
    except RulesProblem as problem:
        raise problem.inside("serve") from None
    try:
        match = top_level_match(rule.condition)
        if match is None:
            return None, None, compile_condition(rule.condition), None, outcome
        operands = compile_operands(match.operator, match.operands)
    except RulesProblem as problem:
        raise problem.inside("condition") from None
    texts = operands if match.operator is Operator.EQUALS else None
    return texts, match.attribute, OPERATORS[match.operator].holds, operands, outcome


def _by_rules(state: ResourceState, rules: Sequence[CompiledRule], rest: Outcome) -> Decide:
    def decide(context: EvaluationContext, view: Lookup) -> Evaluation:
        try:
            get: Callable[[Any], Any] = context.attributes.get
            for texts, attribute, holds, operands, outcome in rules:
                if texts is not None:
                    value = get(attribute)
                    if type(value) is str:
                        if value not in texts:
                            continue
                    elif value is None or not holds(value, operands):
                        continue
                elif attribute is not None:
                    value = get(attribute)
                    if value is None or not holds(value, operands):
                        continue
                elif not holds(context, view):
                    continue
                return outcome if isinstance(outcome, Evaluation) else outcome(context, view)
            return rest if isinstance(rest, Evaluation) else rest(context, view)
        except Exception as problem:  # noqa: BLE001  # a context's own objects may raise anything
            return outcomes.failure(state, problem, context, view)

    return decide


def _compile_targets(state: ResourceState, setting: Setting) -> Mapping[str, Evaluation]:
    targets: dict[str, Evaluation] = {}
    for index, target in enumerate(setting.targets):
        name = f"targets[{index}]"
        try:
            outcome = outcomes.variant(state, setting, target.variant, EvaluationReason.TARGETING_MATCH, name)
        except RulesProblem as problem:
            raise problem.inside(name) from None
        for key in target.targeting_keys:
            targets.setdefault(key, outcome)
    return targets


def _by_targets(state: ResourceState, targets: Mapping[str, Evaluation], rest: Outcome) -> Decide:
    def decide(context: EvaluationContext, view: Lookup) -> Evaluation:
        try:
            key = targeting_key(context)
            if key is not None and key in targets:
                return targets[key]
            return rest if isinstance(rest, Evaluation) else rest(context, view)
        except Exception as problem:  # noqa: BLE001  # whatever stands in for a context may raise anything
            return outcomes.failure(state, problem, context, view)

    return decide


CompiledPrerequisite = tuple[str, frozenset[str], Evaluation]
"""The other flag's key, the variants of it that satisfy, and the outcome where none of these is served."""


def _compile_prerequisites(state: ResourceState, setting: Setting) -> Sequence[CompiledPrerequisite]:
    return [
        (
            prerequisite.key,
            frozenset(prerequisite.variants),
            outcomes.disabled(state, setting, f"prerequisites[{index}]"),
        )
        for index, prerequisite in enumerate(setting.prerequisites)
    ]


def _by_prerequisites(
    state: ResourceState, prerequisites: Sequence[CompiledPrerequisite], rest: Outcome
) -> Decide:
    name = f"setting {state.id.key!r}"

    def decide(context: EvaluationContext, view: Lookup) -> Evaluation:
        try:
            visit = Visit.of(view)
            return visit.once(name, lambda: follow(context, visit))
        except Exception as problem:  # noqa: BLE001  # a context's own objects may raise anything
            return outcomes.failure(state, problem, context, view)

    def follow(context: EvaluationContext, visit: Visit) -> Evaluation:
        for key, variants, unmet in prerequisites:
            other = visit.settings.get(key)
            if other is None or (other.fixed or other.evaluate(context, visit)).variant not in variants:
                return unmet
        return rest if isinstance(rest, Evaluation) else rest(context, visit)

    return decide
