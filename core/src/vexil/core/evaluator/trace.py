"""The trace of an evaluation: steps in the order taken, and conditions told one by one."""

from collections.abc import Sequence
from typing import Any

from vexil.core import setting as model
from vexil.core.evaluation import Bucket, EvaluationContext, TraceStep
from vexil.core.evaluator.attributes import is_list, plain, reader
from vexil.core.evaluator.compiled import Lookup
from vexil.core.evaluator.conditions import asks_for_absence
from vexil.core.evaluator.operators import OPERATORS, compile_operands

_LONGEST_TEXT = 80
_MOST_ITEMS = 5


class Trace:
    """Collects steps."""

    def __init__(self) -> None:
        self.steps: list[TraceStep] = []

    def add(self, path: str, matched: bool, detail: str, bucket: Bucket | None = None) -> bool:
        """Notes a step, and gives back whether it matched."""
        sendable = detail.encode(errors="replace").decode()  # an attribute may be named anything
        self.steps.append(TraceStep(path, matched, sendable, bucket))
        return matched

    def condition(
        self, path: str, condition: model.Condition, context: EvaluationContext, view: Lookup
    ) -> bool:
        """Whether the condition holds: tested as the compiled one, in the same order, step by step."""
        match condition:
            case model.Match():
                return self._match(path, condition, context)
            case model.SegmentMatch(keys):
                return any(
                    self._segment(f"{path}.segment[{index}]", key, context, view)
                    for index, key in enumerate(keys)
                )
            case model.All(parts):
                for index, part in enumerate(parts):
                    if not self.condition(f"{path}.all[{index}]", part, context, view):
                        return self.add(path, False, f"all[{index}] does not hold")
                return self.add(path, True, "all hold")
            case model.Any(parts):
                for index, part in enumerate(parts):
                    if self.condition(f"{path}.any[{index}]", part, context, view):
                        return self.add(path, True, f"any[{index}] holds")
                return self.add(path, False, "none holds")
            case model.Not(part):
                inner = self.condition(f"{path}.not", part, context, view)
                return self.add(path, not inner, "not holds" if inner else "not does not hold")

    def _match(self, path: str, match: model.Match, context: EvaluationContext) -> bool:
        value = reader(match.attribute)(context)
        if asks_for_absence(match):
            holds = value is None
        else:
            operands = compile_operands(match.operator, match.operands)
            holds = value is not None and OPERATORS[match.operator].holds(value, operands)
        wanted = match.operator.value.replace("_", " ")
        if match.operands:
            wanted = f"{wanted} {show([operand.data for operand in match.operands])}"
        return self.add(path, holds, f"{match.attribute} is {show(value)}; {wanted}")

    def _segment(self, path: str, key: str, context: EvaluationContext, view: Lookup) -> bool:
        segment = view.segments.get(key)
        if segment is None:
            return self.add(path, False, f"there is no segment {key!r}")
        contains = segment.contains(context, view)
        return self.add(path, contains, f"{'in' if contains else 'not in'} segment {key!r}")


def show(value: Any) -> str:
    """A value for people, on one line, whatever it is and however large."""
    if value is None:
        return "missing"
    if is_list(value):
        return _show_items(value)
    found = plain(value)
    match found:
        case None:
            return f"of type {type(value).__name__}"
        case bool():
            return "true" if found else "false"
        case str():
            text = found if len(found) <= _LONGEST_TEXT else f"{found[:_LONGEST_TEXT]}…"
            return f'"{text}"'
        case int() if found.bit_length() > 64:
            return f"an integer of {found.bit_length()} bits"
        case _:
            return str(found)


def _show_items(items: Sequence[Any]) -> str:
    shown = [
        f"of type {type(item).__name__}" if is_list(item) else show(item) for item in items[:_MOST_ITEMS]
    ]
    more = ["…"] if len(items) > _MOST_ITEMS else []
    return f"[{', '.join([*shown, *more])}]"
