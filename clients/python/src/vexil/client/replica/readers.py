"""What answers reads while there is no current state: an old one, or none."""

from dataclasses import replace
from typing import Protocol

from vexil.core.evaluation import EMPTY_CONTEXT, ErrorCode, Evaluation, EvaluationContext, EvaluationReason
from vexil.core.view import View


class Reader(Protocol):
    """Answers evaluations. A `View` is the one that answers from a current state."""

    def evaluate(self, key: str, context: EvaluationContext = EMPTY_CONTEXT) -> Evaluation:
        """What the context gets from the setting; never raises."""
        ...


class StaleReader:
    """Answers from a state that may be out of date: as the state says, with reason STALE where it serves."""

    __slots__ = ("_view",)

    def __init__(self, view: View) -> None:
        self._view = view

    def evaluate(self, key: str, context: EvaluationContext = EMPTY_CONTEXT) -> Evaluation:
        """The old state's answer, marked."""
        evaluation = self._view.evaluate(key, context)
        if evaluation.type is None:
            return evaluation
        return replace(evaluation, reason=EvaluationReason.STALE)


class NotReadyReader:
    """Answers while nothing is known yet: the caller's default stands in."""

    __slots__ = ("_message",)

    def __init__(self, message: str) -> None:
        self._message = message

    def evaluate(self, key: str, context: EvaluationContext = EMPTY_CONTEXT) -> Evaluation:
        """No value, and why."""
        return Evaluation(
            key,
            None,
            None,
            None,
            EvaluationReason.ERROR,
            error_code=ErrorCode.PROVIDER_NOT_READY,
            error_message=self._message,
        )
