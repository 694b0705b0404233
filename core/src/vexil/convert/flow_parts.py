"""The parts of answers to contact flows, each as an answer that has no other part.

Encoded and put one after the other they are the whole answer, since messages that follow each other merge
(https://protobuf.dev/programming-guides/encoding/#last-one-wins). So a part that does not change is encoded
once. Each function raises InvalidRequest for what a message cannot carry.
"""

from collections.abc import Iterable

from vexil.convert.codec import fill_each
from vexil.convert.connect import FLOW_CONFIGURATION, LOGGING_SETTINGS
from vexil.convert.evaluation import fill_evaluation
from vexil.convert.flows import DECISION, NAMED_QUEUE, NAMED_RULE, OMISSION
from vexil.core.connect import FlowConfiguration, LoggingSettings
from vexil.core.evaluation import Evaluation
from vexil.core.flows.omission import Omission
from vexil.core.flows.queues import NamedQueue
from vexil.core.flows.routing import NamedRoutingRule, RouteDecision
from vexil.core.resource import ResourceState, Revision
from vexil.v1.connect_service_pb2 import ResolveFlowResponse, RouteContactResponse


def flow_part(state: ResourceState) -> bytes:
    """The flow itself."""
    id = state.id
    answer = ResolveFlowResponse(flow_id=id.key, version=state.version, environment=id.environment)
    answer.flow.SetInParent()
    flow = state.resource
    assert isinstance(flow, FlowConfiguration)  # noqa: S101  # the caller went by the resource's kind
    FLOW_CONFIGURATION.fill(answer.flow, flow)
    return answer.SerializeToString()


def logging_part(logging: LoggingSettings) -> bytes:
    """How contacts are logged."""
    answer = ResolveFlowResponse()
    answer.logging.SetInParent()
    LOGGING_SETTINGS.fill(answer.logging, logging)
    return answer.SerializeToString()


def queue_part(queue: NamedQueue) -> bytes:
    """The queue."""
    answer = ResolveFlowResponse()
    NAMED_QUEUE.fill(answer.queue, queue)
    return answer.SerializeToString()


def rules_part(rules: tuple[NamedRoutingRule, ...]) -> bytes:
    """The rules."""
    answer = ResolveFlowResponse()
    fill_each(NAMED_RULE.fill, answer.routing_rules, rules)
    return answer.SerializeToString()


def route_part(decision: RouteDecision) -> bytes:
    """What the rules decide."""
    answer = ResolveFlowResponse()
    answer.route.SetInParent()
    DECISION.fill(answer.route, decision)
    return answer.SerializeToString()


def feature_part(evaluation: Evaluation) -> bytes:
    """One flag's outcome."""
    answer = ResolveFlowResponse()
    fill_evaluation(answer.features.add(), evaluation)
    return answer.SerializeToString()


def rest_part(omissions: Iterable[Omission], revision: Revision) -> bytes:
    """What is made for one call."""
    answer = ResolveFlowResponse(revision=revision)
    fill_each(OMISSION.fill, answer.omissions, omissions)
    return answer.SerializeToString()


def decision_part(decision: RouteDecision) -> bytes:
    """What the rules decide, in an answer to RouteContact."""
    answer = RouteContactResponse()
    answer.decision.SetInParent()
    DECISION.fill(answer.decision, decision)
    return answer.SerializeToString()


def revision_part(revision: Revision) -> bytes:
    """The revision, in an answer to RouteContact."""
    return RouteContactResponse(revision=revision).SerializeToString()
