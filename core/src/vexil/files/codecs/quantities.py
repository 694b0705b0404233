"""Codecs of numbers, durations and times."""

import math
import re
from datetime import datetime
from typing import Any

from vexil.core import jsontext
from vexil.files.codecs.misfit import Misfit, name_of

_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}
_DURATION = re.compile(r"([0-9]+(?:\.[0-9]+)?(?:e[-+]?[0-9]+)?)(ms|s|m|h|d)")


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
