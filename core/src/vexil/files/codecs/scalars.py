"""Codecs of single values: text, booleans, choices, free JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Generic, TypeVar

from vexil.core import jsontext
from vexil.core.frozen import freeze, thaw
from vexil.files.codecs.misfit import Misfit, name_of, unknown
from vexil.files.codecs.quantities import whole

E = TypeVar("E", bound=Enum)


class Text:
    """A string."""

    def decode(self, data: Any) -> str:
        """The text."""
        if not isinstance(data, str):
            quoted = f'; write "{data}" in quotes' if isinstance(data, int | float) else ""
            raise Misfit(f"must be text, not {name_of(data)}{quoted}")
        if not data.isascii() and any("\ud800" <= character <= "\udfff" for character in data):
            raise Misfit("is text with a lone surrogate, which is not a character")
        return data

    def encode(self, value: str) -> Any:
        """The text."""
        return value

    def schema(self) -> dict[str, Any]:
        """A string."""
        return {"type": "string"}


class Boolean:
    """True or false."""

    def decode(self, data: Any) -> bool:
        """The boolean."""
        if not isinstance(data, bool):
            raise Misfit(f"must be true or false, not {name_of(data)}")
        return data

    def encode(self, value: bool) -> Any:
        """The boolean."""
        return value

    def schema(self) -> dict[str, Any]:
        """A boolean."""
        return {"type": "boolean"}


@dataclass(frozen=True)
class Choice(Generic[E]):
    """A member of an enum, by its value where that is text and by its name in lower case elsewhere."""

    choices: type[E]

    def decode(self, data: Any) -> E:
        """The member."""
        members = self._members()
        if not isinstance(data, str):
            raise Misfit(f"must be one of {', '.join(members)}, not {name_of(data)}")
        if data not in members:
            raise Misfit(unknown(data, members, "choice"))
        return members[data]

    def encode(self, value: E) -> Any:
        """The member's text."""
        return _text_of(value)

    def schema(self) -> dict[str, Any]:
        """The texts allowed."""
        return {"enum": list(self._members())}

    def _members(self) -> dict[str, E]:
        return {_text_of(member): member for member in self.choices}


class JsonObject:
    """A free JSON object.

    These travel as `google.protobuf.Struct`, which does not tell 1 from 1.0: a whole number is an integer.
    """

    def decode(self, data: Any) -> Mapping[str, Any]:
        """The object, read-only."""
        if not isinstance(data, dict):
            raise Misfit(f"must be a mapping, not {name_of(data)}")
        try:
            jsontext.check(data)
        except jsontext.JsonProblem as problem:
            raise Misfit(str(problem)) from None
        frozen: Mapping[str, Any] = freeze(_plain_numbers(data))
        return frozen

    def encode(self, value: Mapping[str, Any]) -> Any:
        """A copy."""
        return thaw(dict(value))

    def schema(self) -> dict[str, Any]:
        """Any object."""
        return {"type": "object"}


def _plain_numbers(data: Any) -> Any:
    if isinstance(data, dict):
        return {name: _plain_numbers(item) for name, item in data.items()}
    if isinstance(data, list):
        return [_plain_numbers(item) for item in data]
    return whole(data) if isinstance(data, float) else data


def _text_of(member: Enum) -> str:
    return member.value if isinstance(member.value, str) else member.name.lower()
