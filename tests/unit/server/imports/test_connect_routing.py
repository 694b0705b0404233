from decimal import Decimal
from typing import Any

import pytest

from tests.unit.server.imports.items import INSTANCE, ROUTING, changed, mapped, put, reasons, without
from vexil.core.connect import RoutingActions, RoutingCondition, RoutingOperator, RoutingRule


def rule(item: Any) -> RoutingRule:
    resource = put(item).resource
    assert isinstance(resource, RoutingRule)
    return resource


def test_rule_has_everything_of_its_item() -> None:
    assert put(ROUTING).id.key == "customer-type-routing/vip-customer"
    assert rule(ROUTING) == RoutingRule(
        priority=1,
        condition=RoutingCondition("CustomerSegment", RoutingOperator.EQUALS, ("VIP",)),
        actions=RoutingActions(
            target_queue=f"{INSTANCE}/queue/vip",
            routing_profile=f"{INSTANCE}/routing-profile/vip",
            callback_queue=f"{INSTANCE}/queue/vip-callback",
            attributes={"priorityLevel": "HIGH", "slaMinutes": "5"},
        ),
    )
    assert not mapped(ROUTING).notes


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Equals", RoutingOperator.EQUALS),
        ("NotEquals", RoutingOperator.NOT_EQUALS),
        ("not_equals", RoutingOperator.NOT_EQUALS),
        ("CONTAINS", RoutingOperator.CONTAINS),
        ("TextStartsWith", RoutingOperator.STARTS_WITH),
        ("NumberLessOrEqualTo", RoutingOperator.LESS_THAN_OR_EQUAL),
        ("greater-than", RoutingOperator.GREATER_THAN),
    ],
)
def test_rule_operators_in_any_spelling(written: str, meant: RoutingOperator) -> None:
    assert rule(changed(ROUTING, "conditions.operator", written)).condition.operator is meant


@pytest.mark.parametrize(
    ("written", "values"),
    [
        ("VIP", ("VIP",)),
        (5, ("5",)),
        (Decimal("2.50"), ("2.5",)),
        (True, ("true",)),
        (["gold", 1], ("gold", "1")),
        ("", ("",)),
    ],
)
def test_rule_values_are_text(written: Any, values: tuple[str, ...]) -> None:
    assert rule(changed(ROUTING, "conditions.value", written)).condition.values == values


def test_rule_that_always_applies_needs_no_attribute() -> None:
    condition = rule(changed(ROUTING, "conditions", {"operator": "Always"})).condition

    assert condition == RoutingCondition("*", RoutingOperator.ALWAYS)


def test_rule_about_presence_needs_no_value() -> None:
    item = changed(ROUTING, "conditions", {"operator": "Exists", "attributeName": "Language"})

    assert rule(item).condition == RoutingCondition("Language", RoutingOperator.EXISTS)


@pytest.mark.parametrize("missing", ["actions", "actions.callbackQueue"])
def test_rule_lives_without_what_is_optional(missing: str) -> None:
    assert rule(without(ROUTING, missing)).priority == 1


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        ("conditionId", None, "conditionId: is missing"),
        ("priority", None, "priority: is missing"),
        ("conditions", None, "conditions: is missing"),
        ("conditions", [{}], "conditions: must be a map, not a list"),
        ("conditions.operator", "Resembles", "conditions.operator: 'Resembles' is not known"),
        ("conditions.operator", None, "conditions.operator: is missing"),
        ("conditions.attributeName", None, "conditions.attributeName: is missing"),
        ("conditions.value", None, "conditions.value: is missing"),
        ("conditions.value", [["a"]], "conditions.value: must be text, a number, or a list of these"),
        ("conditions.value", b"x", "conditions.value: binary data has no place in JSON"),
        ("actions.targetQueue", 1, "actions.targetQueue: must be text, not a number"),
    ],
)
def test_rule_with_a_fault_says_where(path: str, value: Any, reason: str) -> None:
    (found,) = reasons(changed(ROUTING, path, value))

    assert found.startswith(reason)
