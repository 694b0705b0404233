"""Answers about flags that have no value."""

import pytest

from vexil.bridge.questions.evaluate import read
from vexil.v1.config_service_pb2 import EvaluateResponse
from vexil.v1.evaluation_pb2 import Evaluation, EvaluationErrorCode, EvaluationReason

MISSING = Evaluation(
    key="x",
    reason=EvaluationReason.EVALUATION_REASON_ERROR,
    error_code=EvaluationErrorCode.EVALUATION_ERROR_CODE_TARGETING_KEY_MISSING,
    error_message="the context has no targeting key",
)
OFF = Evaluation(key="x", reason=EvaluationReason.EVALUATION_REASON_DISABLED)


@pytest.mark.parametrize(
    ("evaluation", "missing", "message"),
    [
        (MISSING, "TARGETING_KEY_MISSING", "the context has no targeting key"),
        (OFF, "DISABLED", "the flag is off, or a prerequisite of it is not met, and it has no off variant"),
    ],
)
def test_flag_without_a_value_says_why(evaluation: Evaluation, missing: str, message: str) -> None:
    reading = read(EvaluateResponse(evaluation=evaluation))

    assert (reading.missing, reading.message) == (missing, message)
