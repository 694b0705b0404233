"""Messages in which every field is set, made from descriptors, so that a field added later is set too."""

from typing import Any

from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from google.protobuf.struct_pb2 import Struct
from google.protobuf.timestamp_pb2 import Timestamp

from vexil.v1.resource_pb2 import ResourceKind

NEVER_FROM_CALLERS = {
    "vexil.v1.Value.encrypted",
    "vexil.v1.Value.redacted",
    "vexil.v1.Value.sensitive",
    "vexil.v1.Value.fingerprint",
}
"""What the server makes of sensitive values, in settings and definitions alone."""

Field = Any
"""A field's descriptor, which has not the type that is published for it."""


def filled(descriptor: Any, zeros: bool = False, around: tuple[Any, ...] = ()) -> list[Message]:
    """Messages of this type, as many as it takes for each member of each oneof to be set in one of them.

    No field has its default, or, with `zeros`, each scalar for which unset differs from zero is set to zero.
    Where fields must agree, such as an id's kind with the content, they do. `around` are the types of the
    messages that this one is in; a type is in itself once at most.
    """
    within = (*around, descriptor)
    alone = [[field] for field in descriptor.fields if field.containing_oneof is None]
    choices = [
        [(field, value) for field in group for value in _values(field, zeros, within)]
        for group in [*alone, *(oneof.fields for oneof in descriptor.oneofs)]
    ]
    return [
        _message(descriptor, [choice[number % len(choice)] for choice in choices if choice])
        for number in range(max(map(len, choices), default=1))
    ]


def _values(field: Field, zeros: bool, within: tuple[Any, ...]) -> list[Any]:
    """What the field is set to in one message after the other."""
    if field.full_name in NEVER_FROM_CALLERS:
        return []
    if field.message_type and field.message_type.GetOptions().map_entry:
        return [
            {"name": value} for value in _values(field.message_type.fields_by_name["value"], zeros, within)
        ]
    if field.message_type is None:
        items = [_scalar(field, zeros and field.has_presence)]
    elif known := _well_known(field.message_type.full_name):
        items = [known]
    elif within.count(field.message_type) > 1:
        return []
    else:
        items = filled(field.message_type, zeros, within)
    return [items] if field.is_repeated else items


def _scalar(field: Field, zero: bool) -> Any:
    if field.name == "json_value":
        return '{"a":[1,null]}'
    if zero:
        return field.default_value
    if field.enum_type:
        return field.enum_type.values[-1].number
    match field.cpp_type:
        case field.CPPTYPE_STRING if field.type == field.TYPE_BYTES:
            return f"a {field.name}".encode()
        case field.CPPTYPE_STRING:
            return f"a {field.name}"
        case field.CPPTYPE_BOOL:
            # Where unset differs from false, it means true.
            return not (field.has_presence and field.containing_oneof.name.startswith("_"))
        case field.CPPTYPE_DOUBLE:
            return 1.5
        case _:
            return 7


def _well_known(name: str) -> Message | None:
    match name:
        case "google.protobuf.Struct":
            struct = Struct()
            struct.update({"text": "a", "number": 1.5, "flag": True, "none": None, "list": [1, {"a": []}]})
            return struct
        case "google.protobuf.Timestamp":
            return Timestamp(seconds=1_700_000_000, nanos=123_456_000)
        case "google.protobuf.Duration":
            return Duration(seconds=90, nanos=500_000_000)
        case _:
            return None


def _message(descriptor: Any, fields: list[tuple[Field, Any]]) -> Message:
    message = GetMessageClass(descriptor)()
    for field, value in fields:
        held = getattr(message, field.name)
        if isinstance(value, dict):
            for key, item in value.items():
                if isinstance(item, Message):
                    held[key].CopyFrom(item)
                else:
                    held[key] = item
        elif isinstance(value, list):
            held.extend(value)
        elif isinstance(value, Message):
            held.CopyFrom(value)
        else:
            setattr(message, field.name, value)
    _agree(message)
    return message


def _agree(message: Any) -> None:
    """Makes what a message says twice the same."""
    match message.DESCRIPTOR.name:
        case "ResourceState":
            message.id.kind = _kind(message.resource)
        case "Change" if message.HasField("put"):
            message.id.kind = _kind(message.put)
        case "ResourceChange" if message.HasField("put"):
            message.id.CopyFrom(message.put.id)
        case "Commit":
            message.change_count = len(message.changes)


def _kind(resource: Any) -> int:
    return ResourceKind.Value(f"RESOURCE_KIND_{resource.WhichOneof('spec').upper()}")
