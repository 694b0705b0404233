"""The same evaluation step by step, for people: what was looked at, and why it decided or did not.

It goes through the setting as it was written, and shares operators, segments, buckets and outcomes with the
compiled form, so that both come to the same evaluation.
"""

from itertools import accumulate
from typing import Protocol

from vexil.core.evaluation import (
    ErrorCode,
    Evaluation,
    EvaluationContext,
    EvaluationReason,
    Explanation,
)
from vexil.core.evaluator import buckets, outcomes, splits
from vexil.core.evaluator.attributes import TARGETING_KEY, reader, targeting_key
from vexil.core.evaluator.compile import check_shape, compile_outcome, rule_name
from vexil.core.evaluator.compiled import Lookup
from vexil.core.evaluator.problems import RulesProblem
from vexil.core.evaluator.trace import Trace, show
from vexil.core.evaluator.visit import Visit
from vexil.core.resource import ResourceState
from vexil.core.setting import Serve, Setting, Split


class Explainable(Lookup, Protocol):
    """A view that also knows what to say of a key that it does not have; a View is one."""

    def not_found(self, key: str) -> Evaluation:
        """The outcome for a key that the environment does not have."""


def explain(view: Explainable, key: str, context: EvaluationContext) -> Explanation:
    """What `view.evaluate(key, context)` gives, with the steps that led there. Never raises."""
    compiled = view.settings.get(key)
    if compiled is None:
        return Explanation(view.not_found(key), ())
    setting = compiled.state.resource
    assert isinstance(setting, Setting)  # noqa: S101  # it stands among the settings
    account = _Account(compiled.state, setting, context)
    return Explanation(account.evaluate(view), tuple(account.trace.steps))


class _Account:
    """One setting's evaluation for one context, told."""

    def __init__(self, state: ResourceState, setting: Setting, context: EvaluationContext) -> None:
        self.state = state
        self.setting = setting
        self.context = context
        self.trace = Trace()

    def evaluate(self, view: Lookup) -> Evaluation:
        try:
            compile_outcome(self.state, self.setting)
            return self._stages(view)
        except RulesProblem as problem:
            self.trace.add(problem.field, False, problem.description)
            return outcomes.failure(self.state, problem, self.context, view)
        except Exception as problem:  # noqa: BLE001  # a context's own objects may raise anything
            return outcomes.failure(self.state, problem, self.context, view)

    def _stages(self, view: Lookup) -> Evaluation:
        setting = self.setting
        if not self.trace.add(
            "enabled", setting.enabled, f"the setting is {'on' if setting.enabled else 'off'}"
        ):
            return outcomes.disabled(self.state, setting)
        serve = check_shape(setting)
        if serve is None:
            assert setting.value is not None  # noqa: S101  # or it would serve something
            self.trace.add("value", True, "the setting is plain: it has one value")
            return outcomes.served(self.state, setting.value, None, EvaluationReason.STATIC)
        if not setting.prerequisites:
            return self._targeting(serve, view)
        visit = Visit.of(view)
        return visit.once(
            f"setting {self.state.id.key!r}",
            lambda: self._prerequisites(visit) or self._targeting(serve, visit),
        )

    def _prerequisites(self, view: Lookup) -> Evaluation | None:
        for index, prerequisite in enumerate(self.setting.prerequisites):
            path = f"prerequisites[{index}]"
            wanted = show(prerequisite.variants)
            other = view.settings.get(prerequisite.key)
            if other is None:
                met = self.trace.add(path, False, f"there is no setting {prerequisite.key!r}")
            else:
                found = other.fixed or other.evaluate(self.context, view)
                met = found.variant in prerequisite.variants
                serves = "no variant" if found.variant is None else show(found.variant)
                said = f"{prerequisite.key} serves {serves} ({found.reason.value})"
                self.trace.add(path, met, f"{said}; wanted one of {wanted}")
            if not met:
                return outcomes.disabled(self.state, self.setting, path)
        return None

    def _targeting(self, serve: Serve, view: Lookup) -> Evaluation:
        setting = self.setting
        always = not (setting.prerequisites or setting.targets or setting.rules)
        reason = EvaluationReason.STATIC if always else EvaluationReason.DEFAULT
        return self._targets() or self._rules(view) or self._serve("serve", serve, reason, None)

    def _targets(self) -> Evaluation | None:
        if not self.setting.targets:
            return None
        key = targeting_key(self.context)
        for index, target in enumerate(self.setting.targets):
            path = f"targets[{index}]"
            named = key is not None and key in target.targeting_keys
            said = "is" if named else "is not"
            if self.trace.add(
                path, named, f"{show(key)} {said} among {len(target.targeting_keys)} targeting keys"
            ):
                reason = EvaluationReason.TARGETING_MATCH
                return outcomes.variant(self.state, self.setting, target.variant, reason, path)
        return None

    def _rules(self, view: Lookup) -> Evaluation | None:
        if self.setting.rules:
            self.context.attributes.get  # noqa: B018  # rules need attributes that can be read, used or not
        for index, rule in enumerate(self.setting.rules):
            path = f"rules[{index}]"
            if self.trace.condition(f"{path}.condition", rule.condition, self.context, view):
                name = rule_name(rule, index)
                return self._serve(f"{path}.serve", rule.serve, EvaluationReason.TARGETING_MATCH, name)
        return None

    def _serve(self, path: str, serve: Serve, reason: EvaluationReason, rule: str | None) -> Evaluation:
        if isinstance(serve, Split):
            return self._split(f"{path}.split", serve, rule)
        self.trace.add(path, True, f"serves {show(serve)}")
        return outcomes.variant(self.state, self.setting, serve, reason, rule)

    def _split(self, path: str, split: Split, rule: str | None) -> Evaluation:
        if split.bucket_by is None or split.bucket_by == TARGETING_KEY:
            key = targeting_key(self.context)
        else:
            key = buckets.key_text(reader(split.bucket_by)(self.context))
        if key is None:
            message = splits.missing_message(split)
            self.trace.add(path, False, message)
            return outcomes.error(self.state, ErrorCode.TARGETING_KEY_MISSING, message, rule)
        prefix = splits.salt_prefix(self.state, self.setting)
        bucket = buckets.place(buckets.hash_of(prefix, key), splits.total_weight(split))
        ends = accumulate(share.weight for share in split.weights)
        variant = next(
            share.variant for share, end in zip(split.weights, ends, strict=True) if bucket.bucket < end
        )
        detail = f"{show(key)} is in bucket {bucket.bucket} of {bucket.total_weight}: serves {show(variant)}"
        self.trace.add(path, True, detail, bucket)
        return outcomes.variant(self.state, self.setting, variant, EvaluationReason.SPLIT, rule)
