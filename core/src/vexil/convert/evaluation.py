"""Evaluation: contexts, outcomes, traces; `vexil.core.evaluation` and `vexil/v1/evaluation.proto`.

The server's hot path: fields are read and set one by one, without tables.
"""

from typing import Any

from vexil.convert.codec import REFUSALS, Enumeration, Functions, fill_each, located
from vexil.convert.paths import at_key, each, prefixed, within, written_by_server
from vexil.convert.records import Record
from vexil.convert.values import fill_value, written_value_from_proto
from vexil.convert.wellknown import fill_struct, read_json
from vexil.core.errors import InvalidRequest
from vexil.core.evaluation import (
    Bucket,
    ErrorCode,
    Evaluation,
    EvaluationContext,
    EvaluationReason,
    Explanation,
    TraceStep,
)
from vexil.core.resource import Revision
from vexil.v1 import config_service_pb2
from vexil.v1 import evaluation_pb2 as wire

_REASONS: Enumeration[EvaluationReason] = Enumeration(
    EvaluationReason, wire.EvaluationReason, "EVALUATION_REASON"
)
_ERROR_CODES: Enumeration[ErrorCode] = Enumeration(
    ErrorCode, wire.EvaluationErrorCode, "EVALUATION_ERROR_CODE"
)
_REASON_NUMBERS = _REASONS.numbers
_ERROR_CODE_NUMBERS = _ERROR_CODES.numbers
_STEP = Record(TraceStep, wire.TraceStep, bucket=Record(Bucket, wire.Bucket))


def context_from_proto(message: wire.EvaluationContext) -> EvaluationContext:
    """Who or what is evaluated for. Raises InvalidRequest."""
    attributes: dict[str, Any] = {}
    fields = message.attributes.fields
    for name in fields:
        field = fields[name]
        # Most attributes are text: asking for it first saves asking which member is set.
        if text := field.string_value:
            attributes[name] = text
            continue
        try:
            attributes[name] = read_json(field, 1)
        except InvalidRequest as error:
            raise prefixed(error, f"attributes{at_key(name)}") from None
    targeting_key = message.targeting_key
    if not targeting_key and not message.HasField("targeting_key"):
        return EvaluationContext(None, attributes)
    return EvaluationContext(targeting_key, attributes)


def context_to_proto(context: EvaluationContext) -> wire.EvaluationContext:
    """The message of a context. Raises InvalidRequest for an attribute that is not a JSON value."""
    message = wire.EvaluationContext()
    place = "targeting_key"
    try:
        if context.targeting_key is not None:
            message.targeting_key = context.targeting_key
        place = "attributes"
        if context.attributes:
            fill_struct(message.attributes, context.attributes)
    except REFUSALS as error:
        raise located(error, place) from None
    return message


def evaluation_to_proto(evaluation: Evaluation) -> wire.Evaluation:
    """The message of an outcome. Raises InvalidRequest."""
    message = wire.Evaluation()
    fill_evaluation(message, evaluation)
    return message


def fill_evaluation(message: wire.Evaluation, evaluation: Evaluation) -> None:
    """Makes an empty message, such as the member of an answer, say the outcome. Raises InvalidRequest."""
    place = "value"
    try:
        if evaluation.type is not None:
            fill_value(message.value, evaluation.type, evaluation.value)
        place = "key"
        message.key = evaluation.key
        message.reason = _REASON_NUMBERS[evaluation.reason]
        message.revision = evaluation.revision
        place = "environment"
        message.environment = evaluation.environment
        place = "variant"
        if evaluation.variant is not None:
            message.variant = evaluation.variant
        place = "rule"
        if evaluation.rule is not None:
            message.rule = evaluation.rule
        if evaluation.error_code is not None:
            message.error_code = _ERROR_CODE_NUMBERS[evaluation.error_code]
        place = "error_message"
        message.error_message = evaluation.error_message
    except REFUSALS as error:
        raise located(error, place) from None


@written_by_server
def evaluation_from_proto(message: wire.Evaluation) -> Evaluation:
    """An outcome. Raises Unimplemented and DataLoss."""
    return _read_evaluation(message)


def _read_evaluation(message: wire.Evaluation) -> Evaluation:
    place = "value"
    try:
        value = written_value_from_proto(message.value) if message.HasField("value") else None
        place = "reason"
        reason = _REASONS.read(message.reason)
        place = "error_code"
        error_code = _ERROR_CODES.read(message.error_code) if message.error_code else None
    except InvalidRequest as error:
        raise prefixed(error, place) from None
    return Evaluation(
        key=message.key,
        value=None if value is None else value.data,
        type=None if value is None else value.type,
        variant=message.variant or None,
        reason=reason,
        rule=message.rule or None,
        environment=message.environment,
        revision=Revision(message.revision),
        error_code=error_code,
        error_message=message.error_message,
    )


EVALUATION = Functions(_read_evaluation, fill_evaluation)


def explanation_to_proto(explanation: Explanation) -> config_service_pb2.ExplainResponse:
    """An answer with outcome and steps; the caller adds what it was made from. Raises InvalidRequest."""
    message = config_service_pb2.ExplainResponse()
    with within("evaluation"):
        fill_evaluation(message.evaluation, explanation.evaluation)
    with within("steps"):
        fill_each(_STEP.fill, message.steps, explanation.steps)
    return message


@written_by_server
def explanation_from_proto(message: config_service_pb2.ExplainResponse) -> Explanation:
    """The outcome and the steps of an answer. Raises Unimplemented and DataLoss."""
    with within("evaluation"):
        evaluation = _read_evaluation(message.evaluation)
    with within("steps"):
        return Explanation(evaluation, each(_STEP.read, message.steps))
