"""JSON text, strictly: what a configuration value may hold and its one canonical form.

Rules: RFC 8259; member names unique; numbers that every reader can hold (integers within ±(2^53−1),
RFC 8259 §6, and finite doubles); at most 32 levels. The canonical form has members sorted by name, no white
space, and characters as they are.
"""

import json
import math
from typing import Any, NoReturn

MAX_DEPTH = 32
MAX_SAFE_INT = 2**53 - 1


class JsonProblem(ValueError):
    """The text or value is not JSON as Vexil takes it; the message says why."""


def parse(text: str) -> Any:
    """The value of a JSON text. Raises JsonProblem."""
    try:
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant, parse_int=_parse_int)
    except JsonProblem:
        raise
    except RecursionError:
        raise JsonProblem(f"nested deeper than {MAX_DEPTH} levels") from None
    except ValueError as error:
        raise JsonProblem(f"not JSON: {error}") from None
    check(value)
    return value


def parse_loosely(text: str) -> Any:
    """The value of a JSON text with whatever numbers and depth. Raises ValueError and RecursionError.

    Half a character, which only an escape can be, is refused: protobuf fails on it with a SystemError.
    """
    value = json.loads(text)
    if "\\u" in text:
        json.dumps(value, ensure_ascii=False).encode()
    return value


def dump(value: Any) -> str:
    """The canonical text of a JSON value that `check` accepts."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def check(value: Any, depth: int = 0) -> None:
    """Raises JsonProblem unless the value is made of what JSON has."""
    if depth > MAX_DEPTH:
        raise JsonProblem(f"nested deeper than {MAX_DEPTH} levels")
    match value:
        case None | bool():
            pass
        case str():
            if not value.isascii() and any("\ud800" <= c <= "\udfff" for c in value):
                raise JsonProblem("text with a lone surrogate")
        case int():
            if abs(value) > MAX_SAFE_INT:
                raise JsonProblem(f"an integer of {value.bit_length()} bits is outside ±(2^53-1)")
        case float():
            if not math.isfinite(value):
                raise JsonProblem(f"{value} is not a JSON number")
        case dict():
            for key, item in value.items():
                if not isinstance(key, str):
                    raise JsonProblem(f"a member name of type {type(key).__name__} is not a string")
                check(key)
                check(item, depth + 1)
        case list() | tuple():
            for item in value:
                check(item, depth + 1)
        case _:
            raise JsonProblem(f"a {type(value).__name__} is not a JSON value")


def _parse_int(digits: str) -> int:
    # int() itself refuses thousands of digits with another error; a safe integer has at most 16.
    if len(digits) > 17:
        raise JsonProblem(f"an integer of {len(digits.lstrip('-'))} digits is outside ±(2^53-1)")
    return int(digits)


def _no_constant(name: str) -> NoReturn:
    raise JsonProblem(f"{name} is not a JSON number")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise JsonProblem(f"the member name {name!r} appears twice")
            seen.add(name)
    return result
