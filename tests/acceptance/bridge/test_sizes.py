"""Responses stay below Connect's limit, whatever is configured."""

import json
from typing import Any

from tests.support.contact_centre import ContactCentre, event
from vexil.bridge.bridge import Bridge
from vexil.core.connect import RoutingOperator

CONNECTS_LIMIT = 32 * 1000


def size(response: dict[str, Any]) -> int:
    return max(len(json.dumps(response)), len(json.dumps(response, ensure_ascii=False).encode()))


def test_response_that_is_too_large_lacks_what_is_least_missed(bridge: Bridge, centre: ContactCentre) -> None:
    for number in range(60):
        names = tuple(f"class-{number}-{each}" for each in range(40))
        centre.rule(
            f"main/{number:03}", 100 + number, "customer_class", RoutingOperator.EQUALS, names, "support"
        )
    asked = event(
        operation="resolve", flowId="main-menu", include="queue,routing,features", responseType="json"
    )
    asked["Details"]["ContactData"]["Attributes"] = {"customer_class": "gold"}

    response = bridge.handle(asked)

    assert size(response) < CONNECTS_LIMIT
    assert response["success"] is True
    assert response["truncated"] == "routingRules"
    assert response["route"]["rule"] == "main/gold"
    assert response["queue"]["key"] == "support"


def test_response_that_can_not_be_made_small_enough_is_an_error(
    bridge: Bridge, centre: ContactCentre
) -> None:
    centre.flow(greeting="🙂" * 20_000)

    for form in ("flat", "json"):
        response = bridge.handle(event(operation="resolve", flowId="main-menu", responseType=form))

        assert size(response) < CONNECTS_LIMIT
        assert response["success"] in {"false", False}
        assert response["error"] == "LIMIT_EXCEEDED"
        assert "parameters" in response["message"]


def test_configuration_of_megabytes_is_an_error_too(bridge: Bridge, centre: ContactCentre) -> None:
    centre.setting("novel", "x" * 250_000)

    response = bridge.handle(event(operation="get", key="novel"))

    assert (response["error"], size(response) < 1000) == ("LIMIT_EXCEEDED", True)


def test_batch_lacks_no_more_than_it_has_to(bridge: Bridge, centre: ContactCentre) -> None:
    for number in range(60):
        names = tuple(f"class-{number}-{each}" for each in range(40))
        centre.rule(
            f"main/a-condition-with-quite-a-long-name-{number:03}",
            1,
            "customer_class",
            RoutingOperator.EQUALS,
            names,
            "support",
        )
    parts = {f"{n}.{k}": v for n in (1, 2, 3) for k, v in (("operation", "route"), ("routingKey", "main"))}

    response = bridge.handle(event(operation="batch", **parts))

    assert size(response) < CONNECTS_LIMIT
    assert response["truncated"] == "r1.skipped"
    assert response["r2.matched"] == "true"
