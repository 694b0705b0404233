"""Messages as what JSON knows, with names as flows write them: `customerPriorities`."""

import json
import math
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.protobuf.struct_pb2 import ListValue, Struct
from google.protobuf.struct_pb2 import Value as JsonValue

from vexil.bridge.names import enum_word
from vexil.v1.value_pb2 import Value


def plain(message: Message) -> dict[str, Any]:
    """What is set in a message, by the fields' names in camel case; numbers of seconds for durations."""
    return {field.json_name: _field(field, value) for field, value in message.ListFields()}


def plain_value(value: Value) -> Any:
    """A setting's value; of a secret, where it can be found."""
    match value.WhichOneof("kind"):
        case "json_value":
            return json.loads(value.json_value)
        case "secret_value":
            return value.secret_value.uri
        case None:
            return None
        case kind:
            return _number(getattr(value, kind))


def plain_struct(struct: Struct) -> dict[str, Any]:
    """A JSON object."""
    return {name: _json(value) for name, value in struct.fields.items()}


def _field(field: FieldDescriptor, value: Any) -> Any:
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        return {
            name: _single(field.message_type.fields_by_name["value"], each) for name, each in value.items()
        }
    if field.is_repeated:
        return [_single(field, each) for each in value]
    return _single(field, value)


def _single(field: FieldDescriptor, value: Any) -> Any:
    match value:
        case Struct():
            return plain_struct(value)
        case Value():
            return plain_value(value)
        case Duration():
            return _number(value.seconds + value.nanos / 1e9)
        case Message():
            return plain(value)
        case _ if field.enum_type is not None:
            return enum_word(field.enum_type, value)
        case _:
            return _number(value)


def _json(value: JsonValue) -> Any:
    match value.WhichOneof("kind"):
        case "struct_value":
            return plain_struct(value.struct_value)
        case "list_value":
            return _list(value.list_value)
        case "null_value" | None:
            return None
        case kind:
            return _number(getattr(value, kind))


def _list(values: ListValue) -> list[Any]:
    return [_json(value) for value in values.values]


def _number(value: Any) -> Any:
    """5 for 5.0, as JavaScript and so Connect would write it; nothing for what JSON has no number for."""
    if not isinstance(value, float):
        return value
    if not math.isfinite(value):
        return None
    return int(value) if value.is_integer() and abs(value) < 2**53 else value
