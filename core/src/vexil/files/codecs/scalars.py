"""Codecs of single values: text, numbers, choices, durations, times, free JSON."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Generic, TypeVar

from vexil.core import jsontext
from vexil.core.frozen import freeze, thaw
from vexil.files.codecs.misfit import Misfit, name_of, unknown

E = TypeVar("E", bound=Enum)

_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}
_DURATION = re.compile(r"([0-9]+(?:\.[0-9]+)?(?:e[-+]?[0-9]+)?)(ms|s|m|h|d)")


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


class Integer:
    """A whole number."""

    def decode(self, data: Any) -> int:
        """The integer."""
        if isinstance(data, bool) or not isinstance(data, int):
            raise Misfit(f"must be a whole number, not {name_of(data)}")
        return data

    def encode(self, value: int) -> Any:
        """The integer."""
        return value

    def schema(self) -> dict[str, Any]:
        """An integer."""
        return {"type": "integer"}


class Number:
    """A finite number; whole ones may be written without a fraction."""

    def decode(self, data: Any) -> float:
        """The number as a float."""
        if isinstance(data, bool) or not isinstance(data, int | float):
            raise Misfit(f"must be a number, not {name_of(data)}")
        return exact_float(data)

    def encode(self, value: float) -> Any:
        """The number, as an integer where it is one."""
        return whole(value)

    def schema(self) -> dict[str, Any]:
        """A number."""
        return {"type": "number"}


class Duration:
    """Seconds, or text such as `500ms`, `20s`, `5m`, `1h`, `7d`."""

    def decode(self, data: Any) -> float:
        """Seconds."""
        if isinstance(data, str):
            parts = _DURATION.fullmatch(data)
            if parts is None:
                raise Misfit(f'must be a duration such as "20s", "5m" or "1h", not {name_of(data)}')
            return exact_float(float(parts[1]) * _UNITS[parts[2]])
        return Number().decode(data)

    def encode(self, value: float) -> Any:
        """Text in seconds."""
        return f"{whole(value)}s"

    def schema(self) -> dict[str, Any]:
        """A number of seconds or a text with a unit."""
        return {"type": ["string", "number"], "examples": ["500ms", "20s", "5m", "1h", "7d"]}


class Timestamp:
    """A moment, RFC 3339 with an offset; TOML's own date-times too."""

    def decode(self, data: Any) -> datetime:
        """An aware datetime."""
        moment = data
        if isinstance(data, str):
            try:
                moment = datetime.fromisoformat(data)
            except ValueError:
                moment = None
        if not isinstance(moment, datetime) or moment.tzinfo is None:
            raise Misfit(
                f'must be a time with an offset, such as "2026-12-31T00:00:00Z", not {name_of(data)}'
            )
        return moment

    def encode(self, value: datetime) -> Any:
        """RFC 3339 text."""
        return value.isoformat().replace("+00:00", "Z")

    def schema(self) -> dict[str, Any]:
        """An RFC 3339 text."""
        return {"type": "string", "format": "date-time"}


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


def exact_float(number: float) -> float:
    """The number as a finite float of the same value. Raises Misfit."""
    try:
        exact = float(number)
    except OverflowError:
        exact = math.inf
    if not math.isfinite(exact):
        raise Misfit(f"must be a finite number, not {name_of(number)}")
    if exact != number:
        raise Misfit(f"must be a number that a double can hold exactly, not {number}")
    return exact


def whole(number: float) -> int | float:
    """The number as an integer where it is a small whole one."""
    return int(number) if float(number).is_integer() and abs(number) <= jsontext.MAX_SAFE_INT else number


def _plain_numbers(data: Any) -> Any:
    if isinstance(data, dict):
        return {name: _plain_numbers(item) for name, item in data.items()}
    if isinstance(data, list):
        return [_plain_numbers(item) for item in data]
    return whole(data) if isinstance(data, float) else data


def _text_of(member: Enum) -> str:
    return member.value if isinstance(member.value, str) else member.name.lower()
