"""Messages drawn from their descriptors: valid ones, nearly valid ones, and anything that the types allow."""

import math
import random
from collections.abc import Mapping, Sequence
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from tests.fuzz.hostile import TEXTS

_DEEPEST = 6
_INTEGERS = {
    FieldDescriptor.CPPTYPE_INT32: (-(2**31), 2**31 - 1),
    FieldDescriptor.CPPTYPE_INT64: (-(2**63), 2**63 - 1),
    FieldDescriptor.CPPTYPE_UINT32: (0, 2**32 - 1),
    FieldDescriptor.CPPTYPE_UINT64: (0, 2**64 - 1),
}
_DOUBLES = (0.0, -0.0, 1.5, 1e308, -1e-308, 2.0**53, math.inf, -math.inf, math.nan)


class Drawer:
    """Draws messages with that source of chance.

    `words` are texts that mean something to the server, by the name of the field that holds them; under the
    empty name those for any field. `samples` are good messages, by the name of their type. `wildness`, from 0
    to 1, is how often a field is not what it should be. A `sparse` drawer leaves out what has neither words
    nor samples.
    """

    def __init__(
        self,
        chance: random.Random,
        words: Mapping[str, Sequence[str]],
        samples: Mapping[str, Sequence[Message]],
        wildness: float,
        *,
        sparse: bool = False,
    ) -> None:
        self._chance = chance
        self._words = words
        self._samples = samples
        self._wildness = wildness
        self._sparse = sparse

    def message(self, descriptor: Descriptor, depth: int = 0) -> Message:
        """A message of that type."""
        samples = self._samples.get(descriptor.full_name)
        if samples and self._chance.random() < 0.8:
            sample = self._chance.choice(samples)
            return self.mutated(sample) if self._chance.random() < self._wildness else sample
        message: Message = GetMessageClass(descriptor)()
        chosen = {each.name: self._chance.choice(each.fields).name for each in descriptor.oneofs}
        for field in descriptor.fields:
            oneof = field.containing_oneof
            if oneof is not None and len(oneof.fields) > 1 and chosen[oneof.name] != field.name:
                continue
            if self._wants(field, depth):
                self._fill(message, field, depth)
        return message

    def mutated(self, message: Message) -> Message:
        """The same message with a few fields somewhere in it drawn anew, repeated, or left out."""
        copy = type(message)()
        copy.CopyFrom(message)
        for _ in range(self._chance.randint(1, 3)):
            target, depth = copy, 0
            while (inner := self._inner(target)) and self._chance.random() < 0.8:
                target, depth = self._chance.choice(inner), depth + 1
            fields: Sequence[Any] = target.DESCRIPTOR.fields  # the stubs have two types of them
            if not fields:
                continue
            field = self._chance.choice(fields)
            if self._chance.random() < 0.5:
                target.ClearField(field.name)
            if self._chance.random() < 0.8:
                self._fill(target, field, depth)
        return copy

    def text(self, name: str = "") -> str:
        """A text for the field of that name."""
        known = self._words.get(name) or self._words.get("", ())
        if known and self._chance.random() >= self._wildness:
            return self._chance.choice(known)
        text = self._chance.choice(TEXTS)
        return text + self._chance.choice(TEXTS) if self._chance.random() < 0.1 else text

    def _wants(self, field: FieldDescriptor, depth: int) -> bool:
        if self._sparse and depth == 0:
            kind = field.message_type
            known = field.name in self._words if kind is None else kind.full_name in self._samples
            return known or self._chance.random() < self._wildness
        if field.message_type is None:
            return self._chance.random() < 0.7
        return depth < _DEEPEST and self._chance.random() < 0.8 - 0.1 * depth

    def _fill(self, message: Message, field: FieldDescriptor, depth: int) -> None:
        if not field.is_repeated:
            value = self._value(field, depth)
            if field.message_type is not None:
                getattr(message, field.name).CopyFrom(value)
            else:
                setattr(message, field.name, value)
            return
        held: Any = getattr(message, field.name)
        for _ in range(self._chance.choice((1, 1, 2, 3) if self._chance.random() < 0.98 else (300,))):
            if field.message_type is None:
                held.append(self._value(field, depth))
            elif field.message_type.GetOptions().map_entry:
                self._enter(held, field.message_type, depth)
            else:
                held.add().CopyFrom(self._value(field, depth))

    def _enter(self, held: Any, entry: Descriptor, depth: int) -> None:
        key = self._value(entry.fields_by_name["key"], depth)
        value = self._value(entry.fields_by_name["value"], depth)
        if entry.fields_by_name["value"].message_type is not None:
            held[key].CopyFrom(value)
        else:
            held[key] = value

    def _value(self, field: FieldDescriptor, depth: int) -> Any:
        chance, wild = self._chance, self._chance.random() < self._wildness
        if field.message_type is not None:
            return self.message(field.message_type, depth + 1)
        match field.cpp_type:
            case FieldDescriptor.CPPTYPE_STRING if field.type == FieldDescriptor.TYPE_BYTES:
                return chance.randbytes(chance.choice((0, 1, 16, 32, 1000)))
            case FieldDescriptor.CPPTYPE_STRING:
                return self.text(field.name)
            case FieldDescriptor.CPPTYPE_BOOL:
                return chance.random() < 0.5
            case FieldDescriptor.CPPTYPE_ENUM if field.enum_type is not None:
                numbers = [value.number for value in field.enum_type.values]
                return chance.choice([-1, 999, 2**31 - 1] if wild else numbers)
            case FieldDescriptor.CPPTYPE_DOUBLE:
                return chance.choice(_DOUBLES) if wild else chance.random()
            case FieldDescriptor.CPPTYPE_FLOAT:
                return chance.random()
            case kind:
                low, high = _INTEGERS[kind]
                return chance.choice((low, high, -1 if low else 0, 0)) if wild else chance.randint(0, 20)

    @staticmethod
    def _inner(message: Message) -> list[Message]:
        """The messages right inside."""
        found: list[Message] = []
        for field, value in message.ListFields():
            if field.message_type is None:
                continue
            if not field.is_repeated:
                found.append(value)
            elif not field.message_type.GetOptions().map_entry:
                found += value
            elif field.message_type.fields_by_name["value"].message_type is not None:
                found += value.values()
        return found
