"""Values as they are typed on a command line."""

import json
import math
import re
from typing import Any

from vexil.core import jsontext
from vexil.core.jsontext import JsonProblem
from vexil.core.value import Value, ValueType
from vexil.server.cli.usage import UsageError

_INT = re.compile(r"[+-]?[0-9]+")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")


def parse_value(text: str, wanted: ValueType) -> Value:
    """The value of that type. Raises UsageError when the text is none."""
    match wanted:
        case ValueType.STRING:
            return Value.of_string(text)
        case ValueType.SECRET:
            return Value.of_secret(text.strip())
        case ValueType.JSON:
            try:
                return Value.of_json(jsontext.parse(text))
            except JsonProblem as problem:
                raise _not_a(wanted, f"{problem}") from problem
    word = text.strip()
    if wanted is ValueType.BOOL and word in {"true", "false"}:
        return Value.of_bool(word == "true")
    # int() and float() take more than numbers: "1_000", "nan", digits of other scripts.
    if wanted is ValueType.INT and _INT.fullmatch(word) and _has_64_bits(word):
        return Value.of_int(int(word))
    if wanted is ValueType.DOUBLE and _NUMBER.fullmatch(word) and math.isfinite(float(word)):
        return Value.of_double(float(word))
    raise _not_a(wanted, _EXPECTED[wanted])


def guess_type(text: str) -> ValueType:
    """The type of a new setting's value when nothing says it: that of the text as JSON, else a string."""
    word = text.strip()
    if word in {"true", "false"}:
        return ValueType.BOOL
    if _INT.fullmatch(word):
        return ValueType.INT
    if _NUMBER.fullmatch(word):
        return ValueType.DOUBLE
    return ValueType.JSON if word[:1] in {"{", "["} else ValueType.STRING


def parse_attribute(text: str) -> tuple[str, Any]:
    """`name=value` of an evaluation context; the value is JSON where it can be, else a string.

    Raises UsageError.
    """
    name, separator, value = text.partition("=")
    if not name or not separator:
        raise UsageError(f"{text!r} is no NAME=VALUE.", "Such as plan=beta or age=42.")
    try:
        json.loads(value, parse_constant=_refuse, parse_int=str)
    except (ValueError, RecursionError):
        return name, value
    try:
        return name, jsontext.parse(value)
    except JsonProblem as problem:
        raise UsageError(
            f"The attribute {name!r} can't be exact: {problem}.", f"Make it a string: '{name}=\"{value}\"'."
        ) from problem


_EXPECTED = {
    ValueType.BOOL: "expected true or false",
    ValueType.INT: "expected a whole number of at most 64 bits",
    ValueType.DOUBLE: "expected a finite number",
}


def _has_64_bits(digits: str) -> bool:
    try:
        return -(2**63) <= int(digits) < 2**63
    except ValueError:
        return False  # thousands of digits


def _not_a(wanted: ValueType, why: str) -> UsageError:
    # The text is not repeated: the setting may be sensitive.
    return UsageError(
        f"This is no {wanted} value: {why}.",
        "--type says which type is meant; a setting keeps the one it has.",
    )


def _refuse(name: str) -> None:
    raise ValueError(name)
