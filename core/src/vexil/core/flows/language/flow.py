"""A flow as its checks see it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vexil.core.flows.pointers import Place


@dataclass(frozen=True, slots=True)
class Transition:
    """A way to another action; `target` is None where it is no text, a finding already."""

    target: str | None
    place: Place
    label: str = ""
    """The error's type, or what the condition compares; empty for `NextAction`."""


@dataclass(frozen=True, slots=True)
class Action:
    """A step of a flow; `identifier` and `type` are None where they are no text, a finding already.

    `next` is None where the action has no `NextAction`.
    """

    place: Place
    identifier: str | None
    type: str | None
    parameters: Mapping[str, Any]
    parameters_place: Place
    transitions_place: Place
    next: Transition | None
    errors: tuple[Transition, ...]
    conditions: tuple[Transition, ...]

    @property
    def transitions(self) -> tuple[Transition, ...]:
        """Every way out, in the order in which Amazon Connect takes them: conditions, errors, the rest."""
        return (*self.conditions, *self.errors, *((self.next,) if self.next else ()))


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow; `start` is None where `StartAction` is no text."""

    start: str | None
    actions: tuple[Action, ...]
