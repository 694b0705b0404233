"""The parts of an answer, one after the other, are the answer."""

from hypothesis import given
from hypothesis import strategies as st

from tests.support import strategies
from tests.unit.core.making import state_of
from vexil.convert import flow_parts
from vexil.convert.flows import fill_decision, resolved_flow_to_proto
from vexil.core.flows.resolving import ResolvedFlow
from vexil.core.flows.routing import RouteDecision
from vexil.core.resource import Revision
from vexil.v1.connect_service_pb2 import ResolveFlowResponse, RouteContactResponse


@given(strategies.resolved_flows())
def test_parts_are_the_resolved_flow(resolved: ResolvedFlow) -> None:
    state = state_of(resolved.flow_id, resolved.flow, resolved.environment, version=resolved.version)
    parts = [flow_parts.flow_part(state)]
    if resolved.logging is not None:
        parts.append(flow_parts.logging_part(resolved.logging))
    if resolved.queue is not None:
        parts.append(flow_parts.queue_part(resolved.queue))
    parts.append(flow_parts.rules_part(resolved.routing_rules))
    if resolved.route is not None:
        parts.append(flow_parts.route_part(resolved.route))
    parts += [flow_parts.feature_part(evaluation) for evaluation in resolved.features]
    parts.append(flow_parts.rest_part(resolved.omissions, resolved.revision))
    assert ResolveFlowResponse.FromString(b"".join(parts)) == resolved_flow_to_proto(resolved)


@given(strategies.decisions(), st.integers(0, 2**53))
def test_parts_are_the_decision(decision: RouteDecision, revision: int) -> None:
    whole = RouteContactResponse(revision=revision)
    whole.decision.SetInParent()
    fill_decision(whole.decision, decision)
    parts = [flow_parts.decision_part(decision), flow_parts.revision_part(Revision(revision))]
    assert RouteContactResponse.FromString(b"".join(parts)) == whole
