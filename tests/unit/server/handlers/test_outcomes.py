"""Answers that are encoded once."""

from dataclasses import replace

from vexil.core.evaluation import ErrorCode, Evaluation, EvaluationReason
from vexil.core.resource import Revision
from vexil.core.value import ValueType
from vexil.server.handlers import outcomes
from vexil.server.handlers.outcomes import EncodedOutcomes
from vexil.v1.config_service_pb2 import EvaluateResponse

RED = Evaluation("color", "red", ValueType.STRING, "warm", EvaluationReason.STATIC, environment="prod")


def test_answer_says_the_outcome_and_the_revision() -> None:
    response = EvaluateResponse.FromString(EncodedOutcomes().answer(RED, Revision(7)))
    assert (response.revision, response.evaluation.variant) == (7, "warm")
    assert response.evaluation.value.string_value == "red"


def test_same_outcome_at_the_same_revision_is_encoded_once() -> None:
    encoded = EncodedOutcomes()
    assert encoded.answer(RED, Revision(7)) is encoded.answer(RED, Revision(7))


def test_next_revision_is_answered_anew() -> None:
    encoded = EncodedOutcomes()
    answers = [
        EvaluateResponse.FromString(encoded.answer(RED, Revision(revision))).revision
        for revision in (7, 8, 7)
    ]
    assert answers == [7, 8, 7]


def test_outcomes_that_look_the_same_are_told_apart() -> None:
    """An id may be used again once its object is gone; what is remembered keeps its object."""
    encoded = EncodedOutcomes()
    for color in ("red", "blue", "green") * 50:
        response = EvaluateResponse.FromString(encoded.answer(replace(RED, value=color), Revision(7)))
        assert response.evaluation.value.string_value == color


def test_memory_is_bounded() -> None:
    encoded = EncodedOutcomes()
    for i in range(outcomes._MOST + 10):
        encoded.answer(replace(RED, value=str(i)), Revision(7))
    assert len(encoded._known) <= outcomes._MOST
    large = replace(RED, value="x" * 5000)
    error = replace(RED, type=None, value=None, error_code=ErrorCode.FLAG_NOT_FOUND)
    for outcome in (large, error):
        before = len(encoded._known)
        encoded.answer(outcome, Revision(7))
        assert len(encoded._known) == before
