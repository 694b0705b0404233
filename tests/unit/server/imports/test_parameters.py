from typing import Any

import pytest

from vexil.core.resource import Kind, ResourceId
from vexil.core.setting import Setting
from vexil.core.value import Value, ValueType
from vexil.server.imports.environments import EnvironmentNames
from vexil.server.imports.item import Broken, Item
from vexil.server.imports.outcome import Mapped, Outcome, Refused
from vexil.server.imports.parameters import ParameterMapper

ARN = "arn:aws:ssm:eu-central-1:123456789012:parameter/shop/prod/database/password"


def outcome(name: str, text: Any, type_: str = "String", **types: ValueType) -> Outcome:
    named = {key.replace("__", "/"): value for key, value in types.items()}
    parameter = {"Name": name, "Type": type_, "Value": text, "ARN": ARN}
    return ParameterMapper(named)(Item("/shop", parameter))


def setting(*arguments: Any, **types: ValueType) -> Setting:
    result = outcome(*arguments, **types)
    assert isinstance(result, Mapped), result
    resource = result.puts[0].resource
    assert isinstance(resource, Setting)
    return resource


def test_parameter_becomes_a_setting_whose_key_leads_back() -> None:
    result = outcome("/shop/prod/database/pool/size", "20")

    assert isinstance(result, Mapped)
    assert result.item == "/shop/prod/database/pool/size"
    assert result.puts[0].id == ResourceId(Kind.SETTING, "prod", "database/pool/size")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("20", Value.of_int(20)),
        ("-3", Value.of_int(-3)),
        ("0.5", Value.of_double(0.5)),
        ("true", Value.of_bool(True)),
        ('{"a": [1, 2.5, null]}', Value.of_json({"a": [1, 2.5, None]})),
        ("db.internal", Value.of_string("db.internal")),
        ("007", Value.of_string("007")),
        ("+49301234", Value.of_string("+49301234")),
        ("1e5", Value.of_string("1e5")),
        ("1.10", Value.of_string("1.10")),
        ("True", Value.of_string("True")),
        ("9007199254740993", Value.of_string("9007199254740993")),
        ("{not json", Value.of_string("{not json")),
        ("", Value.of_string("")),
    ],
)
def test_text_has_the_type_that_it_looks_like_if_nothing_is_lost(text: str, value: Value) -> None:
    assert setting("/shop/prod/api/x", text).value == value


@pytest.mark.parametrize(
    ("text", "wanted", "value"),
    [
        ("20", ValueType.STRING, Value.of_string("20")),
        ("007", ValueType.INT, Value.of_int(7)),
        ("20", ValueType.DOUBLE, Value.of_double(20.0)),
        ("TRUE", ValueType.BOOL, Value.of_bool(True)),
        ("[1]", ValueType.JSON, Value.of_json([1])),
    ],
)
def test_definition_decides_over_looks(text: str, wanted: ValueType, value: Value) -> None:
    assert setting("/shop/prod/api/x", text, api__x=wanted).value == value


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("many", ValueType.INT),
        ("1.5", ValueType.INT),
        ("yes", ValueType.BOOL),
        ("{", ValueType.JSON),
        ("hunter2", ValueType.SECRET),
    ],
)
def test_text_that_is_not_what_its_definition_wants_is_refused(text: str, wanted: ValueType) -> None:
    result = outcome("/shop/prod/api/x", text, api__x=wanted)

    assert isinstance(result, Refused)
    assert "definition" in result.reasons[0] or "is not a number" in result.reasons[0]
    assert "hunter2" not in repr(result)


def test_boolean_feature_becomes_a_flag() -> None:
    flag = setting("/shop/prod/features/checkout", "False")

    assert flag.enabled is False
    assert set(flag.variants) == {"on", "off"}


def test_feature_that_is_no_boolean_is_a_setting() -> None:
    assert setting("/shop/prod/features/limit", "5").value == Value.of_int(5)


def test_list_becomes_json() -> None:
    assert setting("/shop/prod/api/hosts", "a,b,c", "StringList").value == Value.of_json(["a", "b", "c"])


def test_secret_becomes_a_reference_even_where_its_value_was_at_hand() -> None:
    secret = setting("/shop/prod/database/password", "hunter2", "SecureString")

    assert secret.value == Value.of_secret(ARN)


def test_environment_may_be_called_otherwise_here() -> None:
    mapper = ParameterMapper({}, EnvironmentNames({"PRD_1": "prod"}))

    result = mapper(Item("/shop", {"Name": "/shop/PRD_1/api/x", "Type": "String", "Value": "1"}))

    assert isinstance(result, Mapped)
    assert result.puts[0].id.environment == "prod"


@pytest.mark.parametrize(
    ("parameter", "reason"),
    [
        ({"Name": "/shop/prod", "Type": "String", "Value": "1"}, "the name must be /<app>/<environment>/"),
        ({"Name": "shop/prod/a/b", "Type": "String", "Value": "1"}, "the name must be /<app>/<environment>/"),
        ({"Name": "/shop/a_b/c", "Type": "String", "Value": "1"}, "the environment 'a_b' can't be called so"),
        ({"Name": "/shop/prod/a", "Type": "Blob", "Value": "1"}, "the type 'Blob' is not known"),
        ({"Name": "/shop/prod/a", "Type": "String"}, "Value: must be text"),
        ({"Name": "/shop/prod/a", "Type": "SecureString"}, "ARN: is missing"),
        ({}, "Name: is missing"),
    ],
)
def test_parameter_with_a_fault_says_which(parameter: Any, reason: str) -> None:
    result = ParameterMapper()(Item("/shop", parameter))

    assert isinstance(result, Refused)
    assert result.reasons[0].startswith(reason)


def test_what_can_not_be_read_is_told_by_its_place() -> None:
    assert ParameterMapper()(Broken("/shop", "is gone")) == Refused("/shop", ("is gone",))
