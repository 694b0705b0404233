"""Read-only JSON values."""

import copy
import json
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given

from tests.support.strategies import json_values
from vexil.core.frozen import FrozenDict, FrozenList, freeze, thaw

DOCUMENT = freeze({"limits": [1, {"deep": [2]}], "name": "x"})

CHANGES: dict[str, Callable[[Any], object]] = {
    "set a member": lambda value: value.__setitem__("name", "y"),
    "delete a member": lambda value: value.__delitem__("name"),
    "clear": lambda value: value.clear(),
    "pop": lambda value: value.pop("name"),
    "pop any": lambda value: value.popitem(),
    "set by default": lambda value: value.setdefault("other", 1),
    "update": lambda value: value.update(name="y"),
    "merge": lambda value: value.__ior__({"name": "y"}),
    "set an element": lambda value: value["limits"].__setitem__(0, 5),
    "delete an element": lambda value: value["limits"].__delitem__(0),
    "append": lambda value: value["limits"].append(5),
    "extend": lambda value: value["limits"].extend([5]),
    "insert": lambda value: value["limits"].insert(0, 5),
    "pop an element": lambda value: value["limits"].pop(),
    "remove": lambda value: value["limits"].remove(1),
    "clear a list": lambda value: value["limits"].clear(),
    "sort": lambda value: value["limits"].sort(),
    "reverse": lambda value: value["limits"].reverse(),
    "add": lambda value: value["limits"].__iadd__([5]),
    "multiply": lambda value: value["limits"].__imul__(2),
    "far inside": lambda value: value["limits"][1]["deep"].append(5),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_frozen_values_refuse_every_change(change: Callable[[Any], object]) -> None:
    with pytest.raises(TypeError, match=r"read-only; copy it first, with dict\(value\) or list\(value\)"):
        change(DOCUMENT)
    assert DOCUMENT == {"limits": [1, {"deep": [2]}], "name": "x"}


def test_frozen_values_are_what_programs_expect() -> None:
    assert isinstance(DOCUMENT, dict)
    assert isinstance(DOCUMENT["limits"], list)
    assert json.loads(json.dumps(DOCUMENT)) == DOCUMENT


def test_frozen_values_can_be_copied_to_change_them() -> None:
    shallow, deep = dict(DOCUMENT), copy.deepcopy(DOCUMENT)
    shallow["name"] = "y"
    deep["limits"][1]["deep"].append(5)

    assert deep == {"limits": [1, {"deep": [2, 5]}], "name": "x"}
    assert DOCUMENT == {"limits": [1, {"deep": [2]}], "name": "x"}


def test_frozen_list_is_copied_deeply_as_a_list() -> None:
    copied = copy.deepcopy(DOCUMENT["limits"])
    copied[1]["deep"].append(5)

    assert copied == [1, {"deep": [2, 5]}]


def test_freeze_leaves_its_argument_as_it_was() -> None:
    given_value = {"list": [1], "tuple": (1, 2)}
    frozen = freeze(given_value)
    given_value["list"].append(2)  # type: ignore[attr-defined]

    assert frozen == {"list": [1], "tuple": [1, 2]}


@given(json_values())
def test_freeze_and_thaw_keep_the_value(value: Any) -> None:
    assert json.dumps(thaw(freeze(value))) == json.dumps(value)
    assert not _holds_frozen(thaw(value))


@given(json_values())
def test_frozen_values_survive_pickling_as_frozen(value: Any) -> None:
    restored = pickle.loads(pickle.dumps(value))

    assert json.dumps(restored) == json.dumps(value)
    assert type(restored) is type(value)


def _holds_frozen(value: Any) -> bool:
    if isinstance(value, FrozenDict | FrozenList):
        return True
    if isinstance(value, dict):
        return any(map(_holds_frozen, value.values()))
    return isinstance(value, list) and any(map(_holds_frozen, value))
