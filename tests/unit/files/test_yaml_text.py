from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vexil.files.formats.syntax import Position, SyntaxProblem
from vexil.files.formats.yaml_text import locate, parse


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on", "on"),
        ("off", "off"),
        ("yes", "yes"),
        ("No", "No"),
        ("y", "y"),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("12", 12),
        ("012", 12),
        ("0o17", 15),
        ("0x1F", 31),
        ("-7", -7),
        ("1_000", "1_000"),
        ("12:30:45", "12:30:45"),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("-.inf", float("-inf")),
        ("1.2.3", "1.2.3"),
        ("2026-12-31", "2026-12-31"),
        ("2026-12-31T00:00:00Z", "2026-12-31T00:00:00Z"),
        ("<<", "<<"),
        ("'12'", "12"),
        ('"true"', "true"),
        ("!!str 12", "12"),
        ("! 12", "12"),
        ("!!int 12", 12),
    ],
)
def test_scalar_is_what_the_core_schema_says(text: str, value: Any) -> None:
    # YAML 1.2 §10.3.2; YAML 1.1 takes `on`, `012`, `12:30:45` for something else.
    (document,) = parse(f"key: {text}\n")
    assert document == {"key": value}
    assert type(document["key"]) is type(value)


@pytest.mark.parametrize("key", ["on", "true", "null", "12", "1.10", "2026-12-31", "~"])
def test_key_is_text_as_it_is_written(key: str) -> None:
    assert parse(f"{key}: 1") == [{key: 1}]


def test_text_of_several_lines_is_read() -> None:
    assert parse("a: |\n  one\n   two\nb: >-\n  one\n  two\n") == [{"a": "one\n two\n", "b": "one two"}]


def test_stream_has_several_documents() -> None:
    assert parse("a: 1\n---\nb: 2\n---\n...\n") == [{"a": 1}, {"b": 2}, None]
    assert parse("%YAML 1.2\n---\na: 1\n") == [{"a": 1}]
    assert parse("") == []
    assert parse("# nothing\n") == []


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        ("a: 1\nb:\n  c: 1\n  c: 2\n", 4, 3, "the key 'c' appears twice"),
        ("a: &x 1\n", 1, 4, "anchors and aliases are not supported"),
        ("a: *x\n", 1, 4, "anchors and aliases are not supported"),
        ("? [1, 2]\n: 3\n", 1, 3, "a key must be text"),
        ("&a key: 3\n", 1, 1, "a key must be text"),
        ("a: !custom 3\n", 1, 4, "does not fit its tag '!custom'"),
        ("a: !!python/object:os.system {}\n", 1, 4, "the tag 'tag:yaml.org,2002:python/object:os.system'"),
        ("a: !!int x\n", 1, 4, "'x' does not fit its tag 'tag:yaml.org,2002:int'"),
        ("a: !!timestamp 2026-12-31\n", 1, 4, "does not fit its tag"),
        ("a: [1, 2\nb: 3\n", 2, 2, "not YAML"),
        ("a: 'never ends\n", 2, 1, "not YAML"),
        ("a: b: c\n", 1, 5, "not YAML: mapping values are not allowed"),
        ("a:\n\t- 1\n", 2, 1, "not YAML"),
        ("a: 1\nb: \x01\n", 2, 4, "a character that YAML does not allow"),
        ("a: " + "1" * 41, 1, 4, "an integer of 41 digits"),
        ("a: 0x" + "1" * 5000, 1, 4, "an integer of 5002 digits"),
    ],
)
def test_what_is_refused_is_placed(text: str, line: int, column: int, said: str) -> None:
    with pytest.raises(SyntaxProblem) as caught:
        parse(text)
    assert caught.value.position == Position(line, column)
    assert said in caught.value.message


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? ", "[{a: "])
def test_deep_nesting_is_refused_at_once(opening: str) -> None:
    with pytest.raises(SyntaxProblem, match=r"nested deeper than 64 levels|a key must be text"):
        parse(opening * 200_000)


def test_billion_laughs_are_refused_at_the_first_anchor() -> None:
    lines = ["a0: &a0 [lol, lol, lol]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 12)]
    with pytest.raises(SyntaxProblem) as caught:
        parse("\n".join(lines))
    assert caught.value.position == Position(1, 5)


def test_each_part_has_its_place() -> None:
    text = "a: 1\nb:\n  - x\n  - c: 2\n    d: {e: 3}\n---\nf: 1\n"
    positions = locate(text)
    assert positions[0, "a"] == Position(1, 1)
    assert positions[0, "b"] == Position(2, 1)
    assert positions[0, "b", 0] == Position(3, 5)
    assert positions[0, "b", 1, "c"] == Position(4, 5)
    assert positions[0, "b", 1, "d", "e"] == Position(5, 9)
    assert positions[1, "f"] == Position(7, 1)


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(SyntaxProblem):
        parse(text)
