"""What is refused of the messages that clients write, and the path that says where."""

import math
from typing import Any

import pytest
from google.protobuf.json_format import ParseDict
from google.protobuf.struct_pb2 import Struct
from google.protobuf.struct_pb2 import Value as JsonValue

from tests.unit.convert.conversions import CONVERSIONS
from vexil.convert.changes import requested_change_from_proto
from vexil.convert.evaluation import context_from_proto
from vexil.convert.paths import each, within
from vexil.convert.resources import resource_from_proto
from vexil.core.errors import InvalidRequest
from vexil.v1 import admin_service_pb2, evaluation_pb2, resource_pb2

MATCH = {"match": {"attribute": "plan", "operator": 99}}
DELETE = {"id": {"kind": "RESOURCE_KIND_SETTING", "environment": "prod", "key": "a"}, "delete": {}}


def field_of(error: pytest.ExceptionInfo[InvalidRequest]) -> str:
    (violation,) = error.value.violations
    assert violation.description
    return violation.field


@pytest.mark.parametrize(
    ("what", "message", "field"),
    [
        ("value", {}, ""),
        ("value", {"doubleValue": "NaN"}, "double_value"),
        ("value", {"doubleValue": "-Infinity"}, "double_value"),
        ("value", {"jsonValue": "{"}, "json_value"),
        ("value", {"jsonValue": '{"a":1,"a":2}'}, "json_value"),
        ("value", {"jsonValue": "9007199254740992"}, "json_value"),
        ("value", {"jsonValue": r'"\ud800"'}, "json_value"),
        ("value", {"jsonValue": "[" * 34 + "]" * 34}, "json_value"),
        ("resource", {}, ""),
        ("resource", {"setting": {"serve": {}}}, "setting.serve"),
        ("resource", {"setting": {"variants": {'say "on"': {}}}}, r'setting.variants["say \"on\""]'),
        ("resource", {"setting": {"rules": [{"serve": {"variant": "on"}}]}}, "setting.rules[0].condition"),
        (
            "resource",
            {"segment": {"conditions": [{"segment": {}}, {"all": {"conditions": [{"not": MATCH}]}}]}},
            "segment.conditions[1].all.conditions[0].not.match.operator",
        ),
        ("resource", {"definition": {}}, "definition.type"),
        (
            "resource",
            {"definition": {"type": 3, "constraints": {"minimum": "NaN"}}},
            "definition.constraints.minimum",
        ),
        (
            "resource",
            {"queueConfiguration": {"serviceLevel": {}}},
            "queue_configuration.service_level.threshold",
        ),
        ("resource", {"loggingConfiguration": {"level": 99}}, "logging_configuration.level"),
        ("resource", {"flowConfiguration": {"template": {}}}, "flow_configuration.template"),
        ("requested change", {}, "id.kind"),
        ("requested change", {"id": {"kind": 77}}, "id.kind"),
        ("requested change", {"id": {"kind": 4}}, ""),
        ("requested change", {"id": {"kind": 4}, "put": {"segment": {}}}, "put"),
        ("precondition", {}, ""),
        ("precondition", {"resourceVersion": {"version": 3}}, "resource_version.id.kind"),
        ("selector", {"kind": 77}, "kind"),
    ],
)
def test_message_at_fault_says_where(what: str, message: dict[str, Any], field: str) -> None:
    conversion = CONVERSIONS[what]
    with pytest.raises(InvalidRequest) as error:
        conversion.from_proto(ParseDict(message, conversion.message()))
    assert field_of(error) == field


def test_caller_adds_where_the_message_was_found() -> None:
    put = {"setting": {"variants": {"on": {"jsonValue": "nonsense"}}}}
    changes = [DELETE, DELETE, DELETE, {"id": DELETE["id"], "put": put}]
    request = ParseDict({"changes": changes}, admin_service_pb2.CommitRequest())
    with pytest.raises(InvalidRequest) as error, within("changes"):
        each(requested_change_from_proto, request.changes)
    assert field_of(error) == 'changes[3].put.setting.variants["on"].json_value'
    assert error.value.message.startswith('changes[3].put.setting.variants["on"].json_value: not JSON')


@pytest.mark.parametrize(
    ("seconds", "nanos"), [(-62_135_596_801, 0), (253_402_300_800, 0), (0, -1), (0, 10**9)]
)
def test_time_out_of_range_is_refused(seconds: int, nanos: int) -> None:
    message = resource_pb2.Resource()
    message.definition.type = 3  # type: ignore[assignment]
    message.definition.expires_at.seconds = seconds
    message.definition.expires_at.nanos = nanos
    with pytest.raises(InvalidRequest) as error:
        resource_from_proto(message)
    assert field_of(error) == "definition.expires_at"


@pytest.mark.parametrize(("seconds", "nanos"), [(315_576_000_001, 0), (1, -1), (-1, 1), (0, 10**9)])
def test_duration_out_of_range_is_refused(seconds: int, nanos: int) -> None:
    message = resource_pb2.Resource()
    message.queue_configuration.monitoring.max_oldest_contact_age.seconds = seconds
    message.queue_configuration.monitoring.max_oldest_contact_age.nanos = nanos
    with pytest.raises(InvalidRequest) as error:
        resource_from_proto(message)
    assert field_of(error) == "queue_configuration.monitoring.max_oldest_contact_age"


def nested(depth: int) -> JsonValue:
    value = JsonValue(string_value="deep")
    for _ in range(depth):
        outer = JsonValue()
        outer.list_value.values.append(value)
        value = outer
    return value


@pytest.mark.parametrize(
    ("value", "field"),
    [
        (JsonValue(), '["a"]'),
        (JsonValue(number_value=math.nan), '["a"]'),
        (JsonValue(number_value=math.inf), '["a"]'),
        (JsonValue(struct_value=Struct(fields={"b": JsonValue(number_value=-math.inf)})), '["a"]["b"]'),
        (nested(32), '["a"]' + "[0]" * 32),
    ],
)
def test_struct_that_is_no_json_is_refused(value: JsonValue, field: str) -> None:
    struct = Struct(fields={"a": value})
    with pytest.raises(InvalidRequest) as error:
        context_from_proto(evaluation_pb2.EvaluationContext(attributes=struct))
    assert field_of(error) == f"attributes{field}"

    message = resource_pb2.Resource()
    message.flow_configuration.parameters.CopyFrom(struct)
    with pytest.raises(InvalidRequest) as error:
        resource_from_proto(message)
    assert field_of(error) == f"flow_configuration.parameters{field}"


def test_struct_of_the_greatest_depth_is_read() -> None:
    context = context_from_proto(
        evaluation_pb2.EvaluationContext(attributes=Struct(fields={"a": nested(31)}))
    )
    assert str(context.attributes["a"]).startswith("[" * 31)
