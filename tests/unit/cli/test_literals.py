import pytest

from vexil.core.value import Value, ValueType
from vexil.server.cli.literals import guess_type, parse_attribute, parse_value
from vexil.server.cli.usage import UsageError


@pytest.mark.parametrize(
    ("text", "type_", "value"),
    [
        ("true", ValueType.BOOL, Value.of_bool(True)),
        (" false\n", ValueType.BOOL, Value.of_bool(False)),
        ("42", ValueType.INT, Value.of_int(42)),
        ("-9223372036854775808", ValueType.INT, Value.of_int(-(2**63))),
        ("1", ValueType.DOUBLE, Value.of_double(1.0)),
        ("-2.5e3", ValueType.DOUBLE, Value.of_double(-2500.0)),
        ("42", ValueType.STRING, Value.of_string("42")),
        ("  kept \n", ValueType.STRING, Value.of_string("  kept \n")),
        ('{"a": [1, null]}', ValueType.JSON, Value.of_json({"a": [1, None]})),
        ("env:TOKEN\n", ValueType.SECRET, Value.of_secret("env:TOKEN")),
    ],
)
def test_parse_value_reads_the_type_asked_for(text: str, type_: ValueType, value: Value) -> None:
    assert parse_value(text, type_) == value


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("yes", ValueType.BOOL),
        ("True", ValueType.BOOL),
        ("1_000", ValueType.INT),
        ("4.0", ValueType.INT),
        ("٤٢", ValueType.INT),
        ("9223372036854775808", ValueType.INT),
        ("nan", ValueType.DOUBLE),
        ("1e999", ValueType.DOUBLE),
        ("", ValueType.DOUBLE),
        ('{"a": 1, "a": 2}', ValueType.JSON),
        ("{", ValueType.JSON),
    ],
)
def test_parse_value_refuses_what_is_no_such_value(text: str, type_: ValueType) -> None:
    with pytest.raises(UsageError, match=f"is no {type_} value"):
        parse_value(text, type_)


def test_parse_value_error_does_not_repeat_a_huge_text() -> None:
    with pytest.raises(UsageError) as caught:
        parse_value("x" * 100_000, ValueType.INT)

    assert len(caught.value.message) < 200


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("true", ValueType.BOOL),
        ("12", ValueType.INT),
        ("-1.5", ValueType.DOUBLE),
        ("[1]", ValueType.JSON),
        ('{"a": 1}', ValueType.JSON),
        ("hello", ValueType.STRING),
        ("", ValueType.STRING),
        ("1.2.3", ValueType.STRING),
    ],
)
def test_guess_type_goes_by_what_the_text_is_as_json(text: str, type_: ValueType) -> None:
    assert guess_type(text) is type_


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("plan=beta", "plan", "beta"),
        ("age=42", "age", 42),
        ("vip=true", "vip", True),
        ("none=null", "none", None),
        ('id="0012"', "id", "0012"),
        ("id=0012", "id", "0012"),
        ('tags=["a","b"]', "tags", ["a", "b"]),
        ("empty=", "empty", ""),
        ("query=a=b", "query", "a=b"),
        ("ratio=NaN", "ratio", "NaN"),
    ],
)
def test_parse_attribute_takes_json_where_it_can(text: str, name: str, value: object) -> None:
    assert parse_attribute(text) == (name, value)


@pytest.mark.parametrize("text", ["plan", "=beta", ""])
def test_parse_attribute_refuses_what_has_no_name_and_value(text: str) -> None:
    with pytest.raises(UsageError, match="is no NAME=VALUE"):
        parse_attribute(text)


def test_parse_attribute_refuses_a_number_that_would_be_rounded() -> None:
    with pytest.raises(UsageError, match="can't be exact") as caught:
        parse_attribute("account=12345678901234567890")

    assert 'account="12345678901234567890"' in caught.value.advice
