"""Every pair of converters, with the message and the models that it is about."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from google.protobuf.message import Message
from hypothesis.strategies import SearchStrategy

from tests.support import strategies
from vexil.convert import changes, evaluation, flows, resources, selectors, values
from vexil.core.flows.routing import RouteDecision
from vexil.v1 import (
    admin_service_pb2,
    config_service_pb2,
    connect_service_pb2,
    evaluation_pb2,
    resource_pb2,
    value_pb2,
    watch_pb2,
)


def decision_to_proto(decision: RouteDecision) -> connect_service_pb2.RouteDecision:
    message = connect_service_pb2.RouteDecision()
    flows.fill_decision(message, decision)
    return message


class Conversion(NamedTuple):
    """A pair of converters."""

    message: type[Message]
    to_proto: Callable[[Any], Message]
    from_proto: Callable[[Any], Any]
    models: SearchStrategy[Any]


CONVERSIONS = {
    "value": Conversion(value_pb2.Value, values.value_to_proto, values.value_from_proto, strategies.values()),
    "id": Conversion(
        resource_pb2.ResourceId, resources.id_to_proto, resources.id_from_proto, strategies.resource_ids()
    ),
    "resource": Conversion(
        resource_pb2.Resource,
        partial(resources.resource_to_proto, stored=True),
        partial(resources.resource_from_proto, stored=True),
        strategies.resources() | strategies.arbitrary_settings(),
    ),
    "state": Conversion(
        resource_pb2.ResourceState,
        partial(resources.state_to_proto, stored=True),
        resources.state_from_proto,
        strategies.resource_states(),
    ),
    "change": Conversion(
        resource_pb2.ResourceChange,
        partial(resources.change_to_proto, stored=True),
        resources.change_from_proto,
        strategies.resource_changes(),
    ),
    "commit": Conversion(
        resource_pb2.Commit,
        partial(resources.commit_to_proto, stored=True),
        resources.commit_from_proto,
        strategies.commits(),
    ),
    "context": Conversion(
        evaluation_pb2.EvaluationContext,
        evaluation.context_to_proto,
        evaluation.context_from_proto,
        strategies.contexts(),
    ),
    "evaluation": Conversion(
        evaluation_pb2.Evaluation,
        evaluation.evaluation_to_proto,
        evaluation.evaluation_from_proto,
        strategies.evaluations(),
    ),
    "explanation": Conversion(
        config_service_pb2.ExplainResponse,
        evaluation.explanation_to_proto,
        evaluation.explanation_from_proto,
        strategies.explanations(),
    ),
    "selector": Conversion(
        watch_pb2.Selector,
        selectors.selector_to_proto,
        selectors.selector_from_proto,
        strategies.selectors(),
    ),
    "requested change": Conversion(
        admin_service_pb2.Change,
        changes.requested_change_to_proto,
        changes.requested_change_from_proto,
        strategies.requested_changes(),
    ),
    "precondition": Conversion(
        admin_service_pb2.Precondition,
        changes.precondition_to_proto,
        changes.precondition_from_proto,
        strategies.preconditions(),
    ),
    "contact": Conversion(
        connect_service_pb2.Contact,
        flows.contact_to_proto,
        flows.contact_from_proto,
        strategies.contacts(),
    ),
    "enrichment": Conversion(
        connect_service_pb2.FlowEnrichment,
        flows.enrichment_to_proto,
        flows.enrichment_from_proto,
        strategies.enrichments(),
    ),
    "route decision": Conversion(
        connect_service_pb2.RouteDecision,
        decision_to_proto,
        flows.decision_from_proto,
        strategies.decisions(),
    ),
    "resolved flow": Conversion(
        connect_service_pb2.ResolveFlowResponse,
        flows.resolved_flow_to_proto,
        flows.resolved_flow_from_proto,
        strategies.resolved_flows(),
    ),
}
