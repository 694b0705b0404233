"""Checks of definitions, and of values against them."""

import math
from collections.abc import Callable, Iterator
from functools import lru_cache

import re2

from vexil.core import jsontext
from vexil.core.errors import Reason
from vexil.core.evaluator.patterns import compile_pattern
from vexil.core.setting import Constraints, Definition, Setting
from vexil.core.validation import limits
from vexil.core.validation.content.texts import (
    check_count,
    check_length,
    check_range,
    check_size,
    check_tags,
    quoted,
    shown,
)
from vexil.core.validation.content.values import check_value
from vexil.core.validation.findings import Finding, inside
from vexil.core.value import Redacted, Value, ValueType

_NUMBERS = (ValueType.INT, ValueType.DOUBLE)
_BINDS = {
    "minimum": _NUMBERS,
    "maximum": _NUMBERS,
    "min_length": (ValueType.STRING,),
    "max_length": (ValueType.STRING,),
    "pattern": (ValueType.STRING,),
}


def check_definition(definition: Definition) -> Iterator[Finding]:
    """A definition by itself; its JSON Schema is left to a SchemaChecker."""
    yield from check_length("description", definition.description, limits.MAX_DESCRIPTION)
    yield from check_length("owner", definition.owner, limits.MAX_OWNER)
    yield from check_tags(definition.tags)
    yield from check_size("json_schema", definition.json_schema, limits.MAX_SCHEMA_BYTES)
    if definition.json_schema is not None and definition.type is not ValueType.JSON:
        yield Finding("json_schema", f"binds values of type json only, and the type is {definition.type}")
    if definition.expires_at is not None and definition.expires_at.tzinfo is None:
        yield Finding("expires_at", "must be a time with an offset")
    problems = list(inside("constraints", _check_constraints(definition)))
    yield from problems
    if definition.default is not None:
        yield from inside("default", check_value(definition.default))
        if not problems:
            yield from inside("default", check_conforms(definition.default, definition))


def placed_values(setting: Setting) -> Iterator[tuple[str, Value]]:
    """Every value of a setting, each with its path."""
    if setting.value is not None:
        yield "value", setting.value
    for name, value in setting.variants.items():
        yield f"variants[{quoted(name)}]", value


def check_conforms(value: Value, definition: Definition) -> Iterator[Finding]:
    """Whether a value keeps the type and the constraints of a valid definition.

    Of a sensitive setting, no message says the value, nor which ones are allowed.
    """
    if value.type is not definition.type:
        wanted = f"must be of type {definition.type}, as defined, not {value.type}"
        yield Finding("", wanted, Reason.INVALID_PARAMETER_TYPE)
        return
    if isinstance(value.data, Redacted):
        return
    say = _unsaid if definition.sensitive else _said
    for broken in _broken(value, definition.constraints, say):
        yield Finding("", f"{broken}, as defined", Reason.CONSTRAINT_VIOLATION)


def _said(value: Value) -> str:
    """A value in a message."""
    match value.type:
        case ValueType.STRING:
            return shown(value.data)
        case ValueType.JSON:
            return shown(jsontext.dump(value.data))
        case ValueType.SECRET:
            return shown(value.data.uri)
        case _:
            return str(value.data)


def _unsaid(_: Value) -> str:
    return "the value"


def _broken(value: Value, bounds: Constraints, say: Callable[[Value], str]) -> Iterator[str]:
    data, said = value.data, say(value)
    if value.type in _NUMBERS:
        if bounds.minimum is not None and data < bounds.minimum:
            yield f"must be at least {_plain(bounds.minimum)}, which {said} is not"
        if bounds.maximum is not None and data > bounds.maximum:
            yield f"must be at most {_plain(bounds.maximum)}, which {said} is not"
    elif value.type is ValueType.STRING:
        if bounds.min_length is not None and len(data) < bounds.min_length:
            yield f"must have at least {bounds.min_length} characters, not {len(data)}"
        if bounds.max_length is not None and len(data) > bounds.max_length:
            yield f"must have at most {bounds.max_length} characters, not {len(data)}"
        if bounds.pattern is not None and not _whole(bounds.pattern)(data):
            yield f"must match {bounds.pattern!r} as a whole, which {said} does not"
    if bounds.allowed and value not in bounds.allowed:
        if say is _unsaid:
            yield "must be one of the values that are allowed"
            return
        listed = ", ".join(_said(allowed) for allowed in bounds.allowed[:10])
        more = ", …" if len(bounds.allowed) > 10 else ""
        yield f"must be one of {listed}{more}, which {said} is not"


def _check_constraints(definition: Definition) -> Iterator[Finding]:
    bounds = definition.constraints
    for name, types in _BINDS.items():
        if getattr(bounds, name) is not None and definition.type not in types:
            yield Finding(name, f"binds {' and '.join(types)} only, and the type is {definition.type}")
    for name in ("minimum", "maximum"):
        if (bound := getattr(bounds, name)) is not None and not math.isfinite(bound):
            yield Finding(name, f"must be a finite number, not {bound}")
    for name in ("min_length", "max_length"):
        yield from check_range(name, getattr(bounds, name), 0, limits.UINT32.stop - 1)
    if bounds.minimum is not None and bounds.maximum is not None and bounds.minimum > bounds.maximum:
        yield Finding("minimum", f"is above the maximum, {_plain(bounds.maximum)}")
    if (
        bounds.min_length is not None
        and bounds.max_length is not None
        and bounds.min_length > bounds.max_length
    ):
        yield Finding("min_length", f"is above max_length, {bounds.max_length}")
    yield from check_pattern("pattern", bounds.pattern)
    yield from check_count("allowed", bounds.allowed, limits.MAX_ALLOWED)
    for index, allowed in enumerate(bounds.allowed):
        yield from inside(f"allowed[{index}]", check_value(allowed))
        if allowed.type is not definition.type:
            wanted = f"must be of type {definition.type}, as the definition says, not {allowed.type}"
            yield Finding(f"allowed[{index}]", wanted, Reason.INVALID_PARAMETER_TYPE)


def check_pattern(field: str, pattern: str | None) -> Iterator[Finding]:
    """A pattern in RE2's syntax; None is not checked."""
    if pattern is not None:
        try:
            compile_pattern(pattern)
        except ValueError as error:
            yield Finding(field, str(error))


def _plain(bound: float) -> str:
    """A bound as it was written."""
    return str(bound).removesuffix(".0")


@lru_cache(maxsize=256)
def _whole(pattern: str) -> Callable[[str], bool]:
    compiled = re2.compile(pattern.encode())
    return lambda text: compiled.fullmatch(text.encode(errors="surrogatepass")) is not None
