"""What settings and segments become when they are compiled, and the types that their parts have."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from vexil.core.evaluation import Evaluation, EvaluationContext
from vexil.core.resource import ResourceState


class Lookup(Protocol):
    """Where prerequisites and segments are found while a setting is evaluated; a View is one."""

    @property
    def settings(self) -> "Mapping[str, CompiledSetting]":
        """The environment's settings by key."""

    @property
    def segments(self) -> "Mapping[str, CompiledSegment]":
        """The environment's segments by key."""


Decide = Callable[[EvaluationContext, Lookup], Evaluation]
"""Finds the outcome for a context. Never raises for anything that a context holds."""

Predicate = Callable[[EvaluationContext, Lookup], bool]
"""Says whether a condition holds for a context."""

Comparison = Callable[[Any, Any], bool]
"""Says whether an operator holds for an attribute's value, which is not None, and its prepared operands."""

Outcome = Evaluation | Decide
"""What a stage of an evaluation comes to: one outcome for every context, or a way to find it."""

CompiledRule = tuple[frozenset[Any] | None, str | None, Comparison | Predicate, Any, Outcome]
"""Texts, attribute, comparison, operands, outcome.

A match of one top-level attribute is compared in place; where it is one of equality, texts are its operands,
and decide for a `str` without a call. For any other condition the attribute is None, and the predicate
stands in the place of the comparison.
"""


class CompiledSetting:
    """A setting, ready to be evaluated: `setting.fixed or setting.evaluate(context, view)`.

    `fixed` is the outcome where no context can change it, and None elsewhere.
    """

    __slots__ = ("evaluate", "fixed", "state")

    def __init__(self, state: ResourceState, fixed: Evaluation | None, evaluate: Decide) -> None:
        self.state = state
        self.fixed = fixed
        self.evaluate = evaluate


class FixedSetting(CompiledSetting):
    """A setting whose outcome no context can change; most are, so it has no closure of its own."""

    __slots__ = ()
    fixed: Evaluation

    def __init__(self, state: ResourceState, fixed: Evaluation) -> None:
        self.state = state
        self.fixed = fixed

    def evaluate(self, _context: EvaluationContext, _view: Lookup) -> Evaluation:
        """The outcome."""
        return self.fixed


class CompiledSegment:
    """A segment, ready to be asked: `segment.contains(context, view)`.

    `contains` raises RulesProblem where the segment, or one that it refers to, can't be understood, and
    CircularReference where it leads back to itself; it passes on what the context's own objects raise.
    """

    __slots__ = ("contains", "state")

    def __init__(self, state: ResourceState, contains: Predicate) -> None:
        self.state = state
        self.contains = contains
