"""DynamoDB's attribute values, as its API writes them: `{"S": "text"}`, `{"N": "5"}`, `{"M": {…}}`."""

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import Any

from vexil.server.imports.numbers import parse_number
from vexil.server.imports.problem import ImportProblem

_MAX_DEPTH = 32
"""DynamoDB's own limit of nesting."""


def is_attribute_value(data: Any) -> bool:
    """Whether this has the form of an attribute value: one member, named for a type."""
    return isinstance(data, dict) and len(data) == 1 and next(iter(data)) in _DECODERS


def decode_item(data: Mapping[str, Any]) -> dict[str, Any]:
    """The values of an item's attributes. Raises ImportProblem with the path to what is wrong."""
    return _members(data, 0)


def _members(data: Any, depth: int) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise ImportProblem("must be a map of attributes")
    return {name: _at(name, value, depth) for name, value in data.items()}


def _at(name: str, value: Any, depth: int) -> Any:
    try:
        return _value(value, depth)
    except ImportProblem as problem:
        raise ImportProblem(f"{name}: {problem}") from None


def _value(data: Any, depth: int) -> Any:
    if depth > _MAX_DEPTH:
        raise ImportProblem(f"nested deeper than {_MAX_DEPTH} levels")
    if not is_attribute_value(data):
        raise ImportProblem('is no attribute value, such as {"S": "text"}')
    ((tag, content),) = data.items()
    return _DECODERS[tag](content, depth)


def _text(content: Any, _depth: int) -> str:
    if not isinstance(content, str):
        raise ImportProblem("S must be text")
    return content


def _number(content: Any, _depth: int) -> Any:
    if not isinstance(content, str):
        raise ImportProblem("N must be a number written as text")
    return parse_number(content)


def _bytes(content: Any, _depth: int) -> bytes:
    if isinstance(content, bytes):
        return content
    try:
        return base64.b64decode(content, validate=True)
    except (TypeError, ValueError, binascii.Error):
        raise ImportProblem("B must be base64") from None


def _bool(content: Any, _depth: int) -> bool:
    # S3 exports and hand-made files have it as text.
    if content in ("true", "false"):
        return bool(content == "true")
    if not isinstance(content, bool):
        raise ImportProblem("BOOL must be true or false")
    return content


def _null(_content: Any, _depth: int) -> None:
    return None


def _map(content: Any, depth: int) -> dict[str, Any]:
    return _members(content, depth + 1)


def _list(content: Any, depth: int) -> list[Any]:
    if not isinstance(content, list):
        raise ImportProblem("L must be a list")
    return [_at(f"[{index}]", value, depth + 1) for index, value in enumerate(content)]


def _set_of(member: Callable[[Any, int], Any]) -> Callable[[Any, int], list[Any]]:
    def decode(content: Any, depth: int) -> list[Any]:
        if not isinstance(content, list):
            raise ImportProblem("a set must be written as a list")
        # Sets come in any order; a list in order is the same every time.
        return sorted({member(value, depth) for value in content})

    return decode


_DECODERS: Mapping[str, Callable[[Any, int], Any]] = {
    "S": _text,
    "N": _number,
    "B": _bytes,
    "BOOL": _bool,
    "NULL": _null,
    "M": _map,
    "L": _list,
    "SS": _set_of(_text),
    "NS": _set_of(_number),
    "BS": _set_of(_bytes),
}
