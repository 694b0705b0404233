"""RouteContact: the rules of a routing key, on any contact."""

import pytest

from tests.acceptance.connect.conftest import PLACE, Centre, error_of
from tests.support.contacts import ARN, queue, rule
from vexil.core.connect import RoutingOperator
from vexil.core.errors import InvalidRequest, NotFound, Reason
from vexil.v1 import connect_service_pb2 as pb

EQUALS = RoutingOperator.EQUALS


async def test_first_rule_that_matches_decides(centre: Centre) -> None:
    revision = await centre.put(
        {
            "main/vip": rule(
                EQUALS, "gold", priority=1, target_queue="vip", callback_queue=ARN, attributes={"a": "ü"}
            ),
            "main/rest": rule(priority=99, target_queue="nowhere"),
            "vip": queue(),
        }
    )
    request = pb.RouteContactRequest(
        **PLACE, routing_key="main", contact=pb.Contact(attributes={"tier": "gold"})
    )
    response = await centre.connect.route_contact(request)

    decision = response.decision
    assert response.revision == revision
    assert (decision.rule_key, decision.priority, decision.reason) == ("main/vip", 1, 'tier is "gold"')
    assert (decision.target_queue.key, decision.callback_queue.key) == ("vip", "vip")
    assert (decision.actions.target_queue, dict(decision.actions.attributes)) == ("vip", {"a": "ü"})
    assert (list(decision.skipped), list(decision.omissions)) == ([], [])


async def test_rules_that_did_not_match_say_why(centre: Centre) -> None:
    await centre.put(
        {
            "main/a": rule(EQUALS, "gold", priority=1),
            "main/b": rule(RoutingOperator.LESS_THAN, "5", attribute="age", priority=2),
            "main/c": rule(EQUALS, "x", attribute="nothing", priority=3),
            "main/d": rule(priority=4, active=False),
            "main/e": rule(priority=5, target_queue="nowhere"),
        }
    )
    decision = await centre.route(tier="secret-tier", age="secret-age")

    assert decision.rule_key == "main/e"
    assert [(each.rule_key, each.reason) for each in decision.skipped] == [
        ("main/a", pb.SKIP_REASON_NOT_MATCHED),
        ("main/b", pb.SKIP_REASON_NOT_A_NUMBER),
        ("main/c", pb.SKIP_REASON_ATTRIBUTE_MISSING),
        ("main/d", pb.SKIP_REASON_DISABLED),
    ]
    assert [(each.subject, each.reason) for each in decision.omissions] == [
        ("queue/nowhere", pb.OMISSION_REASON_NOT_FOUND)
    ]
    assert "secret" not in str(decision)


async def test_no_match_is_an_answer(centre: Centre) -> None:
    await centre.put({"main/a": rule(EQUALS, "gold")})
    decision = await centre.route()
    assert (decision.rule_key, decision.HasField("actions"), len(decision.skipped)) == ("", False, 1)


@pytest.mark.parametrize(
    "text", ["👩‍👧‍👦", "مرحبا", "שלום", "a\u202eb", "\x00", "e\u0301", "'; drop table--", "x" * 32_768]
)
async def test_attributes_are_compared_as_they_are(centre: Centre, text: str) -> None:
    await centre.put({"main/a": rule(EQUALS, text, attribute=text[:100]), "main/z": rule(priority=9)})
    assert (await centre.route(**{text[:100]: text})).rule_key == "main/a"
    assert (await centre.route(**{text[:100]: f"{text[:100]} "})).rule_key == "main/z"


async def test_routing_key_without_rules_is_not_found(centre: Centre) -> None:
    error = await error_of(centre.route("nothing"))
    assert (type(error), error.reason) == (NotFound, Reason.CONFIGURATION_NOT_FOUND)
    assert error.metadata == {"key": "nothing", "environment": "prod"}


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (pb.RouteContactRequest(**PLACE), "routing_key"),
        (pb.RouteContactRequest(**PLACE, routing_key="x" * 257), "routing_key"),
        (pb.RouteContactRequest(namespace="centre", environment="PROD", routing_key="x"), "environment"),
    ],
    ids=["empty", "long", "environment"],
)
async def test_request_beyond_the_contract_is_refused(
    centre: Centre, request_: pb.RouteContactRequest, field: str
) -> None:
    error = await error_of(centre.connect.route_contact(request_))
    assert isinstance(error, InvalidRequest)
    assert [each.field for each in error.violations] == [field]
