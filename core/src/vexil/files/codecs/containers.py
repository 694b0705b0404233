"""Codecs of lists, mappings and records, made of the codecs of what they hold."""

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from typing import Any, Generic, TypeVar

from vexil.core.frozen import FrozenDict
from vexil.files.codecs.fields import Codec, Fields
from vexil.files.codecs.misfit import Misfit, name_of
from vexil.files.codecs.scalars import Text
from vexil.files.path import Path

T = TypeVar("T")


@dataclass(frozen=True)
class ListOf(Generic[T]):
    """A list of things of one sort."""

    item: Codec[T]

    def decode(self, data: Any) -> tuple[T, ...]:
        """The items in order."""
        if not isinstance(data, list):
            raise Misfit(f"must be a list, not {name_of(data)}")
        found: list[T] = []
        problems: list[tuple[Path, str]] = []
        for index, item in enumerate(data):
            try:
                found.append(self.item.decode(item))
            except Misfit as misfit:
                problems += misfit.under(index)
        if problems:
            raise Misfit.of(problems)
        return tuple(found)

    def encode(self, value: Sequence[T]) -> Any:
        """A list."""
        return [self.item.encode(item) for item in value]

    def schema(self) -> dict[str, Any]:
        """An array."""
        return {"type": "array", "items": self.item.schema()}


@dataclass(frozen=True)
class OneOrMore(Generic[T]):
    """A list of things that are no lists, or one of them alone."""

    item: Codec[T]

    def decode(self, data: Any) -> tuple[T, ...]:
        """The items in order."""
        return ListOf(self.item).decode(data) if isinstance(data, list) else (self.item.decode(data),)

    def encode(self, value: Sequence[T]) -> Any:
        """The item where there is one, otherwise a list."""
        return self.item.encode(value[0]) if len(value) == 1 else ListOf(self.item).encode(value)

    def schema(self) -> dict[str, Any]:
        """Either."""
        return {"anyOf": [self.item.schema(), ListOf(self.item).schema()]}


@dataclass(frozen=True)
class MapOf(Generic[T]):
    """A mapping from free names to things of one sort."""

    item: Codec[T]

    def decode(self, data: Any) -> Mapping[str, T]:
        """The members in order, read-only."""
        if not isinstance(data, dict):
            raise Misfit(f"must be a mapping, not {name_of(data)}")
        found: dict[str, T] = {}
        problems: list[tuple[Path, str]] = []
        for name, item in data.items():
            try:
                found[name] = self.item.decode(item)
            except Misfit as misfit:
                problems += misfit.under(name)
        if problems:
            raise Misfit.of(problems)
        return FrozenDict(found)

    def encode(self, value: Mapping[str, T]) -> Any:
        """A mapping."""
        return {name: self.item.encode(item) for name, item in value.items()}

    def schema(self) -> dict[str, Any]:
        """An object with free names."""
        return {"type": "object", "additionalProperties": self.item.schema()}


class Pairs(Generic[T]):
    """Dataclasses of two fields, as a mapping from the first to the second, in order.

    Where the first is not unique, and anywhere else too, as a list of mappings with both.
    """

    def __init__(self, made: type[T], first: str, second: str, codec: Codec[Any]) -> None:
        self._made = made
        self._first = first
        self._second = second
        self._map: MapOf[Any] = MapOf(codec)
        self._list = ListOf(Record(made, **{first: Text(), second: codec}))

    def decode(self, data: Any) -> tuple[T, ...]:
        """The dataclasses in order."""
        if isinstance(data, list):
            return self._list.decode(data)
        pairs = self._map.decode(data).items()
        return tuple(self._made(**{self._first: first, self._second: second}) for first, second in pairs)

    def encode(self, value: Sequence[T]) -> Any:
        """A mapping where it can be one."""
        pairs = {getattr(item, self._first): getattr(item, self._second) for item in value}
        return self._map.encode(pairs) if len(pairs) == len(value) else self._list.encode(value)

    def schema(self) -> dict[str, Any]:
        """Either form."""
        return {"oneOf": [self._map.schema(), self._list.schema()]}


class Record(Generic[T]):
    """A dataclass, field by field. Fields without a default are required; defaults are not written."""

    def __init__(
        self, made: type[T], names: Mapping[str, str] | None = None, /, **codecs: Codec[Any]
    ) -> None:
        """`codecs` go by the dataclass's fields; `names` has those that files call otherwise."""
        self._made = made
        self._codecs = codecs
        self._names = {name: (names or {}).get(name, name) for name in codecs}
        self._defaults = {
            field.name: field.default if field.default_factory is MISSING else field.default_factory()
            for field in fields(made)  # type: ignore[arg-type]
        }

    def decode(self, data: Any) -> T:
        """The dataclass."""
        given = Fields(data, list(self._names.values()))
        values: dict[str, Any] = {}
        for attribute, name in self._names.items():
            default = self._defaults[attribute]
            if name not in given and default is MISSING:
                given.refuse(f"the field {name!r} is missing")
            values[attribute] = given.take(name, self._codecs[attribute], default)
        given.done()
        return self._made(**values)

    def encode(self, value: T) -> Any:
        """A mapping of the fields that are not at their default."""
        encoded = {}
        for attribute, name in self._names.items():
            member = getattr(value, attribute)
            if self._defaults[attribute] is MISSING or member != self._defaults[attribute]:
                encoded[name] = self._codecs[attribute].encode(member)
        return encoded

    def schema(self) -> dict[str, Any]:
        """An object with exactly these fields."""
        return {
            "type": "object",
            "properties": {name: self._codecs[attribute].schema() for attribute, name in self._names.items()},
            "required": [
                name for attribute, name in self._names.items() if self._defaults[attribute] is MISSING
            ],
            "additionalProperties": False,
        }
