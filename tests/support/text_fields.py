"""Every text field of a message, however deep, and messages with a text there."""

from collections.abc import Iterator
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

Way = tuple[FieldDescriptor, ...]


def ways_to_text(message: Any, above: tuple[str, ...] = ()) -> Iterator[Way]:
    """The way to every text field; what holds itself is entered once."""
    for field in message.fields:
        inner = field.message_type
        if inner is None:
            if field.type == FieldDescriptor.TYPE_STRING:
                yield (field,)
        elif inner.full_name not in above:
            for rest in ways_to_text(inner, (*above, message.full_name)):
                yield (field, *rest)


def with_text(request: Message, path: Way, text: str) -> Message:
    """The same request with the text in that field."""
    changed = type(request)()
    changed.CopyFrom(request)
    _write(changed, path, text)
    return changed


def _write(message: Any, path: Way, text: str) -> None:
    field, *rest = path
    held = getattr(message, field.name)
    if field.message_type is None:
        if field.is_repeated:
            held.append(text)
        else:
            setattr(message, field.name, text)
    elif field.message_type.GetOptions().map_entry:
        _enter(held, field.message_type, tuple(rest), text)
    elif field.is_repeated:
        _write(held[0] if held else held.add(), tuple(rest), text)
    else:
        held.SetInParent()
        _write(held, tuple(rest), text)


def _enter(held: Any, entry: Descriptor, rest: Way, text: str) -> None:
    key, value = entry.fields_by_name["key"], entry.fields_by_name["value"]
    name = text if rest[0].name == "key" else _any(key)
    if value.message_type is None:
        held[name] = text if rest[0].name == "value" else _any(value)
    elif rest[0].name == "key":
        held[name].SetInParent()
    else:
        _write(held[name], rest[1:], text)


def _any(field: FieldDescriptor) -> str | int:
    return "x" if field.type == FieldDescriptor.TYPE_STRING else 1
