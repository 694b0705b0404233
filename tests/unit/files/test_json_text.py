import json
import sys
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.strategies import json_values
from vexil.files.formats.json_text import locate, parse
from vexil.files.formats.syntax import Position, SyntaxProblem


@given(json_values())
def test_document_is_read(value: Any) -> None:
    (read,) = parse(json.dumps(value, indent=2))
    assert read == value


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        ("", 1, 1, "not JSON: Expecting value"),
        ('{"a": 1,\n "b": }', 2, 7, "not JSON: Expecting value"),
        ('{"a": 1} x', 1, 10, "not JSON: Extra data"),
        ('{"a": {"b": 1,\n  "b": 2}}', 2, 3, "the member 'b' appears twice"),
        ('[1, {"\\u0061": 1, "a": 2}]', 1, 19, "the member 'a' appears twice"),
        ("[NaN]", 1, 2, "NaN is not a JSON number"),
        ('{"a": -Infinity}', 1, 7, "-Infinity is not a JSON number"),
        ("[" + "1" * 41 + "]", 1, 2, "an integer of 41 digits"),
        ("[" + "1" * 10_000 + "]", 1, 2, "an integer of 10000 digits"),
        ("[" * 100 + "]" * 100, 1, 65, "nested deeper than 64 levels"),
        ("[" * 1_000_000, 1, 65, "nested deeper than 64 levels"),
        ('{"a":' * 1_000_000, 1, 321, "nested deeper than 64 levels"),
        ('{"a": "tab\there"}', 1, 11, "not JSON: Invalid control character"),
    ],
)
def test_what_is_refused_is_placed(text: str, line: int, column: int, said: str) -> None:
    with pytest.raises(SyntaxProblem) as caught:
        parse(text)
    assert caught.value.position == Position(line, column)
    assert said in caught.value.message


def test_each_part_has_its_place() -> None:
    positions = locate('{\n  "a": [1,\n    {"b": "x\\n"}],\n  "c": {}, "d": []\n}')
    assert positions[0,] == Position(1, 1)
    assert positions[0, "a"] == Position(2, 3)
    assert positions[0, "a", 0] == Position(2, 9)
    assert positions[0, "a", 1] == Position(3, 5)
    assert positions[0, "a", 1, "b"] == Position(3, 6)
    assert positions[0, "c"] == Position(4, 3)
    assert positions[0, "d"] == Position(4, 12)


@given(json_values(), st.sampled_from([None, 1, "\t"]))
def test_every_part_is_found(value: Any, indent: Any) -> None:
    positions = locate(json.dumps(value, indent=indent))
    assert len(positions) == _parts(value)


def _parts(value: Any) -> int:
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + sum(map(_parts, items))


@given(st.text() | st.text(alphabet='[]{}",:1 \\\nNaIu'))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(SyntaxProblem):
        parse(text)


def test_recursion_limit_is_left_as_it_was() -> None:
    limit = sys.getrecursionlimit()
    with pytest.raises(SyntaxProblem):
        parse("[" * 100_000)
    assert sys.getrecursionlimit() == limit
