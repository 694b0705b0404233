"""Single evaluations over the wire: their messages, and what a failed one gives."""

import grpc

from vexil.client.options import ClientOptions
from vexil.client.rpc.errors import to_vexil_error
from vexil.convert.evaluation import context_to_proto, evaluation_from_proto, explanation_from_proto
from vexil.core.errors import Code, VexilError
from vexil.core.evaluation import ErrorCode, Evaluation, EvaluationContext, EvaluationReason, Explanation
from vexil.v1.config_service_pb2 import EvaluateRequest, EvaluateResponse, ExplainRequest, ExplainResponse

_NOT_NOW = (Code.UNAVAILABLE, Code.DEADLINE_EXCEEDED)


def evaluate_request(options: ClientOptions, key: str, context: EvaluationContext) -> EvaluateRequest:
    """Asks for one evaluation. Raises InvalidRequest for a context that can't be sent."""
    return EvaluateRequest(
        namespace=options.namespace,
        environment=options.environment,
        key=key,
        context=context_to_proto(context),
    )


def explain_request(options: ClientOptions, key: str, context: EvaluationContext) -> ExplainRequest:
    """Asks for one evaluation with its trace. Raises InvalidRequest for a context that can't be sent."""
    return ExplainRequest(
        namespace=options.namespace,
        environment=options.environment,
        key=key,
        context=context_to_proto(context),
    )


def evaluation_of(response: EvaluateResponse) -> Evaluation:
    """The answer. Raises Unimplemented and DataLoss."""
    return evaluation_from_proto(response.evaluation)


def explanation_of(response: ExplainResponse) -> Explanation:
    """The answer with its steps. Raises Unimplemented and DataLoss."""
    return explanation_from_proto(response)


def failed_evaluation(key: str, failure: grpc.RpcError | VexilError, options: ClientOptions) -> Evaluation:
    """The outcome of an evaluation that could not be made: no value, and why."""
    error = failure if isinstance(failure, VexilError) else to_vexil_error(failure, options.endpoint.target)
    code = ErrorCode.GENERAL
    if error.code in _NOT_NOW:
        code = ErrorCode.PROVIDER_NOT_READY
    elif error.code is Code.INVALID_ARGUMENT:
        code = ErrorCode.INVALID_CONTEXT
    return Evaluation(
        key, None, None, None, EvaluationReason.ERROR, error_code=code, error_message=error.message
    )
