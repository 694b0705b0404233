"""Following references between settings and between segments, without going round in circles."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from vexil.core.evaluator.compiled import CompiledSegment, CompiledSetting, Lookup
from vexil.core.evaluator.problems import CircularReference

MAX_DEPTH = 32
"""How many settings and segments may be under evaluation inside each other."""

Answer = TypeVar("Answer")


class Visit:
    """One evaluation's way through prerequisites and segments; stands in for the view.

    Each setting and segment that refers to others is evaluated once, whatever the number of ways to it.
    """

    __slots__ = ("_answers", "_way", "segments", "settings")

    def __init__(self, view: Lookup) -> None:
        self.settings: Mapping[str, CompiledSetting] = view.settings
        self.segments: Mapping[str, CompiledSegment] = view.segments
        self._answers: dict[str, Any] = {}
        self._way: list[str] = []

    @staticmethod
    def of(view: Lookup) -> "Visit":
        """The visit that is under way, or a new one."""
        return view if isinstance(view, Visit) else Visit(view)

    def once(self, name: str, answer: Callable[[], Answer]) -> Answer:
        """The answer of what is named. Raises CircularReference where it would need its own answer."""
        if name in self._answers:
            return self._answers[name]  # type: ignore[no-any-return]
        way = self._way
        if name in way:
            circle = " → ".join([*way[way.index(name) :], name])
            raise CircularReference(f"circular reference: {circle}", metadata={"cycle": circle})
        if len(way) == MAX_DEPTH:
            raise CircularReference(f"{name} is more than {MAX_DEPTH} references away from {way[0]}")
        way.append(name)
        try:
            found = self._answers[name] = answer()
        finally:
            way.pop()
        return found
