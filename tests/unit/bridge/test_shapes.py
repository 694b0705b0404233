"""Responses as Connect takes them."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vexil.bridge.shapes import SEPARATORS, flat, holds, nest, without

LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
NESTED = st.dictionaries(
    st.text(min_size=1),
    st.recursive(
        LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(min_size=1), inner), max_leaves=6
    ),
    max_size=4,
)


def leaves(value: Any) -> int:
    if isinstance(value, dict):
        return sum(leaves(each) for each in value.values())
    if isinstance(value, list):
        return sum(leaves(each) for each in value)
    return value is not None


@given(NESTED, st.sampled_from(SEPARATORS))
def test_flat_has_a_text_under_a_legal_name_for_each_value(nested: dict[str, Any], separator: str) -> None:
    texts = flat(nested, separator)

    legal = r"[A-Za-z0-9_.-]+" if separator == "." else r"[A-Za-z0-9_-]+"
    assert all(isinstance(value, str) for value in texts.values())
    assert all(re.fullmatch(legal, name) for name in texts)
    assert len(texts) == leaves(nested)


@pytest.mark.parametrize(
    ("nested", "texts"),
    [
        ({"a": {"b": {"c": "x"}}}, {"a.b.c": "x"}),
        ({"a": ["x", {"b": "y"}]}, {"a.0": "x", "a.1.b": "y"}),
        ({"yes": True, "no": False, "nothing": None}, {"yes": "true", "no": "false"}),
        ({"empty": {}, "none": [], "text": ""}, {"text": ""}),
        ({"n": 5, "f": 7.5}, {"n": "5", "f": "7.5"}),
        ({"über uns": "x", "🙂": "y"}, {"_ber_uns": "x", "_": "y"}),
        ({"a b": "x", "a.b": "y", "a": {"b": "z"}}, {"a_b": "x", "a.b": "y", "a.b_2": "z"}),
    ],
)
def test_flat_writes(nested: dict[str, Any], texts: dict[str, str]) -> None:
    assert flat(nested) == texts


def test_flat_tells_many_names_apart_that_become_one() -> None:
    texts = flat({chr(0x1F300 + number): number for number in range(20_000)})

    assert len(texts) == 20_000


def test_flat_with_another_separator_has_no_dots() -> None:
    assert flat({"a.b": {"c": "x"}}, "_") == {"a_b_c": "x"}


@pytest.mark.parametrize(
    ("names", "nested"),
    [
        ({"a.b": "x", "a.c": "y", "d": "z"}, {"a": {"b": "x", "c": "y"}, "d": "z"}),
        ({"a": "x", "a.b": "y"}, {"a": "x", "a.b": "y"}),
        ({"a.b": "x", "a.b.c": "y"}, {"a": {"b": "x"}, "a.b.c": "y"}),
        ({}, {}),
    ],
)
def test_nest_makes_levels_of_dots(names: dict[str, str], nested: dict[str, Any]) -> None:
    assert nest(names) == nested


@given(st.dictionaries(st.text("ab.", min_size=1), st.text("xyz", min_size=1)))
def test_nest_loses_no_value(names: dict[str, str]) -> None:
    assert sorted(flat(nest(names)).values()) == sorted(names.values())


def test_without_takes_one_member_out() -> None:
    nested = {"a": {"b": 1, "c": 2}, "d": 3}

    assert without(nested, "a.b") == {"a": {"c": 2}, "d": 3}
    assert without(nested, "d") == {"a": {"b": 1, "c": 2}}
    assert without(nested, "d.e") == without(nested, "x.y") == nested


def test_holds_says_whether_there_is_something() -> None:
    nested = {"a": {"b": [1]}, "c": {}, "d": 3}

    assert holds(nested, "a.b")
    assert holds(nested, "d")
    assert not holds(nested, "c")
    assert not holds(nested, "d.e")
    assert not holds(nested, "x.y")
