"""`operation=evaluate`: what a contact gets from a flag, or from several at one revision."""

from typing import Any

from vexil.bridge.event import Caller
from vexil.bridge.names import enum_word
from vexil.bridge.parameters import Parameters
from vexil.bridge.plain import plain_value
from vexil.bridge.questions.contact import context_of
from vexil.bridge.questions.question import Place, Reading
from vexil.v1 import config_service_pb2 as pb
from vexil.v1 import evaluation_pb2
from vexil.v1.evaluation_pb2 import Evaluation

_TYPES = ("bool", "string", "int", "double", "json", "secret")
_REASON = evaluation_pb2.DESCRIPTOR.enum_types_by_name["EvaluationReason"]
_ERROR = evaluation_pb2.DESCRIPTOR.enum_types_by_name["EvaluationErrorCode"]

_OFF = "the flag is off, or a prerequisite of it is not met, and it has no off variant"


def request(
    parameters: Parameters, place: Place, caller: Caller
) -> pb.EvaluateRequest | pb.EvaluateBatchRequest:
    """One flag with `flag`, several with `flags`. Raises InvalidRequest."""
    context = context_of(caller)
    if keys := parameters.names("flags"):
        return pb.EvaluateBatchRequest(
            namespace=place.namespace, environment=place.environment, keys=keys, context=context
        )
    kind = parameters.choice("type", _TYPES) if parameters.get("type") else "unspecified"
    return pb.EvaluateRequest(
        namespace=place.namespace,
        environment=place.environment,
        key=parameters.require("flag", "the key of a setting; or `flags`, several with commas"),
        context=context,
        expected_type=f"VALUE_TYPE_{kind.upper()}",
    )


def read(answer: pb.EvaluateResponse | pb.EvaluateBatchResponse) -> Reading:
    """Of one flag its value; of several each under `flags` and its key."""
    if isinstance(answer, pb.EvaluateBatchResponse):
        flags = {each.key: outcome(each) for each in answer.evaluations}
        return Reading("EVALUATED", {"flags": flags}, answer.revision)
    evaluation = answer.evaluation
    fields = {"flag": evaluation.key, **outcome(evaluation)}
    reason = fields.pop("reason")
    if "value" in fields:
        return Reading(reason, fields, answer.revision)
    message = evaluation.error_message or _OFF
    return Reading(reason, fields, answer.revision, missing=fields.get("errorCode", reason), message=message)


def outcome(evaluation: Evaluation) -> dict[str, Any]:
    """Value, and why that one; no value where the caller's own default counts."""
    fields: dict[str, Any] = {"reason": enum_word(_REASON, evaluation.reason)}
    if evaluation.HasField("value"):
        fields["value"] = plain_value(evaluation.value)
    if evaluation.variant:
        fields["variant"] = evaluation.variant
    if evaluation.rule:
        fields["rule"] = evaluation.rule
    if evaluation.error_code:
        fields["errorCode"] = enum_word(_ERROR, evaluation.error_code)
    return fields
