"""Weighted splits, compiled: from a context's bucket to the outcome."""

from bisect import bisect_right
from itertools import accumulate

from mmh3 import mmh3_32_uintdigest

from vexil.core.evaluation import ErrorCode, Evaluation, EvaluationContext, EvaluationReason
from vexil.core.evaluator import buckets, outcomes
from vexil.core.evaluator.attributes import TARGETING_KEY, reader, targeting_key
from vexil.core.evaluator.compiled import Decide, Lookup
from vexil.core.evaluator.conditions import compile_each
from vexil.core.evaluator.problems import RulesProblem
from vexil.core.resource import ResourceState
from vexil.core.setting import Setting, Split

MAX_TOTAL_WEIGHT = 2**31 - 1


def compile_split(state: ResourceState, setting: Setting, split: Split, rule: str | None) -> Decide:
    """Finds a context's outcome in a split. Raises RulesProblem."""
    total = total_weight(split)
    prefix = salt_prefix(state, setting)
    results = compile_each(
        "weights",
        split.weights,
        lambda share: outcomes.variant(state, setting, share.variant, EvaluationReason.SPLIT, rule),
    )
    edges = [buckets.hash_edge(end, total) for end in accumulate(share.weight for share in split.weights)]
    missing = outcomes.error(state, ErrorCode.TARGETING_KEY_MISSING, missing_message(split), rule)
    if split.bucket_by is None or split.bucket_by == TARGETING_KEY:
        return _by_targeting_key(state, prefix, edges, results, missing)
    return _by_attribute(state, prefix, split.bucket_by, edges, results, missing)


def total_weight(split: Split) -> int:
    """The sum of the weights. Raises RulesProblem when it, or one of them, is out of bounds."""
    for index, share in enumerate(split.weights):
        if share.weight < 0:
            raise RulesProblem(f"weights[{index}].weight", f"{share.weight} is below 0")
    total = sum(share.weight for share in split.weights)
    if not 0 < total <= MAX_TOTAL_WEIGHT:
        raise RulesProblem("weights", f"the sum is {total}; it must be from 1 to {MAX_TOTAL_WEIGHT}")
    return total


def salt_prefix(state: ResourceState, setting: Setting) -> bytes:
    """What the hash of every bucket key of the setting begins with. Raises RulesProblem."""
    try:
        return buckets.salt_prefix(state.id.key if setting.salt is None else setting.salt)
    except UnicodeEncodeError:
        raise RulesProblem("", "the salt is not valid Unicode text") from None


def missing_message(split: Split) -> str:
    """What is said of a context that has nothing to be bucketed by."""
    if split.bucket_by is None:
        return "the context has no targeting key, which the split goes by"
    return f"the context has no text or number {split.bucket_by!r}, which the split goes by"


def _by_targeting_key(
    state: ResourceState,
    prefix: bytes,
    edges: list[int],
    results: tuple[Evaluation, ...],
    missing: Evaluation,
) -> Decide:
    heads, digest = buckets.SHORT_HEADS, mmh3_32_uintdigest
    # Most splits are in or out: the first two ranges are compared in place.
    edge, next_edge = edges[0], edges[min(1, len(edges) - 1)]
    first, second = results[0], results[min(1, len(edges) - 1)]

    def decide(context: EvaluationContext, view: Lookup) -> Evaluation:
        try:
            key = context.targeting_key
            if type(key) is not str:
                key = targeting_key(context)
                if key is None:
                    return missing
            data = key.encode()
            length = len(data)
            head = heads[length] if length < 256 else buckets.text_head(length)
            found = digest(prefix + head + data)
            if found < edge:
                return first
            return second if found < next_edge else results[bisect_right(edges, found)]
        except Exception as problem:  # noqa: BLE001  # whatever stands in for a context may raise anything
            return outcomes.failure(state, problem, context, view)

    return decide


def _by_attribute(
    state: ResourceState,
    prefix: bytes,
    attribute: str,
    edges: list[int],
    results: tuple[Evaluation, ...],
    missing: Evaluation,
) -> Decide:
    read = reader(attribute)

    def decide(context: EvaluationContext, view: Lookup) -> Evaluation:
        try:
            key = buckets.key_text(read(context))
            if key is None:
                return missing
            return results[bisect_right(edges, buckets.hash_of(prefix, key))]
        except Exception as problem:  # noqa: BLE001  # a context's own objects may raise anything
            return outcomes.failure(state, problem, context, view)

    return decide
