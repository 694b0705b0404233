"""What goes into an evaluation and what comes out, in OpenFeature's terms."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from vexil.core.frozen import FrozenDict
from vexil.core.resource import Revision
from vexil.core.value import ValueType

_NO_ATTRIBUTES: Mapping[str, Any] = FrozenDict()


class EvaluationContext:
    """Who or what a setting is evaluated for (OpenFeature specification §3).

    `targeting_key` is what buckets and explicit targets go by; None differs from "". `attributes` holds
    strings, numbers, booleans, lists and nested mappings; anything else matches nothing. The mapping is
    kept, not copied: don't change it while evaluations run.
    """

    __slots__ = ("attributes", "targeting_key")

    def __init__(self, targeting_key: str | None = None, attributes: Mapping[str, Any] | None = None) -> None:
        self.targeting_key = targeting_key
        self.attributes = _NO_ATTRIBUTES if attributes is None else attributes

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, EvaluationContext)
            and self.targeting_key == other.targeting_key
            and self.attributes == other.attributes
        )

    __hash__ = None  # type: ignore[assignment]  # attributes are mutable

    def __repr__(self) -> str:
        return f"EvaluationContext({self.targeting_key!r}, {dict(self.attributes)!r})"


EMPTY_CONTEXT = EvaluationContext()
"""Nobody in particular."""


class EvaluationReason(StrEnum):
    """Why a value was served (OpenFeature specification §2.2.5)."""

    STATIC = "STATIC"
    DEFAULT = "DEFAULT"
    TARGETING_MATCH = "TARGETING_MATCH"
    SPLIT = "SPLIT"
    DISABLED = "DISABLED"
    STALE = "STALE"
    ERROR = "ERROR"


class ErrorCode(StrEnum):
    """What went wrong in an evaluation (OpenFeature specification §1.4)."""

    FLAG_NOT_FOUND = "FLAG_NOT_FOUND"
    TYPE_MISMATCH = "TYPE_MISMATCH"
    TARGETING_KEY_MISSING = "TARGETING_KEY_MISSING"
    INVALID_CONTEXT = "INVALID_CONTEXT"
    PARSE_ERROR = "PARSE_ERROR"
    GENERAL = "GENERAL"
    PROVIDER_NOT_READY = "PROVIDER_NOT_READY"


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The outcome of one evaluation; one shared object per possible outcome of a setting.

    `value` is the plain Python value (bool, str, int, float, read-only JSON, SecretReference) and `type` its
    type; `type` is None when nothing is served, and the caller's own default then stands in. `variant` is
    None for a plain setting. `rule` says what decided (a rule's id, `rules[i]`, `targets[i]`,
    `prerequisites[i]`). `environment` is the one that the setting comes from, `revision` the one that last
    changed it.
    """

    key: str
    value: Any
    type: ValueType | None
    variant: str | None
    reason: EvaluationReason
    rule: str | None = None
    environment: str = ""
    revision: Revision = Revision(0)
    error_code: ErrorCode | None = None
    error_message: str = ""


def expect(evaluation: Evaluation, expected: ValueType) -> Evaluation:
    """The evaluation as it is for a caller who can only use that type."""
    if evaluation.type is None or evaluation.type is expected:
        return evaluation
    return replace(
        evaluation,
        value=None,
        type=None,
        variant=None,
        reason=EvaluationReason.ERROR,
        error_code=ErrorCode.TYPE_MISMATCH,
        error_message=f"{evaluation.key!r} is of type {evaluation.type}, not {expected}",
    )


@dataclass(frozen=True, slots=True)
class Bucket:
    """A place in a split: `bucket = hash * total_weight >> 32`."""

    hash: int
    bucket: int
    total_weight: int


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One step of a trace: what was looked at (`rules[2].condition.all[0]`), whether it held, and why."""

    path: str
    matched: bool
    detail: str
    bucket: Bucket | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """An evaluation with its steps in the order taken."""

    evaluation: Evaluation
    steps: tuple[TraceStep, ...]
