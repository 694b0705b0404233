"""Typed values."""

from itertools import permutations

import pytest

from vexil.core.frozen import FrozenDict
from vexil.core.jsontext import JsonProblem
from vexil.core.value import SecretReference, Value, ValueType

DISTINCT = [
    Value.of_bool(True),
    Value.of_int(1),
    Value.of_double(1.0),
    Value.of_string("1"),
    Value.of_json(1),
    Value.of_json(1.0),
    Value.of_json(True),
    Value.of_json([1]),
    Value.of_json([True]),
    Value.of_secret("1"),
]


@pytest.mark.parametrize(("one", "other"), list(permutations(DISTINCT, 2)))
def test_values_of_different_types_differ(one: Value, other: Value) -> None:
    assert one != other


def test_values_with_equal_content_are_equal_and_hash_alike() -> None:
    again = [
        Value.of_bool(True),
        Value.of_int(1),
        Value.of_double(1.0),
        Value.of_string("1"),
        Value.of_json(1),
        Value.of_json(1.0),
        Value.of_json(True),
        Value.of_json([1]),
        Value.of_json([True]),
        Value.of_secret("1"),
    ]

    assert again == DISTINCT
    assert set(again) == set(DISTINCT)
    assert len(set(DISTINCT)) == len(DISTINCT)


def test_json_values_are_equal_whatever_the_order_of_their_members() -> None:
    assert Value.of_json({"a": 1, "b": 2}) == Value.of_json({"b": 2, "a": 1})


def test_json_values_are_read_only_copies() -> None:
    document = {"a": [1]}
    value = Value.of_json(document)
    document["a"].append(2)

    assert value.data == {"a": [1]}
    assert isinstance(value.data, FrozenDict)


def test_json_values_are_checked() -> None:
    with pytest.raises(JsonProblem):
        Value.of_json({"a": float("nan")})


def test_value_is_not_equal_to_its_data() -> None:
    assert Value.of_int(1) != 1


def test_secret_is_a_reference() -> None:
    assert Value.of_secret("env:PASSWORD") == Value(ValueType.SECRET, SecretReference("env:PASSWORD"))
