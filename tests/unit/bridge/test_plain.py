"""Messages as a flow sees them."""

import json
from typing import Any

import pytest
from google.protobuf.duration_pb2 import Duration
from google.protobuf.struct_pb2 import Struct

from vexil.bridge.names import enum_word
from vexil.bridge.plain import plain, plain_struct, plain_value
from vexil.v1 import connect_pb2
from vexil.v1.setting_pb2 import Setting
from vexil.v1.value_pb2 import SecretReference, Value


def test_queue_is_written_with_seconds_words_and_names_in_camel_case() -> None:
    queue = connect_pb2.QueueConfiguration(
        arn="arn:x",
        limits=connect_pb2.QueueLimits(max_contacts=0),
        routing=connect_pb2.QueueRouting(required_skills=["billing"], customer_priorities={"gold": 1}),
        service_level=connect_pb2.ServiceLevel(threshold=Duration(seconds=20), target_percent=80.0),
        monitoring=connect_pb2.QueueMonitoring(max_oldest_contact_age=Duration(seconds=1, nanos=500_000_000)),
        active=False,
    )

    assert plain(queue) == {
        "arn": "arn:x",
        "limits": {"maxContacts": 0},
        "routing": {"requiredSkills": ["billing"], "customerPriorities": {"gold": 1}},
        "serviceLevel": {"threshold": 20, "targetPercent": 80},
        "monitoring": {"maxOldestContactAge": 1.5},
        "active": False,
    }


def test_rule_is_written_with_its_operators_word() -> None:
    condition = connect_pb2.RoutingCondition(
        attribute="age", operator=connect_pb2.ROUTING_OPERATOR_LESS_THAN_OR_EQUAL, values=["7"]
    )

    assert plain(condition) == {"attribute": "age", "operator": "LESS_THAN_OR_EQUAL", "values": ["7"]}


def test_flag_is_written_with_its_values() -> None:
    flag = Setting(variants={"on": Value(bool_value=True), "off": Value(bool_value=False)})

    assert plain(flag) == {"variants": {"on": True, "off": False}}


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Value(bool_value=False), False),
        (Value(string_value=""), ""),
        (Value(int_value=2**53 + 1), 2**53 + 1),
        (Value(double_value=5.0), 5),
        (Value(double_value=0.1), 0.1),
        (Value(double_value=float("inf")), None),
        (Value(json_value='{"a":[1,null]}'), {"a": [1, None]}),
        (Value(secret_value=SecretReference(uri="arn:aws:secretsmanager:x")), "arn:aws:secretsmanager:x"),
        (Value(), None),
    ],
)
def test_value_is_written(value: Value, written: Any) -> None:
    assert plain_value(value) == written


def test_struct_is_written_as_the_json_that_it_is() -> None:
    document: dict[str, Any] = {
        "n": 5,
        "f": 0.5,
        "t": "é",
        "b": True,
        "x": None,
        "l": [1, {"a": "b"}],
        "o": {},
    }
    struct = Struct()
    struct.update(document)

    assert plain_struct(struct) == document
    assert json.dumps(plain_struct(struct))


def test_enum_of_a_newer_release_is_a_number() -> None:
    operators = connect_pb2.DESCRIPTOR.enum_types_by_name["RoutingOperator"]

    assert enum_word(operators, 1) == "EQUALS"
    assert enum_word(operators, 999) == "999"
