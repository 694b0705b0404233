"""Typed values: `vexil.core.value` and `vexil.v1.Value`."""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from vexil.convert.codec import REFUSALS, Enumeration, Functions, located
from vexil.convert.paths import invalid, unknown
from vexil.core import jsontext
from vexil.core.frozen import freeze
from vexil.core.value import Encrypted, Redacted, SecretReference, Value, ValueType
from vexil.v1 import value_pb2

VALUE_TYPES: Enumeration[ValueType] = Enumeration(ValueType, value_pb2.ValueType, "VALUE_TYPE")

_TYPES = {f"{each.value}_value": each for each in ValueType}
_FROM_SERVER = ("encrypted", "redacted")


def value_from_proto(message: value_pb2.Value) -> Value:
    """The value of a message; JSON is parsed and made read-only. Raises InvalidRequest."""
    member = message.WhichOneof("kind")
    if member is None:
        raise unknown(f"none of {', '.join(_TYPES)} is set")
    if member in _FROM_SERVER:
        raise invalid("is what the server makes of a sensitive value; send the value itself", member)
    data: Any = getattr(message, member)
    match member:
        case "double_value" if not math.isfinite(data):
            raise invalid(f"{data} is not a finite number", member)
        case "json_value":
            try:
                data = freeze(jsontext.parse(data))
            except jsontext.JsonProblem as problem:
                raise invalid(str(problem), member) from None
        case "secret_value":
            data = SecretReference(data.uri)
        case _:
            pass
    return Value(_TYPES[member], data)


def requested_value_from_proto(message: value_pb2.Value) -> Value:
    """The value of a message in which a caller asks for one: that may be what it is already, not shown."""
    if message.WhichOneof("kind") == "redacted":
        return Value(VALUE_TYPES.read(message.redacted.type), Redacted(message.fingerprint))
    return value_from_proto(message)


def written_value_from_proto(message: value_pb2.Value) -> Value:
    """The value of a message that the server has written: it may also be encrypted, or not shown."""
    match message.WhichOneof("kind"):
        case "encrypted":
            sealed = message.encrypted
            data = Encrypted(
                sealed.key_id, sealed.wrapped_key, sealed.nonce, sealed.ciphertext, sealed.fingerprint.hex()
            )
            return Value(VALUE_TYPES.read(sealed.type), data)
        case "redacted":
            return requested_value_from_proto(message)
        case _:
            value = value_from_proto(message)
            if not (message.sensitive or message.fingerprint):
                return value
            return replace(value, sensitive=message.sensitive, fingerprint=message.fingerprint)


def value_to_proto(value: Value) -> value_pb2.Value:
    """The message of a value; JSON in its canonical form. Raises InvalidRequest."""
    message = value_pb2.Value()
    fill_value(message, value.type, value.data)
    return message


def fill_value(message: value_pb2.Value, value_type: ValueType, data: Any) -> None:
    """Makes an empty message hold data of a type; what is encrypted is not shown. Raises InvalidRequest."""
    if isinstance(data, Encrypted | Redacted):
        message.redacted.type = VALUE_TYPES.numbers[value_type]
        message.fingerprint = data.fingerprint
        return
    try:
        _FILLERS[value_type](message, data)
    except REFUSALS as error:
        raise located(error, f"{value_type.value}_value") from None


def _fill_bool(message: value_pb2.Value, data: Any) -> None:
    message.bool_value = data


def _fill_string(message: value_pb2.Value, data: Any) -> None:
    message.string_value = data


def _fill_int(message: value_pb2.Value, data: Any) -> None:
    message.int_value = data


def _fill_double(message: value_pb2.Value, data: Any) -> None:
    message.double_value = data


def _fill_json(message: value_pb2.Value, data: Any) -> None:
    message.json_value = jsontext.dump(data)


def _fill_secret(message: value_pb2.Value, data: Any) -> None:
    message.secret_value.uri = data.uri


_FILLERS: Mapping[ValueType, Callable[[value_pb2.Value, Any], None]] = {
    ValueType.BOOL: _fill_bool,
    ValueType.STRING: _fill_string,
    ValueType.INT: _fill_int,
    ValueType.DOUBLE: _fill_double,
    ValueType.JSON: _fill_json,
    ValueType.SECRET: _fill_secret,
}


def _fill_stored(message: value_pb2.Value, value: Value) -> None:
    if isinstance(value.data, Encrypted):
        message.encrypted.type = VALUE_TYPES.numbers[value.type]
        message.encrypted.key_id = value.data.key_id
        message.encrypted.wrapped_key = value.data.wrapped_key
        message.encrypted.nonce = value.data.nonce
        message.encrypted.ciphertext = value.data.ciphertext
        message.encrypted.fingerprint = bytes.fromhex(value.data.fingerprint)
    else:
        fill_value(message, value.type, value.data)


def _fill_shown(message: value_pb2.Value, value: Value) -> None:
    fill_value(message, value.type, Redacted(value.fingerprint) if value.sensitive else value.data)
    if value.fingerprint:
        message.fingerprint = value.fingerprint


def _fill_plain(message: value_pb2.Value, value: Value) -> None:
    fill_value(message, value.type, value.data)


def _fill_revealed(message: value_pb2.Value, value: Value) -> None:
    fill_value(message, value.type, value.data)
    message.sensitive = value.sensitive


OPERAND = Functions(value_from_proto, _fill_plain)
"""A value that is never sensitive."""

VALUE = Functions(requested_value_from_proto, _fill_shown)
"""A value for and from anybody: not shown when it is sensitive."""

REVEALED_VALUE = Functions(value_from_proto, _fill_revealed)
"""A value for those who may have it, and whether it is sensitive."""

STORED_VALUE = Functions(written_value_from_proto, _fill_stored)
"""A value for the store, where it may be encrypted, and as it is read from there and from a server."""
