"""Checks of typed values."""

import math
from collections.abc import Iterator

from vexil.core import jsontext
from vexil.core.errors import InvalidRequest, Reason
from vexil.core.secret_location import Location
from vexil.core.validation import limits
from vexil.core.validation.content.texts import check_size, size_of
from vexil.core.validation.findings import Finding
from vexil.core.value import MAX_VALUE_BYTES, Redacted, SecretReference, Value, ValueType


def check_value(value: Value) -> Iterator[Finding]:
    """Whether the data is of its type and within the type's bounds."""
    data = value.data
    if isinstance(data, Redacted):
        return  # what it stands for is checked where that is known
    match value.type:
        case ValueType.BOOL if type(data) is bool:
            return
        case ValueType.STRING if isinstance(data, str):
            yield from _check_text(data)
        case ValueType.INT if type(data) is int:
            if data not in limits.INT64:
                yield Finding("", "must be an integer of 64 bits", Reason.INVALID_PARAMETER_TYPE)
        case ValueType.DOUBLE if type(data) is float:
            if not math.isfinite(data):
                yield Finding("", f"must be a finite number, not {data}", Reason.INVALID_PARAMETER_TYPE)
        case ValueType.JSON:
            yield from _check_json(value)
        case ValueType.SECRET if isinstance(data, SecretReference):
            yield from check_size("", data.uri, limits.MAX_URI_BYTES)
            yield from _check_reference(data)
        case _:
            wrong = f"is a {type(data).__name__}, not of type {value.type}"
            yield Finding("", wrong, Reason.INVALID_PARAMETER_TYPE)


def _check_reference(reference: SecretReference) -> Iterator[Finding]:
    try:
        Location.of(reference)
    except InvalidRequest as error:
        # The text is not repeated: it may well be the secret.
        yield Finding("", f"{error.message}; the secret itself has no place here")


def _check_text(text: str) -> Iterator[Finding]:
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        yield Finding("", "has a lone surrogate, which is not a character", Reason.INVALID_PARAMETER_TYPE)
        return
    yield from _check_size(size_of(text))


def _check_json(value: Value) -> Iterator[Finding]:
    try:
        jsontext.check(value.data)
    except jsontext.JsonProblem as problem:
        yield Finding("", f"is not a JSON value: {problem}", Reason.INVALID_PARAMETER_TYPE)
        return
    yield from _check_size(size_of(jsontext.dump(value.data)))


def _check_size(size: int) -> Iterator[Finding]:
    if size > MAX_VALUE_BYTES:
        yield Finding("", f"has {size} bytes; a value may have at most {MAX_VALUE_BYTES}")
