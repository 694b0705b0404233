"""A dataclass and a message whose fields have the same names, converted by one table."""

import dataclasses
import math
from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from vexil.convert.codec import REFUSALS, Codec, Enumeration, fill_each, located
from vexil.convert.paths import at_key, each, invalid, prefixed
from vexil.core.errors import InvalidRequest
from vexil.core.frozen import FrozenDict

M = TypeVar("M")


class Record(Generic[M]):
    """Converts between a dataclass and the message with the same fields.

    How a field travels follows from its descriptor; only fields that hold messages or enums are named, with
    the codec of what they hold. Reading: an unset field takes the dataclass's default, or where it has none,
    zero; a message or an enum that has no default is refused. Repeated fields become tuples, maps read-only
    mappings in the order of their keys. Filling: None leaves the field unset. A field that only one side has
    is a TypeError when the record is made, thus at import.
    """

    def __init__(
        self, model: Callable[..., M], message: type[Message], **codecs: Codec | Enumeration[Any]
    ) -> None:
        fields = {field.name: field for field in dataclasses.fields(model)}  # type: ignore[arg-type]
        wire: Mapping[str, Any] = message.DESCRIPTOR.fields_by_name
        if fields.keys() != set(wire):
            raise TypeError(f"{model} and its message differ in {fields.keys() ^ set(wire)}")
        self._model = model
        self._readers = {wire[name]: (name, _reader(wire[name], codecs.get(name))) for name in fields}
        self._fillers = [
            (name, _has_zero(wire[name]), _filler(wire[name], codecs.get(name))) for name in fields
        ]
        without_default = {
            name
            for name, field in fields.items()
            if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        }
        self._required = [name for name in without_default if name in codecs and not wire[name].is_repeated]
        self._zeros = {
            name: () if wire[name].is_repeated else wire[name].default_value
            for name in without_default.difference(self._required)
        }

    def read(self, message: Any, /) -> M:
        """The dataclass for a message. Raises InvalidRequest."""
        values = dict(self._zeros)
        for descriptor, value in message.ListFields():
            name, read = self._readers[descriptor]
            try:
                values[name] = read(value)
            except InvalidRequest as error:
                raise prefixed(error, name) from None
        for name in self._required:
            if name not in values:
                raise invalid("is required", name)
        return self._model(**values)

    def fill(self, message: Any, model: M, /) -> None:
        """Makes an empty message say what the dataclass says. Raises InvalidRequest."""
        for name, has_zero, fill in self._fillers:
            value = getattr(model, name)
            if value is None or (has_zero and not value):
                continue
            try:
                fill(message, value)
            except REFUSALS as error:
                raise located(error, name) from None


def _reader(field: FieldDescriptor, codec: Codec | Enumeration[Any] | None) -> Callable[[Any], Any]:
    """Wire value of a set field → model value."""
    item = _plain_reader(field) if codec is None else codec.read
    if _is_map(field):
        return lambda entries: _read_map(item, entries)
    if field.is_repeated:
        return tuple if item is _same else lambda items: each(item, items)
    return item


def _filler(field: FieldDescriptor, codec: Codec | Enumeration[Any] | None) -> Callable[[Any, Any], None]:
    """Sets a field of a message to a model value that is not None."""
    name = field.name
    if isinstance(codec, Enumeration):
        numbers = codec.numbers
        if field.is_repeated:
            return lambda message, value: getattr(message, name).extend(numbers[each] for each in value)
        return lambda message, value: setattr(message, name, numbers[value])
    if codec is None:
        if _is_map(field):
            return lambda message, value: getattr(message, name).update(value)
        if field.is_repeated:
            return lambda message, value: getattr(message, name).extend(value)
        return lambda message, value: setattr(message, name, value)
    fill = codec.fill
    if _is_map(field):
        return lambda message, value: _fill_map(fill, getattr(message, name), value)
    if field.is_repeated:
        return lambda message, value: fill_each(fill, getattr(message, name), value)
    return lambda message, value: _fill_member(fill, getattr(message, name), value)


def _has_zero(field: FieldDescriptor) -> bool:
    """Whether empty, zero and false are the same as unset; not so for doubles, where -0.0 is false too."""
    return not field.has_presence and field.cpp_type != field.CPPTYPE_DOUBLE


def _is_map(field: FieldDescriptor) -> bool:
    return field.message_type is not None and field.message_type.GetOptions().map_entry


def _plain_reader(field: FieldDescriptor) -> Callable[[Any], Any]:
    return _finite if field.cpp_type == field.CPPTYPE_DOUBLE else _same


def _same(value: Any) -> Any:
    return value


def _finite(number: float) -> float:
    if not math.isfinite(number):
        raise invalid(f"{number} is not a finite number")
    return number


def _read_map(read: Callable[[Any], Any], entries: Any) -> FrozenDict:
    items: dict[str, Any] = {}
    for key in sorted(entries):
        try:
            items[key] = read(entries[key])
        except InvalidRequest as error:
            raise prefixed(error, at_key(key)) from None
    return FrozenDict(items)


def _fill_map(fill: Callable[[Any, Any], None], entries: Any, values: Any) -> None:
    for key, value in values.items():
        try:
            fill(entries[key], value)
        except REFUSALS as error:
            raise located(error, at_key(key)) from None


def _fill_member(fill: Callable[[Any, Any], None], member: Any, value: Any) -> None:
    member.SetInParent()
    fill(member, value)
