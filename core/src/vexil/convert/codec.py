"""What every converter of one message type offers, and how choices among members and types are made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Generic, Protocol, TypeVar

from vexil.convert.paths import invalid, prefixed, unknown
from vexil.core.errors import InvalidRequest

E = TypeVar("E", bound=Enum)

REFUSALS = (InvalidRequest, TypeError, ValueError)
"""What filling a message may raise: protobuf's own refusals are the builtin ones."""


def located(error: Exception, path: str) -> InvalidRequest:
    """The InvalidRequest for one of `REFUSALS`, met in that field; protobuf's own words stay here."""
    match error:
        case InvalidRequest():
            return prefixed(error, path)
        case UnicodeEncodeError():
            return invalid("text with a lone surrogate", path)
        case _:
            return invalid("not a value that this field can hold", path)


class Codec(Protocol):
    """Reads and fills messages of one type."""

    def read(self, message: Any, /) -> Any:
        """The model of a message. Raises InvalidRequest with the path inside the message."""

    def fill(self, message: Any, model: Any, /) -> None:
        """Makes an empty message say what the model says. Raises InvalidRequest."""


@dataclass(frozen=True, slots=True)
class Functions:
    """A codec made of two functions."""

    read: Callable[[Any], Any]
    fill: Callable[[Any, Any], None]


class Enumeration(Generic[E]):
    """An enum of the model and one of the wire, paired by their members' names; `numbers` is the wire's."""

    def __init__(self, members: type[E], wire: Any, prefix: str) -> None:
        self._what = prefix.lower().replace("_", " ")
        self.numbers: Mapping[E, Any] = {each: wire.Value(f"{prefix}_{each.name}") for each in members}
        self._members = {number: each for each, number in self.numbers.items()}

    def read(self, number: int) -> E:
        """The member with that number; NotUnderstood when there is none, as for 0."""
        found = self._members.get(number)
        if found is None:
            raise unknown(f"{number} is no known {self._what}" if number else f"the {self._what} is not said")
        return found


def fill_each(fill: Callable[[Any, Any], None], items: Any, values: Any) -> None:
    """Adds a message to a repeated field for each value; a failure's path starts with `[index]`."""
    for index, value in enumerate(values):
        try:
            fill(items.add(), value)
        except REFUSALS as error:
            raise located(error, f"[{index}]") from None


class Union:
    """A oneof whose members stand for different Python types."""

    def __init__(self, oneof: str) -> None:
        self._oneof = oneof
        self._readers: dict[str, Callable[[Any], Any]] = {}
        self._fillers: dict[type, tuple[str, Callable[[Any, Any], None]]] = {}

    def message(self, name: str, model: type, codec: Codec) -> None:
        """Adds a member that is a message."""

        def fill(message: Any, value: Any) -> None:
            member = getattr(message, name)
            member.SetInParent()
            codec.fill(member, value)

        self._readers[name] = codec.read
        self._fillers[model] = (name, fill)

    def text(self, name: str, model: type, attribute: str | None = None) -> None:
        """Adds a member that is text: a str, or an object around one, held in that attribute."""

        def fill(message: Any, value: Any) -> None:
            setattr(message, name, getattr(value, attribute) if attribute else value)

        self._readers[name] = model
        self._fillers[model] = (name, fill)

    def read(self, message: Any, /) -> Any:
        """The model of the member that is set; NotUnderstood when none is."""
        name = message.WhichOneof(self._oneof)
        if name is None:
            raise unknown(f"none of {', '.join(self._readers)} is set")
        try:
            return self._readers[name](getattr(message, name))
        except InvalidRequest as error:
            raise prefixed(error, name) from None

    def fill(self, message: Any, model: Any, /) -> None:
        """Sets the member that stands for the model's type."""
        found = self._fillers.get(type(model))
        if found is None:
            raise invalid(f"a {type(model).__name__} is none of {', '.join(self._readers)}")
        name, fill = found
        try:
            fill(message, model)
        except REFUSALS as error:
            raise located(error, name) from None
