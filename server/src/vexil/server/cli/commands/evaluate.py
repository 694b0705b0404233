"""`vexil evaluate` and `vexil explain`."""

from typing import Annotated, Any

from cyclopts import Parameter

from vexil.convert.evaluation import context_to_proto, evaluation_from_proto, explanation_from_proto
from vexil.convert.selectors import selector_to_proto
from vexil.core.evaluation import ErrorCode, Evaluation, EvaluationContext, EvaluationReason
from vexil.core.resource import Kind
from vexil.server.cli.exits import Exit
from vexil.server.cli.inputs import InputFile, read_json_object
from vexil.server.cli.literals import parse_attribute
from vexil.server.cli.parameters import AtRevision
from vexil.server.cli.render.evaluations import evaluations_table
from vexil.server.cli.render.messages import document
from vexil.server.cli.render.traces import trace_tree
from vexil.server.cli.selection import selector_of
from vexil.server.cli.session import Injected
from vexil.server.cli.usage import UsageError
from vexil.v1 import config_service_pb2 as config_pb

TargetingKey = Annotated[
    str | None, Parameter(alias="-k", help="Who it is for: a user, a session, a contact.")
]
Attributes = Annotated[
    tuple[str, ...],
    Parameter(
        name="--attr",
        alias="-a",
        negative=(),
        help="NAME=VALUE, any number of times; the value is JSON where it can be, else a string.",
    ),
]
ContextFile = Annotated[
    InputFile | None,
    Parameter(help="A JSON object of attributes, `targetingKey` being the targeting key; flags win over it."),
]


def evaluate(
    *keys: Annotated[str, Parameter(help="Settings. None: all of the environment.")],
    targeting_key: TargetingKey = None,
    attributes: Attributes = (),
    context_file: ContextFile = None,
    prefix: Annotated[str | None, Parameter(help="Without keys: only those that begin so.")] = None,
    session: Injected,
) -> int:
    """Evaluate settings for a context, with reasons.

    With one key the exit code says whether there is an answer: 3 when there is no such setting, 2 when it
    can't be evaluated for this context.
    """
    request = config_pb.EvaluateBatchRequest(
        namespace=session.namespace,
        environment=session.environment,
        keys=keys,
        context=context_to_proto(evaluation_context(targeting_key, attributes, context_file)),
    )
    if prefix is not None:
        request.selector.CopyFrom(selector_to_proto(selector_of(f"{prefix}*", Kind.SETTING, None)))
    response = session.call(session.config.evaluate_batch, request)
    evaluations = [evaluation_from_proto(message) for message in response.evaluations]
    if session.terminal.structured:
        session.terminal.data(document(response))
    elif evaluations:
        session.terminal.show(evaluations_table(evaluations))
    else:
        session.terminal.note("Nothing there.")
    return _exit(evaluations[0]) if len(keys) == 1 else Exit.OK


def explain(
    key: str,
    /,
    *,
    targeting_key: TargetingKey = None,
    attributes: Attributes = (),
    context_file: ContextFile = None,
    at_revision: AtRevision = None,
    session: Injected,
) -> int:
    """Evaluate a setting and show every step.

    With --at-revision: what the same context would have got then.
    """
    response = session.call(
        session.config.explain,
        config_pb.ExplainRequest(
            namespace=session.namespace,
            environment=session.environment,
            key=key,
            context=context_to_proto(evaluation_context(targeting_key, attributes, context_file)),
            at_revision=at_revision,
        ),
    )
    explanation = explanation_from_proto(response)
    if session.terminal.structured:
        session.terminal.data(document(response))
    else:
        session.terminal.show(trace_tree(explanation, response.environment_chain, response.revision))
    return _exit(explanation.evaluation)


def evaluation_context(
    targeting_key: str | None, attributes: tuple[str, ...], context_file: InputFile | None
) -> EvaluationContext:
    """The context that the flags and the file describe. Raises UsageError."""
    merged: dict[str, Any] = {}
    if context_file is not None:
        merged = read_json_object(context_file, '{"targetingKey": "…", "plan": "…"}')
    for text in attributes:
        name, value = parse_attribute(text)
        merged[name] = value
    from_file = merged.pop("targetingKey", None)
    if from_file is not None and not isinstance(from_file, str):
        raise UsageError("targetingKey must be a string.")
    return EvaluationContext(from_file if targeting_key is None else targeting_key, merged)


def _exit(evaluation: Evaluation) -> Exit:
    if evaluation.reason is not EvaluationReason.ERROR:
        return Exit.OK
    return Exit.NOT_FOUND if evaluation.error_code is ErrorCode.FLAG_NOT_FOUND else Exit.USAGE
