"""Answers from a view, by the functions that the server answers with. Imports the core."""

from functools import singledispatch
from typing import Any

from google.protobuf.message import Message

from vexil.convert.evaluation import context_from_proto, fill_evaluation
from vexil.convert.flows import (
    contact_from_proto,
    enrichment_from_proto,
    fill_decision,
    resolved_flow_to_proto,
)
from vexil.convert.resources import kind_from_proto, state_to_proto
from vexil.convert.values import VALUE_TYPES
from vexil.core.errors import NotFound, Unimplemented
from vexil.core.evaluation import expect
from vexil.core.flows.resolving import active_flow, active_flow_named, resolve_flow
from vexil.core.flows.routing import route_contact
from vexil.core.view import View
from vexil.v1 import config_service_pb2 as config_pb
from vexil.v1 import connect_service_pb2 as connect_pb


@singledispatch
def answer(request: Message, _view: View) -> Any:
    """The answer to a request, as the server would give it. Raises VexilError as it would."""
    raise Unimplemented(f"no answer to {type(request).__name__} can be given here")


@answer.register
def _resolve(request: connect_pb.ResolveFlowRequest, view: View) -> connect_pb.ResolveFlowResponse:
    state = (
        active_flow(view, request.flow_id)
        if request.HasField("flow_id")
        else active_flow_named(view, request.flow_name)
    )
    contact = contact_from_proto(request.contact)
    return resolved_flow_to_proto(
        resolve_flow(view, state, enrichment_from_proto(request.enrichment), contact)
    )


@answer.register
def _route(request: connect_pb.RouteContactRequest, view: View) -> connect_pb.RouteContactResponse:
    response = connect_pb.RouteContactResponse(revision=view.revision)
    contact = contact_from_proto(request.contact)
    fill_decision(response.decision, route_contact(view, request.routing_key, contact))
    return response


@answer.register
def _evaluate(request: config_pb.EvaluateRequest, view: View) -> config_pb.EvaluateResponse:
    evaluation = view.evaluate(request.key, context_from_proto(request.context))
    if request.expected_type:
        evaluation = expect(evaluation, VALUE_TYPES.read(request.expected_type))
    response = config_pb.EvaluateResponse(revision=view.revision)
    fill_evaluation(response.evaluation, evaluation)
    return response


@answer.register
def _evaluate_batch(request: config_pb.EvaluateBatchRequest, view: View) -> config_pb.EvaluateBatchResponse:
    response = config_pb.EvaluateBatchResponse(revision=view.revision)
    context = context_from_proto(request.context)
    for key in request.keys:
        fill_evaluation(response.evaluations.add(), view.evaluate(key, context))
    return response


@answer.register
def _get(request: config_pb.GetRequest, view: View) -> config_pb.GetResponse:
    state = view.state(kind_from_proto(request.kind), request.key)
    if state is None:
        raise NotFound(f"environment {view.environment!r} has no such resource")
    return config_pb.GetResponse(state=state_to_proto(state), revision=view.revision)
