"""A contact centre, and what its flows ask."""

from collections.abc import Iterator, Sequence
from typing import Any

from google.protobuf.message import Message

from loadtest.settings import ENVIRONMENT, NAMESPACE
from vexil.core.change import Put
from vexil.core.connect import (
    FlowConfiguration,
    LoggingSettings,
    LogLevel,
    QueueConfiguration,
    QueueLimits,
    QueueRouting,
    RoutingActions,
    RoutingCondition,
    RoutingOperator,
    RoutingRule,
    ServiceLevel,
)
from vexil.core.resource import KIND_OF, Resource, ResourceId
from vexil.core.setting import Match, Operator, Rule, Setting
from vexil.core.value import Value
from vexil.v1 import config_service_pb2
from vexil.v1.connect_service_pb2 import Contact, FlowEnrichment, ResolveFlowRequest, RouteContactRequest

EVALUATE = "Evaluate"
FLOWS = 50
RULES = 10
FEATURES = 5

_QUEUE_ARN = "arn:aws:connect:eu-central-1:123456789012:instance/i-1/queue/q-1"
_ATTRIBUTES = {
    "customerTier": f"tier-{RULES - 1}",
    "language": "de",
    "channel": "VOICE",
    "campaign": "spring",
    "segment": "b2c",
    "accountAge": "7",
}


def contact_centre() -> Iterator[Put]:
    """Flows, each with rules of its own, that share a queue and flags."""
    yield _put(
        "support",
        QueueConfiguration(
            _QUEUE_ARN,
            "Support",
            limits=QueueLimits(max_contacts=50, outbound_caller_id="+4930123456"),
            routing=QueueRouting(True, ("billing", "german"), {"gold": 1}),
            service_level=ServiceLevel(20, 80),
        ),
    )
    for number in range(FEATURES):
        yield _put(f"feature-{number}", _feature())
    for flow in range(FLOWS):
        yield _put(f"flow-{flow}", _flow(flow))
        for number in range(RULES):
            tier = RoutingCondition("customerTier", RoutingOperator.EQUALS, (f"tier-{number}",))
            actions = RoutingActions(target_queue="support", attributes={"tier": str(number)})
            yield _put(f"route-{flow}/{number}", RoutingRule(number, tier, actions))


def _flow(number: int) -> FlowConfiguration:
    return FlowConfiguration(
        f"Flow {number}",
        parameters={"greeting": "Welcome", "menu": {"timeout": 5, "keys": ["1", "2"]}, "retries": 3},
        logging=LoggingSettings(LogLevel.INFO, "/aws/connect/flows"),
        metadata={"ticket": "CC-1"},
        queue_key="support",
        routing_key=f"route-{number}",
        feature_keys=tuple(f"feature-{each}" for each in range(FEATURES)),
    )


def _feature() -> Setting:
    variants = {"on": Value.of_bool(True), "off": Value.of_bool(False)}
    tiers = (
        Match("customerTier", Operator.EQUALS, (Value.of_string(f"tier-{each}"),)) for each in range(RULES)
    )
    return Setting(variants=variants, serve="off", rules=tuple(Rule(tier, "on") for tier in tiers))


def _put(key: str, resource: Resource) -> Put:
    return Put(ResourceId(KIND_OF[type(resource)], ENVIRONMENT, key), resource)


def _evaluate() -> config_service_pb2.EvaluateRequest:
    request = config_service_pb2.EvaluateRequest(
        namespace=NAMESPACE, environment=ENVIRONMENT, key="feature-0"
    )
    request.context.targeting_key = "c-1"
    request.context.attributes.update(_ATTRIBUTES)
    return request


def _calls() -> Iterator[tuple[str, str, Message]]:
    place: dict[str, Any] = {"namespace": NAMESPACE, "environment": ENVIRONMENT}
    contact = Contact(targeting_key="c-1", attributes=_ATTRIBUTES)
    everything = FlowEnrichment(queue=True, routing=True, features=True)
    yield EVALUATE, "/vexil.v1.ConfigService/Evaluate", _evaluate()
    yield (
        "ResolveFlow",
        "/vexil.v1.ConnectService/ResolveFlow",
        ResolveFlowRequest(**place, flow_id="flow-7", contact=contact),
    )
    yield (
        "ResolveFlow, with everything",
        "/vexil.v1.ConnectService/ResolveFlow",
        ResolveFlowRequest(**place, flow_id="flow-7", contact=contact, enrichment=everything),
    )
    yield (
        "RouteContact",
        "/vexil.v1.ConnectService/RouteContact",
        RouteContactRequest(**place, routing_key="route-7", contact=contact),
    )


CALLS: Sequence[tuple[str, str, Message]] = tuple(_calls())
"""Each call's name, its method and its request. Of the rules the last matches."""
