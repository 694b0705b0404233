"""ResolveFlow: a flow's configuration, with the queue, the routing and the features that are asked for."""

from dataclasses import replace
from typing import Any

import grpc
import grpc.aio
import pytest
from google.protobuf.json_format import MessageToDict

from tests.acceptance.connect.conftest import PLACE, Centre, error_of
from tests.support.contacts import queue, rule
from vexil.core.connect import FlowConfiguration, LoggingConfiguration, LogLevel, RoutingOperator
from vexil.core.errors import FailedPrecondition, InvalidRequest, NotFound, Reason
from vexil.core.setting import Match, Operator, Rule, Setting, Split, WeightedVariant
from vexil.core.value import Value
from vexil.v1 import connect_service_pb2 as pb
from vexil.v1.connect_pb2 import LOG_LEVEL_WARN
from vexil.v1.evaluation_pb2 import (
    EVALUATION_ERROR_CODE_TARGETING_KEY_MISSING,
    EVALUATION_REASON_TARGETING_MATCH,
)

FLOW = FlowConfiguration(
    "Main menu",
    parameters={
        "greeting": "Grüß Gott 👋",
        "menu": {"timeout": 5, "ratio": 0.5, "keys": [1, "2", None, True]},
    },
    queue_key="support",
    routing_key="main",
    feature_keys=("new-menu", "gone"),
    metadata={"ticket": "CC-7"},
)
VARIANTS = {"on": Value.of_bool(True), "off": Value.of_bool(False)}
FLAG = Setting(
    variants=VARIANTS,
    serve="off",
    rules=(Rule(Match("tier", Operator.EQUALS, (Value.of_string("gold"),)), "on"),),
)
SPLIT = Setting(variants=VARIANTS, serve=Split((WeightedVariant("on", 1), WeightedVariant("off", 1))))
ALL = pb.FlowEnrichment(queue=True, routing=True, features=True)


async def test_flow_is_answered_with_its_configuration_alone(centre: Centre) -> None:
    revision = await centre.put({"main": FLOW, "support": queue()})
    found = await centre.resolve()

    assert (found.flow_id, found.version, found.environment, found.revision) == ("main", 1, "prod", revision)
    assert (found.flow.name, dict(found.flow.metadata)) == ("Main menu", {"ticket": "CC-7"})
    assert MessageToDict(found.flow.parameters) == FLOW.parameters
    assert not found.HasField("logging")
    assert not found.HasField("queue")
    assert not found.HasField("route")
    assert (list(found.routing_rules), list(found.features), list(found.omissions)) == ([], [], [])


async def test_everything_is_added_when_asked_for(centre: Centre) -> None:
    await centre.put(
        {
            "main": FLOW,
            "support": queue(),
            "new-menu": FLAG,
            "flow/main": LoggingConfiguration(LogLevel.WARN),
            "main/gold": rule(RoutingOperator.EQUALS, "gold", priority=2, target_queue="support"),
            "main/off": rule(priority=1, active=False),
        }
    )
    found = await centre.resolve(
        enrichment=ALL, contact=pb.Contact(targeting_key="c-1", attributes={"tier": "gold"})
    )

    assert found.logging.level == LOG_LEVEL_WARN
    assert (found.queue.key, found.queue.version, found.queue.queue.name) == ("support", 1, "Support")
    assert [each.key for each in found.routing_rules] == ["main/off", "main/gold"]
    assert (found.route.rule_key, found.route.target_queue.key) == ("main/gold", "support")
    assert [each.reason for each in found.route.skipped] == [pb.SKIP_REASON_DISABLED]
    [feature] = found.features
    assert (feature.key, feature.value.bool_value, feature.reason) == (
        "new-menu",
        True,
        EVALUATION_REASON_TARGETING_MATCH,
    )
    [omission] = found.omissions
    assert (omission.subject, omission.reason) == ("feature/gone", pb.OMISSION_REASON_NOT_FOUND)


async def test_split_that_needs_the_targeting_key_tells_unset_from_empty(centre: Centre) -> None:
    await centre.put({"main": replace(FLOW, feature_keys=("split",)), "split": SPLIT})
    asked = pb.FlowEnrichment(features=True)
    unset = await centre.resolve(enrichment=asked, contact=pb.Contact())
    empty = await centre.resolve(enrichment=asked, contact=pb.Contact(targeting_key=""))

    assert unset.features[0].error_code == EVALUATION_ERROR_CODE_TARGETING_KEY_MISSING
    assert empty.features[0].error_code == 0


async def test_flow_comes_from_the_nearest_ancestor_that_has_it(centre: Centre) -> None:
    await centre.put({"main": replace(FLOW, name="Base menu")}, environment="base")
    assert (await centre.resolve()).environment == "base"
    await centre.put({"main": FLOW})
    assert (await centre.resolve()).environment == "prod"


async def test_change_is_answered_at_once_and_so_is_the_way_back(centre: Centre) -> None:
    first = await centre.put({"main": FLOW, "support": queue(), "main/a": rule()})
    assert (await centre.resolve(enrichment=ALL)).revision == first
    second = await centre.put({"main": replace(FLOW, name="New"), "main/a": rule(priority=9)})
    found = await centre.resolve(enrichment=ALL)
    assert (found.revision, found.version, found.flow.name) == (second, 2, "New")
    assert found.routing_rules[0].rule.priority == 9
    await centre.put({"support": queue(active=False)})
    found = await centre.resolve(enrichment=ALL)
    assert not found.HasField("queue")
    assert (found.omissions[0].subject, found.omissions[0].reason) == (
        "queue/support",
        pb.OMISSION_REASON_DISABLED,
    )
    await centre.put({"main": FLOW})
    assert ((await centre.resolve()).flow.name, (await centre.resolve()).version) == ("Main menu", 3)


async def test_flow_is_found_by_its_name(centre: Centre) -> None:
    await centre.put({"b": FLOW, "a": replace(FLOW, active=False), "c": FLOW})
    found = await centre.connect.resolve_flow(pb.ResolveFlowRequest(**PLACE, flow_name="Main menu"))
    assert found.flow_id == "b"


async def test_not_found_and_disabled_are_different_errors(centre: Centre) -> None:
    await centre.put({"off": replace(FLOW, active=False)})
    missing, disabled = await error_of(centre.resolve("main")), await error_of(centre.resolve("off"))
    unnamed = await error_of(centre.connect.resolve_flow(pb.ResolveFlowRequest(**PLACE, flow_name="x")))

    assert (type(missing), missing.reason) == (NotFound, Reason.CONFIGURATION_NOT_FOUND)
    assert (type(unnamed), unnamed.reason) == (NotFound, Reason.CONFIGURATION_NOT_FOUND)
    assert (type(disabled), disabled.reason) == (FailedPrecondition, Reason.FLOW_DISABLED)
    assert disabled.metadata == {"key": "off", "environment": "prod"}


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ({"namespace": "nowhere", "environment": "prod"}, Reason.NAMESPACE_NOT_FOUND),
        ({"namespace": "centre", "environment": "qa"}, Reason.ENVIRONMENT_NOT_FOUND),
    ],
)
async def test_place_that_is_not_there_is_named(
    centre: Centre, place: dict[str, Any], reason: Reason
) -> None:
    error = await error_of(centre.connect.resolve_flow(pb.ResolveFlowRequest(**place, flow_id="main")))
    assert (type(error), error.reason) == (NotFound, reason)


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (pb.ResolveFlowRequest(**PLACE), "flow"),
        (pb.ResolveFlowRequest(**PLACE, flow_id=""), "flow_id"),
        (pb.ResolveFlowRequest(**PLACE, flow_id="x" * 257), "flow_id"),
        (pb.ResolveFlowRequest(**PLACE, flow_name="x" * 128), "flow_name"),
        (pb.ResolveFlowRequest(**PLACE | {"namespace": "Bad!"}, flow_id="x"), "namespace"),
        (pb.ResolveFlowRequest(**PLACE | {"environment": ""}, flow_id="x"), "environment"),
        (
            pb.ResolveFlowRequest(**PLACE, flow_id="x", contact=pb.Contact(targeting_key="x" * 1025)),
            "contact.targeting_key",
        ),
        (
            pb.ResolveFlowRequest(**PLACE, flow_id="x", contact=pb.Contact(attributes={"": "x"})),
            'contact.attributes[""] (key)',
        ),
        (
            pb.ResolveFlowRequest(**PLACE, flow_id="x", contact=pb.Contact(attributes={"a": "x" * 32_769})),
            'contact.attributes["a"]',
        ),
        (
            pb.ResolveFlowRequest(
                **PLACE, flow_id="x", contact=pb.Contact(attributes={str(i): "" for i in range(1025)})
            ),
            "contact.attributes",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_request_beyond_the_contract_is_refused(
    centre: Centre, request_: pb.ResolveFlowRequest, field: str
) -> None:
    """Also of a flow that is there, and of one that is not."""
    await centre.put({"x": FLOW})
    error = await error_of(centre.connect.resolve_flow(request_))
    assert (type(error), error.reason) == (InvalidRequest, Reason.INVALID_REQUEST)
    assert [each.field for each in error.violations] == [field]


async def test_bytes_that_are_no_request_are_refused(centre: Centre) -> None:
    call = centre.channel.unary_unary("/vexil.v1.ConnectService/ResolveFlow")
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await call(b"\xff" * 20)
    assert raised.value.code() is grpc.StatusCode.INVALID_ARGUMENT
