"""Typed values: the type is what the document's own syntax says, unless `type` says otherwise."""

import math
import re
from dataclasses import dataclass
from typing import Any

from vexil.core.errors import AccessDenied
from vexil.core.frozen import thaw
from vexil.core.jsontext import JsonProblem
from vexil.core.value import Redacted, SecretReference, Value, ValueType
from vexil.files.codecs.misfit import Misfit, name_of
from vexil.files.codecs.quantities import exact_float
from vexil.files.codecs.scalars import Choice, Text

_INT64 = range(-(2**63), 2**63)
_REDACTED = re.compile(rf"vexil:redacted:({'|'.join(ValueType)}):([0-9a-f]+)")
"""The text that stands for a sensitive value which whoever wrote the document was not shown."""


def decode_value(data: Any, wanted: ValueType | None = None) -> Value:
    """The value that a document holds, of the type asked for or else the one that its syntax says.

    Nothing is converted silently: a whole number where a double is asked for is the only one that is taken as
    something else. A text that stands for a value which is not shown is that. Raises Misfit.
    """
    if isinstance(data, str) and (redacted := _REDACTED.fullmatch(data)):
        return _decode_redacted(ValueType(redacted[1]), redacted[2], wanted)
    type = wanted or infer_type(data)  # noqa: A001
    match type:
        case ValueType.BOOL if isinstance(data, bool):
            return Value.of_bool(data)
        case ValueType.STRING if isinstance(data, str):
            return Value.of_string(Text().decode(data))
        case ValueType.INT if isinstance(data, int) and not isinstance(data, bool):
            if data not in _INT64:
                raise Misfit(f"must be an integer of 64 bits, not {name_of(data)}")
            return Value.of_int(data)
        case ValueType.DOUBLE if isinstance(data, int | float) and not isinstance(data, bool):
            return Value.of_double(exact_float(data))
        case ValueType.SECRET if isinstance(data, str):
            return Value.of_secret(Text().decode(data))
        case ValueType.JSON:
            try:
                return Value.of_json(data)
            except JsonProblem as problem:
                raise Misfit(f"is not a JSON value: {problem}") from None
    # Text is not repeated: it may be a sensitive value.
    held = f"text of {len(data)} characters" if isinstance(data, str) else name_of(data)
    raise Misfit(f"must be {_WANTED[type]}, not {held}")


def _decode_redacted(held: ValueType, fingerprint: str, wanted: ValueType | None) -> Value:
    if wanted not in (None, held):
        raise Misfit(f"stands for a value of type {held}, not {wanted}")
    return Value(held, Redacted(fingerprint))


def infer_type(data: Any) -> ValueType:
    """The type that the document's syntax says. Raises Misfit for nothing at all."""
    match data:
        case bool():
            return ValueType.BOOL
        case str():
            return ValueType.STRING
        case int():
            return ValueType.INT
        case float():
            if not math.isfinite(data):
                raise Misfit(f"must be a finite number, not {data}")
            return ValueType.DOUBLE
        case dict() | list():
            return ValueType.JSON
        case None:
            raise Misfit("is empty; for JSON's null write {type: json, value: null}")
    raise Misfit(f"is {name_of(data)}, which no value can hold; write it as text, in quotes")


def encode_value(value: Value) -> Any:
    """What `decode_value` turns into the value again, given its type.

    AccessDenied for one that is not shown, and has no fingerprint by which it would be known again.
    """
    if isinstance(value.data, Redacted):
        if not value.data.fingerprint:
            raise AccessDenied(
                "a sensitive value can't be written, since it is not shown to you: that takes reveal"
            )
        return f"vexil:redacted:{value.type}:{value.data.fingerprint}"
    if isinstance(value.data, SecretReference):
        return value.data.uri
    return thaw(value.data)


def is_inferred(value: Value) -> bool:
    """Whether the written value alone says its type."""
    if isinstance(value.data, Redacted):
        return True
    if value.type is ValueType.SECRET:
        return False
    return value.type is not ValueType.JSON or isinstance(value.data, dict | list)


@dataclass(frozen=True)
class ValueCodec:
    """A value of a type, or of the type that its syntax says."""

    type: ValueType | None = None

    def decode(self, data: Any) -> Value:
        """The value."""
        return decode_value(data, self.type)

    def encode(self, value: Value) -> Any:
        """The value without its type."""
        return encode_value(value)

    def schema(self) -> dict[str, Any]:
        """Anything: the type is said elsewhere."""
        return {}


VALUE_TYPE = Choice(ValueType)
"""The name of a type."""

_WANTED = {
    ValueType.BOOL: "true or false",
    ValueType.STRING: "text",
    ValueType.INT: "a whole number",
    ValueType.DOUBLE: "a number",
    ValueType.SECRET: "the URI of a secret as text",
}
