"""What no message can carry is refused with the path that says where, in Vexil's words."""

import math
from typing import Any

import pytest

from vexil.convert.changes import requested_change_to_proto
from vexil.convert.evaluation import context_to_proto
from vexil.convert.resources import resource_to_proto
from vexil.convert.selectors import selector_to_proto
from vexil.convert.values import value_to_proto
from vexil.core.change import Put
from vexil.core.connect import FlowTemplate
from vexil.core.errors import InvalidRequest
from vexil.core.evaluation import EvaluationContext
from vexil.core.resource import Kind, Resource, ResourceId
from vexil.core.selector import Selector
from vexil.core.setting import Condition, Match, Not, Operator, Rule, Setting, Split, WeightedVariant
from vexil.core.value import Value, ValueType

LONE_SURROGATE = "\ud800"


def field_of(error: pytest.ExceptionInfo[InvalidRequest]) -> str:
    (violation,) = error.value.violations
    assert violation.description
    return violation.field


def negated(times: int) -> Condition:
    condition: Condition = Match("plan", Operator.EXISTS)
    for _ in range(times):
        condition = Not(condition)
    return condition


@pytest.mark.parametrize(
    ("value", "field"),
    [
        (Value.of_string(LONE_SURROGATE), "string_value"),
        (Value.of_int(2**63), "int_value"),
        (Value(ValueType.BOOL, "yes"), "bool_value"),
        (Value(ValueType.JSON, {"a": object()}), "json_value"),
        (Value(ValueType.JSON, [math.nan]), "json_value"),
        (Value.of_secret(LONE_SURROGATE), "secret_value"),
    ],
)
def test_value_that_no_message_carries_is_refused(value: Value, field: str) -> None:
    with pytest.raises(InvalidRequest) as error:
        value_to_proto(value)
    assert field_of(error) == field


@pytest.mark.parametrize(
    ("resource", "field"),
    [
        (Setting(description=LONE_SURROGATE), "setting.description"),
        (Setting(tags=("a", LONE_SURROGATE)), "setting.tags"),
        (Setting(variants={"on": Value.of_int(2**63)}), 'setting.variants["on"].int_value'),
        (Setting(serve=LONE_SURROGATE), "setting.serve.variant"),
        (Setting(serve=7), "setting.serve"),  # type: ignore[arg-type]
        (
            Setting(serve=Split((WeightedVariant("a", 1), WeightedVariant("b", -1)))),
            "setting.serve.split.weights[1].weight",
        ),
        (Setting(rules=(Rule(negated(1000), "on"),)), "setting.rules[0].condition"),
        (FlowTemplate("…", defaults={"a": {"b": object()}}), 'flow_template.defaults["a"]["b"]'),
    ],
)
def test_resource_that_no_message_carries_is_refused(resource: Resource, field: str) -> None:
    with pytest.raises(InvalidRequest) as error:
        resource_to_proto(resource)
    assert field_of(error) == field


def test_key_of_a_mapping_that_is_not_utf8_is_refused() -> None:
    with pytest.raises(InvalidRequest) as error:
        resource_to_proto(Setting(variants={LONE_SURROGATE: Value.of_int(1)}))
    assert field_of(error) == f'setting.variants["{LONE_SURROGATE}"]'


def test_change_that_no_message_carries_says_where() -> None:
    setting = Setting(value=Value.of_string(LONE_SURROGATE))
    with pytest.raises(InvalidRequest) as error:
        requested_change_to_proto(Put(ResourceId(Kind.SETTING, "prod", "a"), setting))
    assert field_of(error) == "put.setting.value.string_value"


def test_selector_with_key_and_prefix_is_refused() -> None:
    with pytest.raises(InvalidRequest) as error:
        selector_to_proto(Selector(key="a", prefix="b"))
    assert field_of(error) == "prefix"


@pytest.mark.parametrize(
    ("attributes", "field"),
    [
        ({"when": object()}, 'attributes["when"]'),
        ({"user": {"tags": ["a", LONE_SURROGATE]}}, 'attributes["user"]["tags"][1]'),
        ({"n": 2**53}, 'attributes["n"]'),
        ({"n": -(10**400)}, 'attributes["n"]'),
        ({"n": math.nan}, 'attributes["n"]'),
        ({1: "a"}, 'attributes["1"]'),
    ],
)
def test_attribute_that_no_message_carries_is_refused(attributes: dict[Any, Any], field: str) -> None:
    with pytest.raises(InvalidRequest) as error:
        context_to_proto(EvaluationContext("user", attributes))
    assert field_of(error) == field


def test_attributes_that_hold_themselves_are_refused() -> None:
    attributes: dict[str, Any] = {}
    attributes["self"] = attributes
    with pytest.raises(InvalidRequest, match="nested deeper than 32 levels"):
        context_to_proto(EvaluationContext("user", attributes))


def test_targeting_key_that_is_not_utf8_is_refused() -> None:
    with pytest.raises(InvalidRequest) as error:
        context_to_proto(EvaluationContext(LONE_SURROGATE))
    assert field_of(error) == "targeting_key"
