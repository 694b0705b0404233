"""Events as flows send them, and as nobody should: each gets an answer that Connect can read."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.contact_centre import ContactCentre, event
from vexil.bridge.bridge import Bridge
from vexil.core.connect import RoutingOperator

Break = Callable[[dict[str, Any]], Any]


def contact(changed: dict[str, Any]) -> dict[str, Any]:
    whole = event(operation="route", routingKey="main")
    whole["Details"]["ContactData"] |= changed
    return whole


def without(name: str) -> dict[str, Any]:
    whole = contact({})
    del whole["Details"]["ContactData"][name]
    return whole


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(None, id="null"),
        pytest.param([], id="a list"),
        pytest.param("text", id="text"),
        pytest.param({}, id="nothing in it"),
        pytest.param({"Details": None}, id="null details"),
        pytest.param({"Details": {}}, id="empty details"),
        pytest.param({"Details": {"Parameters": None, "ContactData": None}}, id="null members"),
        pytest.param({"Details": {"Parameters": []}}, id="a list of parameters"),
        pytest.param({"Details": {"Parameters": {"operation": "dance"}}}, id="unknown operation"),
        pytest.param({"Details": {"Parameters": {"operation": ["route"]}}}, id="operation is a list"),
        pytest.param(event(operation="resolve"), id="no flow"),
        pytest.param(event(operation="route", routingKey=""), id="empty routing key"),
        pytest.param(event(operation="resolve", flowId="x" * 5000), id="a very long id"),
        pytest.param(event(operation="resolve", flowId="m", include="quue"), id="unknown enrichment"),
        pytest.param(event(operation="evaluate", flag="x", type="number"), id="unknown type"),
        pytest.param(event(operation="get", key="x", kind="flow-template"), id="unknown kind"),
        pytest.param(event(operation="get", key="x", responseType="xml"), id="unknown form"),
        pytest.param(event(operation="get", key="x", separator="/"), id="unknown separator"),
        pytest.param(event(operation="get", key="x", **{"raise": "perhaps"}), id="neither true nor false"),
        pytest.param(event(operation="batch"), id="batch of nothing"),
        pytest.param(
            event(operation="batch", **{f"{n}.operation": "get" for n in range(12)}), id="batch of too many"
        ),
        pytest.param(
            event(operation="batch", **{"1.operation": "get", "1.key": "x", "1.as": "success"}),
            id="taken name",
        ),
    ],
)
def test_event_that_can_not_be_answered_gets_an_error_that_says_why(bridge: Bridge, broken: object) -> None:
    response = bridge.handle(broken)

    assert response["success"] in {"false", False}
    assert response["error"] == "INVALID_REQUEST"
    assert response["message"]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({}, "operation: is not set: it is one of resolve, route, evaluate, get, batch"),
        ({"operation": "dance"}, "operation: is none of resolve, route, evaluate, get, batch"),
        (
            {"operation": "evaluate", "flag": "x", "type": "boolean"},
            "type: is none of bool, string, int, double, json, secret",
        ),
        (
            {"operation": "resolve", "flowId": "m", "include": "queue,quue"},
            "include: names something other than queue, routing, features",
        ),
    ],
)
def test_refusal_says_what_there_is(bridge: Bridge, parameters: dict[str, str], message: str) -> None:
    assert bridge.handle(event(**parameters))["message"] == message


@pytest.mark.parametrize(
    "odd",
    [
        pytest.param(contact({"Queue": None}), id="null queue"),
        pytest.param(contact({"Queue": "Basic"}), id="queue as text"),
        pytest.param(contact({"CustomerEndpoint": None, "SystemEndpoint": None}), id="null endpoints"),
        pytest.param(contact({"Channel": "CARRIER_PIGEON"}), id="unknown channel"),
        pytest.param(contact({"Channel": None, "LanguageCode": 7}), id="odd system fields"),
        pytest.param(contact({"Attributes": None}), id="null attributes"),
        pytest.param(
            contact({"Attributes": {"n": 1, "b": True, "l": [1, {}], "o": {"x": None}}}), id="no texts"
        ),
        pytest.param(contact({"Attributes": {"": "empty name", "null": None}}), id="empty name"),
        pytest.param(contact({"Attributes": {f"k{n}": "x" * 320 for n in range(100)}}), id="32 KB in all"),
        pytest.param(contact({"Attributes": {"k": "x" * 32768}}), id="32 KB in one"),
        pytest.param(
            contact({"Attributes": {"mood": "🙂👩‍👩‍👧", "שם": "שָׁלוֹם", "اسم": "مرحبا"}}), id="emoji and RTL"
        ),
        pytest.param(
            contact({"Attributes": {"half": "\ud83d", "a\x00b": "\x00"}}), id="half a pair, and zero"
        ),
        pytest.param(without("InitialContactId"), id="no initial contact"),
        pytest.param(without("Attributes"), id="no attributes"),
        pytest.param(contact({"ContactId": None, "InitialContactId": None}), id="no ids"),
        pytest.param({**contact({}), "More": {"than": "expected"}}, id="more than expected"),
    ],
)
def test_odd_event_is_answered_all_the_same(bridge: Bridge, odd: dict[str, Any]) -> None:
    for form in ("flat", "json"):
        odd["Details"]["Parameters"]["responseType"] = form
        response = bridge.handle(odd)

        assert (response["success"], response["rule"]) in {("true", "main/rest"), (True, "main/rest")}
        json.dumps(response, ensure_ascii=False).encode()


def test_attributes_that_are_no_texts_are_compared_as_connect_would_write_them(
    bridge: Bridge, centre: ContactCentre
) -> None:
    centre.rule("odd/true", 1, "vip", RoutingOperator.EQUALS, ("true",), "priority")
    centre.rule("odd/number", 2, "age", RoutingOperator.GREATER_THAN, ("64",), "support")

    assert bridge.handle(event({"vip": True}, operation="route", routingKey="odd"))["rule"] == "odd/true"
    assert bridge.handle(event({"age": 65}, operation="route", routingKey="odd"))["rule"] == "odd/number"


def test_emoji_and_other_scripts_come_back_as_they_are(bridge: Bridge, centre: ContactCentre) -> None:
    centre.flow(greeting="🙂 שלום مرحبا", clé_à_moi="x")

    response = bridge.handle(event(operation="resolve", flowId="main-menu"))

    assert response["parameters.greeting"] == "🙂 שלום مرحبا"
    assert response["parameters.cl____moi"] == "x"
