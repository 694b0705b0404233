"""What contact flows ask and are answered: `vexil.core.flows` and `vexil/v1/connect_service.proto`."""

from vexil.convert.codec import Enumeration
from vexil.convert.connect import (
    FLOW_CONFIGURATION,
    LOGGING_SETTINGS,
    QUEUE_CONFIGURATION,
    ROUTING_ACTIONS,
    ROUTING_RULE,
)
from vexil.convert.evaluation import EVALUATION
from vexil.convert.paths import written_by_server
from vexil.convert.records import Record
from vexil.core.flows.conditions import SkipReason
from vexil.core.flows.contact import Contact
from vexil.core.flows.language import FindingSeverity, FlowFinding, FlowFindingCode
from vexil.core.flows.omission import Omission, OmissionReason
from vexil.core.flows.queues import NamedQueue
from vexil.core.flows.resolving import Enrichment, ResolvedFlow
from vexil.core.flows.routing import NamedRoutingRule, RouteDecision, SkippedRule
from vexil.v1 import connect_service_pb2 as wire

_SKIP_REASONS: Enumeration[SkipReason] = Enumeration(SkipReason, wire.SkipReason, "SKIP_REASON")
_OMISSION_REASONS: Enumeration[OmissionReason] = Enumeration(
    OmissionReason, wire.OmissionReason, "OMISSION_REASON"
)
_CONTACT = Record(Contact, wire.Contact)
OMISSION = Record(Omission, wire.Omission, reason=_OMISSION_REASONS)
NAMED_QUEUE = Record(NamedQueue, wire.NamedQueue, queue=QUEUE_CONFIGURATION)
NAMED_RULE = Record(NamedRoutingRule, wire.NamedRoutingRule, rule=ROUTING_RULE)
DECISION = Record(
    RouteDecision,
    wire.RouteDecision,
    actions=ROUTING_ACTIONS,
    target_queue=NAMED_QUEUE,
    callback_queue=NAMED_QUEUE,
    skipped=Record(SkippedRule, wire.SkippedRule, reason=_SKIP_REASONS),
    omissions=OMISSION,
)
_RESOLVED_FLOW = Record(
    ResolvedFlow,
    wire.ResolveFlowResponse,
    flow=FLOW_CONFIGURATION,
    logging=LOGGING_SETTINGS,
    queue=NAMED_QUEUE,
    routing_rules=NAMED_RULE,
    route=DECISION,
    features=EVALUATION,
    omissions=OMISSION,
)


_FINDING_CODES: Enumeration[FlowFindingCode] = Enumeration(
    FlowFindingCode, wire.FlowFindingCode, "FLOW_FINDING_CODE"
)
_SEVERITIES: Enumeration[FindingSeverity] = Enumeration(
    FindingSeverity, wire.FindingSeverity, "FINDING_SEVERITY"
)


def contact_from_proto(message: wire.Contact) -> Contact:
    """The contact that a flow runs for."""
    targeting_key = message.targeting_key if message.HasField("targeting_key") else None
    return Contact(targeting_key, dict(message.attributes))


def contact_to_proto(contact: Contact) -> wire.Contact:
    """The message of a contact. Raises InvalidRequest."""
    message = wire.Contact()
    _CONTACT.fill(message, contact)
    return message


def enrichment_from_proto(message: wire.FlowEnrichment) -> Enrichment:
    """What is added to a flow."""
    return Enrichment(message.queue, message.routing, message.features)


def enrichment_to_proto(enrichment: Enrichment) -> wire.FlowEnrichment:
    """The message of what is added to a flow."""
    return wire.FlowEnrichment(
        queue=enrichment.queue, routing=enrichment.routing, features=enrichment.features
    )


@written_by_server
def resolved_flow_from_proto(message: wire.ResolveFlowResponse) -> ResolvedFlow:
    """A flow with what was asked for. Raises Unimplemented and DataLoss."""
    return _RESOLVED_FLOW.read(message)


def resolved_flow_to_proto(resolved: ResolvedFlow) -> wire.ResolveFlowResponse:
    """The message of a flow with what was asked for. Raises InvalidRequest."""
    message = wire.ResolveFlowResponse()
    _RESOLVED_FLOW.fill(message, resolved)
    return message


@written_by_server
def decision_from_proto(message: wire.RouteDecision) -> RouteDecision:
    """What routing rules decide. Raises Unimplemented and DataLoss."""
    return DECISION.read(message)


def fill_decision(message: wire.RouteDecision, decision: RouteDecision) -> None:
    """Makes an empty message, such as the member of an answer, say what routing rules decide."""
    DECISION.fill(message, decision)


def fill_finding(message: wire.FlowFinding, finding: FlowFinding) -> None:
    """Makes an empty message, such as the member of an answer, say what was found."""
    message.pointer = finding.pointer
    message.severity = _SEVERITIES.numbers[finding.severity]
    message.code = _FINDING_CODES.numbers[finding.code]
    message.message = finding.message
    message.action_id = finding.action_id
