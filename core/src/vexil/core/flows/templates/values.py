"""What placeholders are filled with."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from vexil.core.connect import Json

ABSENT = object()
"""No value; null is one."""


def find(layers: tuple[Json, ...], name: str) -> Any:
    """The value of a name such as `menu.timeout` in the first layer that has it; else ABSENT.

    Layers are not merged: an object is taken whole from one of them.
    """
    path = name.split(".")
    for layer in layers:
        found: Any = layer
        for step in path:
            found = found.get(step, ABSENT) if isinstance(found, Mapping) else ABSENT
        if found is not ABSENT:
            return found
    return ABSENT


def paths(values: Json, outer: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The ways to everything in an object that is no object with members itself."""
    for name, value in values.items():
        if isinstance(value, Mapping) and value:
            yield from paths(value, (*outer, name))
        else:
            yield (*outer, name)


def text_of(value: str | float) -> str:
    """Text, a boolean or a number as it stands inside a string: `true`, `5`, `0.25`.

    Numbers are written as ECMAScript does (RFC 8785 §3.2.2.3): no reader takes them for another number.
    """
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case _:
            return _number(value)


def _number(value: float) -> str:
    if value.is_integer() and abs(value) < 1e21:
        return str(int(value))
    digits = repr(value)
    if 1e-6 <= abs(value) < 1e21:
        return format(Decimal(digits), "f")
    mantissa, exponent = digits.split("e")
    return f"{mantissa}e{int(exponent):+d}"
