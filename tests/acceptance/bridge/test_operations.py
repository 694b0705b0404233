"""What flows ask, and what they are told."""

import pytest

from tests.support.contact_centre import CALLER_NUMBER, ContactCentre, event
from vexil.bridge.bridge import Bridge, FlowError
from vexil.core.connect import RoutingOperator


def test_resolve_answers_a_flows_parameters_as_flat_texts(bridge: Bridge) -> None:
    response = bridge.handle(event(operation="resolve", flowId="main-menu"))

    assert response["success"] == "true"
    assert response["source"] == "live"
    assert int(response["revision"]) > 0
    assert response["reason"] == "RESOLVED"
    assert response["flowName"] == "Main menu"
    assert response["version"] == "1"
    assert response["parameters.greeting"] == "Welcome!"
    assert response["parameters.menu.seconds"] == "5"
    assert response["parameters.menu.loud"] == "true"
    assert response["template"] == "s3://flows/main-menu.json"
    assert all(isinstance(value, str) for value in response.values())


def test_resolve_answers_nested_json_where_the_flow_asks_for_it(bridge: Bridge) -> None:
    response = bridge.handle(event(operation="resolve", flowName="Main menu", responseType="json"))

    assert response["success"] is True
    assert response["parameters"] == {"greeting": "Welcome!", "menu": {"seconds": 5, "loud": True}}
    assert "queue" not in response
    assert "route" not in response
    assert "features" not in response


def test_resolve_adds_what_is_asked_for(bridge: Bridge) -> None:
    asked = event(
        {"customer_class": "gold"},
        operation="resolve",
        flowId="main-menu",
        include="queue, routing,features",
        responseType="json",
    )
    response = bridge.handle(asked)

    assert response["queue"]["key"] == "support"
    assert response["route"]["rule"] == "main/gold"
    assert [rule["rule"] for rule in response["routingRules"]] == ["main/gold", "main/rest"]
    assert response["features"]["callback.enabled"] == {"reason": "STATIC", "value": True}


def test_resolve_tells_a_disabled_flow_from_one_that_is_not_there(
    bridge: Bridge, centre: ContactCentre
) -> None:
    centre.flow(active=False)

    disabled = bridge.handle(event(operation="resolve", flowId="main-menu"))
    missing = bridge.handle(event(operation="resolve", flowId="night-menu"))

    assert (disabled["success"], disabled["error"], disabled["source"]) == ("false", "FLOW_DISABLED", "live")
    assert (missing["success"], missing["error"]) == ("false", "CONFIGURATION_NOT_FOUND")
    assert "night-menu" in missing["message"]


def test_change_of_a_flow_is_in_the_next_answer(bridge: Bridge, centre: ContactCentre) -> None:
    asked = event(operation="resolve", flowId="main-menu")
    before = bridge.handle(asked)
    centre.flow(greeting="We are moving.")
    after = bridge.handle(asked)

    assert before["parameters.greeting"] == "Welcome!"
    assert after["parameters.greeting"] == "We are moving."
    assert int(after["revision"]) == int(before["revision"]) + 1


@pytest.mark.parametrize(
    ("customer", "rule", "queue"), [("gold", "main/gold", "priority"), ("", "main/rest", "support")]
)
def test_route_says_which_rule_and_why(bridge: Bridge, customer: str, rule: str, queue: str) -> None:
    attributes = {"customer_class": customer}
    response = bridge.handle(event(attributes, operation="route", routingKey="main"))

    assert response["matched"] == "true"
    assert response["reason"] == "MATCHED"
    assert response["rule"] == rule
    assert response["targetQueue.key"] == queue
    assert response["targetQueue.arn"].startswith("arn:aws:connect:")


def test_route_where_no_rule_matches_is_an_answer(bridge: Bridge, centre: ContactCentre) -> None:
    centre.rule("few/gold", 10, "customer_class", RoutingOperator.EQUALS, ("gold",), "priority")

    response = bridge.handle(event(operation="route", routingKey="few", responseType="json"))

    assert (response["success"], response["matched"], response["reason"]) == (True, False, "NO_MATCH")
    assert [each["reason"] for each in response["skipped"]] == ["ATTRIBUTE_MISSING"]


def test_route_knows_connects_own_fields_but_phone_numbers_only_when_asked(
    bridge: Bridge, centre: ContactCentre
) -> None:
    centre.rule("own/number", 1, "CustomerEndpoint", RoutingOperator.EQUALS, (CALLER_NUMBER,), "priority")
    centre.rule("own/queue", 2, "QueueName", RoutingOperator.EQUALS, ("Basic",), "support")

    assert bridge.handle(event(operation="route", routingKey="own"))["rule"] == "own/queue"
    assert bridge.handle(event(operation="route", routingKey="own", endpoints="true"))["rule"] == "own/number"


def test_evaluate_answers_a_value(bridge: Bridge) -> None:
    response = bridge.handle(event(operation="evaluate", flag="callback.enabled"))

    assert (response["value"], response["reason"], response["success"]) == ("true", "STATIC", "true")


def test_evaluate_without_a_value_takes_the_flows_default(bridge: Bridge) -> None:
    missing = bridge.handle(event(operation="evaluate", flag="nothing.here"))
    default = bridge.handle(event(operation="evaluate", flag="nothing.here", default__value="false"))
    wrong = bridge.handle(event(operation="evaluate", flag="callback.enabled", type="int"))

    assert (missing["success"], missing["error"]) == ("false", "FLAG_NOT_FOUND")
    assert missing["message"] == "environment 'prod' has no setting 'nothing.here'"
    assert (default["success"], default["source"], default["value"]) == ("true", "default", "false")
    assert default["cause"] == "FLAG_NOT_FOUND"
    assert wrong["error"] == "TYPE_MISMATCH"
    assert wrong["message"] == "'callback.enabled' is of type bool, not int"


def test_evaluate_answers_several_flags_at_one_revision(bridge: Bridge) -> None:
    response = bridge.handle(
        event(operation="evaluate", flags="callback.enabled,nothing.here", responseType="json")
    )

    assert response["flags"]["callback.enabled"]["value"] is True
    assert response["flags"]["nothing.here"]["errorCode"] == "FLAG_NOT_FOUND"


def test_get_answers_a_resource(bridge: Bridge, centre: ContactCentre) -> None:
    centre.setting("opening.notice", "We open at eight.")

    setting = bridge.handle(event(operation="get", key="opening.notice"))
    queue = bridge.handle(event(operation="get", kind="queue", key="support"))

    assert setting["value"] == "We open at eight."
    assert (queue["name"], queue["key"]) == ("Support", "support")
    assert queue["arn"].endswith("a1")


def test_batch_answers_several_questions_under_names(bridge: Bridge) -> None:
    response = bridge.handle(
        event(
            operation="batch",
            **{
                "1.operation": "resolve",
                "1.flowId": "main-menu",
                "2.operation": "evaluate",
                "2.flag": "callback.enabled",
                "2.as": "callback",
                "3.operation": "resolve",
                "3.flowId": "night-menu",
            },
        )
    )

    assert response["r1.parameters.greeting"] == "Welcome!"
    assert response["callback.value"] == "true"
    assert response["r3.error"] == "CONFIGURATION_NOT_FOUND"
    assert (response["success"], response["error"]) == ("false", "CONFIGURATION_NOT_FOUND")
    assert response["source"] == "live"


def test_raise_makes_connect_take_the_error_branch_and_says_nothing_but_the_name(bridge: Bridge) -> None:
    with pytest.raises(FlowError) as raised:
        bridge.handle(event(operation="resolve", flowId=CALLER_NUMBER, **{"raise": "true"}))

    assert str(raised.value) == "CONFIGURATION_NOT_FOUND"
    assert raised.value.__cause__ is None


def test_namespace_and_environment_of_an_event_count_more_than_the_functions(
    bridge: Bridge, centre: ContactCentre
) -> None:
    response = bridge.handle(event(operation="resolve", flowId="main-menu", environment="base"))

    assert response["error"] == "CONFIGURATION_NOT_FOUND"
    assert (
        bridge.handle(event(operation="get", key="x", namespace="elsewhere"))["error"]
        == "NAMESPACE_NOT_FOUND"
    )


def test_separator_makes_names_that_a_plain_path_can_say(bridge: Bridge) -> None:
    response = bridge.handle(event(operation="resolve", flowId="main-menu", separator="_"))

    assert response["parameters_menu_seconds"] == "5"
