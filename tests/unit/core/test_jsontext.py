"""JSON text, strictly."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.strategies import json_values
from tests.unit.core.anything import attribute_values
from vexil.core import jsontext
from vexil.core.jsontext import MAX_DEPTH, MAX_SAFE_INT, JsonProblem

REFUSED = {
    "": "not JSON",
    "{": "not JSON",
    "[1,]": "not JSON",
    "{'a':1}": "not JSON",
    "01": "not JSON",
    '"\n"': "not JSON",
    "1 2": "not JSON",
    "\ufeff1": "not JSON",
    "NaN": "NaN is not a JSON number",
    "[Infinity]": "Infinity is not a JSON number",
    "-Infinity": "-Infinity is not a JSON number",
    "1e999": "inf is not a JSON number",
    '{"a":1,"a":2}': "the member name 'a' appears twice",
    '{"a":{"b":1,"c":2,"b":1}}': "the member name 'b' appears twice",
    '{"a":1,"\\u0061":2}': "the member name 'a' appears twice",
    "9007199254740992": "an integer of 54 bits is outside",
    "-9007199254740992": "an integer of 54 bits is outside",
    "1" + "0" * 5000: "an integer of 5001 digits is outside",
    '"\\ud800"': "a lone surrogate",
    '{"\\udc00":1}': "a lone surrogate",
    "[" * 34 + "]" * 34: "nested deeper than 32 levels",
    "[" * 100_000: "nested deeper than 32 levels",
}


@pytest.mark.parametrize(
    ("text", "problem"), REFUSED.items(), ids=lambda text: text[:20].encode("unicode_escape")
)
def test_parse_refuses_and_says_why(text: str, problem: str) -> None:
    with pytest.raises(JsonProblem, match=problem):
        jsontext.parse(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("null", None),
        (' {"b" : [ 1 , 1.0 , true ] } ', {"b": [1, 1.0, True]}),
        ("9007199254740991", MAX_SAFE_INT),
        ("-9007199254740991", -MAX_SAFE_INT),
        ("1e400".replace("400", "300"), 1e300),
        ('"\\ud83d\\ude80"', "\U0001f680"),
        ('""', ""),
        ("[" * MAX_DEPTH + "]" * MAX_DEPTH, json.loads("[" * MAX_DEPTH + "]" * MAX_DEPTH)),
    ],
)
def test_parse_takes_json(text: str, value: Any) -> None:
    assert jsontext.parse(text) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": {"d": None, "c": [True, 1.5]}}, '{"a":{"c":[true,1.5],"d":null},"b":1}'),
        ({"é": "\u05e9", "z": 1}, '{"z":1,"é":"\u05e9"}'),
        (1.0, "1.0"),
        (1, "1"),
    ],
)
def test_dump_is_canonical(value: Any, text: str) -> None:
    assert jsontext.dump(value) == text


@given(json_values())
def test_dump_and_parse_are_inverse(value: Any) -> None:
    text = jsontext.dump(value)

    assert jsontext.dump(jsontext.parse(text)) == text
    assert jsontext.parse(text) == value


@given(st.text() | st.text('[]{},:"0123456789.eE+-truefalsn \\u', max_size=30))
def test_parse_of_any_text_is_a_value_or_a_problem(text: str) -> None:
    try:
        value = jsontext.parse(text)
    except JsonProblem:
        return
    jsontext.check(value)


@given(attribute_values())
def test_check_accepts_what_can_be_written(value: Any) -> None:
    try:
        jsontext.check(value)
    except JsonProblem:
        return
    assert json.loads(jsontext.dump(value)) == json.loads(json.dumps(value))


@pytest.mark.parametrize("value", [{1: "a"}, {None: 1}, b"a", {1, 2}, object(), 1j, [float("nan")]])
def test_check_refuses_what_json_has_not(value: Any) -> None:
    with pytest.raises(JsonProblem):
        jsontext.check(value)
