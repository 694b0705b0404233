"""What every converter of one type of message offers, and the parts that they share."""

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
        """The member with that number. Raises InvalidRequest for 0, NotUnderstood for another without one."""
        found = self._members.get(number)
        if found is None:
            raise unknown(f"{number} is no known {self._what}") if number else invalid("is required")
        return found


def fill_each(fill: Callable[[Any, Any], None], items: Any, values: Any) -> None:
    """Adds a message to a repeated field for each value; a failure's path starts with `[index]`."""
    for index, value in enumerate(values):
        try:
            fill(items.add(), value)
        except REFUSALS as error:
            raise located(error, f"[{index}]") from None
