"""`operation=resolve`: a flow's configuration, with what else is asked for."""

from typing import Any

from vexil.bridge.event import Caller
from vexil.bridge.names import enum_word
from vexil.bridge.parameters import Parameters
from vexil.bridge.plain import plain, plain_struct
from vexil.bridge.questions.contact import contact_of
from vexil.bridge.questions.evaluate import outcome
from vexil.bridge.questions.question import Place, Reading
from vexil.bridge.questions.route import decision, omissions
from vexil.v1 import connect_pb2
from vexil.v1 import connect_service_pb2 as pb

_ENRICHMENT = ("queue", "routing", "features")
_OPERATOR = connect_pb2.DESCRIPTOR.enum_types_by_name["RoutingOperator"]
_OPTIONAL = ("route.skipped", "routingRules", "metadata", "logging", "omissions", "features", "queue")
"""The least missed first. Parameters, and where a contact goes, are never left out."""


def request(parameters: Parameters, place: Place, caller: Caller) -> pb.ResolveFlowRequest:
    """Raises InvalidRequest."""
    flow_id = parameters.get("flowId")
    if not flow_id and not parameters.get("flowName"):
        raise parameters.refuse("flowId", "is not set: it is the key of the flow's configuration")
    include = parameters.names("include")
    if not set(include) <= set(_ENRICHMENT):
        raise parameters.refuse("include", f"names something other than {', '.join(_ENRICHMENT)}")
    asked = pb.ResolveFlowRequest(
        namespace=place.namespace,
        environment=place.environment,
        enrichment=pb.FlowEnrichment(**dict.fromkeys(include, True)) if include else None,
        contact=contact_of(caller),
    )
    if flow_id:
        asked.flow_id = flow_id
    else:
        asked.flow_name = parameters.get("flowName")
    return asked


def read(answer: pb.ResolveFlowResponse) -> Reading:
    """The flow's parameters under `parameters`; what was not asked for, or is not there, is absent."""
    flow = answer.flow
    fields: dict[str, Any] = {
        "flowId": answer.flow_id,
        "flowName": flow.name,
        "version": answer.version,
        "environment": answer.environment,
        "parameters": plain_struct(flow.parameters),
        "template": _template(flow.template),
        "metadata": dict(flow.metadata),
        "omissions": omissions(answer.omissions),
    }
    if answer.HasField("logging"):
        fields["logging"] = plain(answer.logging)
    if answer.HasField("queue"):
        fields["queue"] = {"key": answer.queue.key, **plain(answer.queue.queue)}
    if answer.HasField("route"):
        fields["route"] = decision(answer.route)
        fields["routingRules"] = [_rule(each) for each in answer.routing_rules]
    if answer.features:
        fields["features"] = {each.key: outcome(each) for each in answer.features}
    return Reading("RESOLVED", fields, answer.revision, _OPTIONAL)


def _template(location: connect_pb2.FlowTemplateLocation) -> str | None:
    match location.WhichOneof("location"):
        case "s3_uri":
            return location.s3_uri
        case "file":
            return f"file:{location.file}"
        case "template_key":
            return f"template/{location.template_key}"
        case _:
            return None


def _rule(named: pb.NamedRoutingRule) -> dict[str, Any]:
    rule = named.rule
    condition = rule.condition
    return {
        "rule": named.key,
        "priority": rule.priority,
        "active": rule.active if rule.HasField("active") else True,
        "attribute": condition.attribute,
        "operator": enum_word(_OPERATOR, condition.operator),
        "values": list(condition.values),
        **plain(rule.actions),
    }
