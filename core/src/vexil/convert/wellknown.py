"""Protobuf's well-known types as Python values: Timestamp, Duration, Struct."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from vexil.convert.codec import REFUSALS, Functions, located
from vexil.convert.paths import at_key, each, invalid, prefixed
from vexil.core.errors import InvalidRequest
from vexil.core.frozen import FrozenDict, FrozenList
from vexil.core.jsontext import MAX_DEPTH, MAX_SAFE_INT

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_SECOND = -62_135_596_800
_LAST_SECOND = 253_402_300_799
_MOST_SECONDS = 315_576_000_000
_NANOS = 10**9


@lru_cache(maxsize=4096)
def _time(seconds: int, nanos: int) -> datetime:
    if not (_FIRST_SECOND <= seconds <= _LAST_SECOND and 0 <= nanos < _NANOS):
        raise invalid("a time outside the years 1 to 9999")
    return _EPOCH + timedelta(seconds=seconds, microseconds=nanos // 1000)


def read_time(message: Any) -> datetime:
    """Timestamp → UTC, cut to the microsecond; equal times share an object, as all of one commit do."""
    return _time(message.seconds, message.nanos)


def fill_time(message: Any, moment: datetime) -> None:
    """Time with an offset → Timestamp."""
    since = moment - _EPOCH
    message.seconds = since.days * 86_400 + since.seconds
    message.nanos = since.microseconds * 1000


def read_duration(message: Any) -> float:
    """Duration → seconds."""
    seconds, nanos = message.seconds, message.nanos
    if abs(seconds) > _MOST_SECONDS or abs(nanos) >= _NANOS or seconds * nanos < 0:
        raise invalid("not a duration within ±10,000 years")
    return float((seconds * _NANOS + nanos) / _NANOS)


def fill_duration(message: Any, seconds: float) -> None:
    """Seconds → Duration, rounded to the nanosecond."""
    if not (math.isfinite(seconds) and abs(seconds) <= _MOST_SECONDS):
        raise invalid("not a duration within ±10,000 years")
    # From the decimal digits that people wrote, not the binary fraction next to them: 0.1 is 100,000,000 ns.
    whole, nanos = divmod(abs(round(Decimal(repr(seconds)) * _NANOS)), _NANOS)
    sign = -1 if seconds < 0 else 1
    message.seconds, message.nanos = sign * whole, sign * nanos


def read_struct(message: Any, depth: int = 0) -> FrozenDict:
    """Struct → JSON object, read-only, members sorted by name; see `read_number` for its numbers."""
    fields = message.fields
    items: dict[str, Any] = {}
    for key in sorted(fields):
        try:
            items[key] = read_json(fields[key], depth + 1)
        except InvalidRequest as error:
            raise prefixed(error, at_key(key)) from None
    return FrozenDict(items)


def read_json(message: Any, depth: int) -> Any:
    """`google.protobuf.Value` → JSON value at that depth of its document."""
    if depth > MAX_DEPTH:
        raise invalid(f"nested deeper than {MAX_DEPTH} levels")
    match message.WhichOneof("kind"):
        case "string_value":
            return message.string_value
        case "number_value":
            return read_number(message.number_value)
        case "bool_value":
            return message.bool_value
        case "struct_value":
            return read_struct(message.struct_value, depth)
        case "list_value":
            values = message.list_value.values
            return FrozenList(each(lambda item: read_json(item, depth + 1), values))
        case "null_value":
            return None
        case _:
            raise invalid("a value without a kind")


def read_number(number: float) -> int | float:
    """A double that is whole and within ±(2^53−1) → int, so that 5 stays 5; another finite one → float."""
    if number.is_integer() and -MAX_SAFE_INT <= number <= MAX_SAFE_INT:
        return int(number)
    if not math.isfinite(number):
        raise invalid(f"{number} is not a JSON number")
    return number


def fill_struct(message: Any, values: Mapping[str, Any], depth: int = 0) -> None:
    """JSON object → Struct. An integer that a double can't hold is refused: numbers never change silently."""
    message.SetInParent()
    fields = message.fields
    for key, value in values.items():
        try:
            _fill_json(fields[key], value, depth + 1)
        except REFUSALS as error:
            raise located(error, at_key(str(key))) from None


def _fill_json(message: Any, value: Any, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise invalid(f"nested deeper than {MAX_DEPTH} levels")
    match value:
        case bool():
            message.bool_value = value
        case str():
            message.string_value = value
        case int() | float():
            message.number_value = _double(value)
        case None:
            message.null_value = 0
        case Mapping():
            fill_struct(message.struct_value, value, depth)
        case list() | tuple():
            message.list_value.SetInParent()
            values = message.list_value.values
            for index, item in enumerate(value):
                try:
                    _fill_json(values.add(), item, depth + 1)
                except REFUSALS as error:
                    raise located(error, f"[{index}]") from None
        case _:
            raise invalid(f"a {type(value).__name__} is not a JSON value")


def _double(number: float) -> float:
    if isinstance(number, int) and abs(number) > MAX_SAFE_INT:
        raise invalid("an integer outside ±(2^53-1) would change its value; send it as text")
    if not math.isfinite(number):
        raise invalid(f"{number} is not a JSON number")
    return float(number)


TIMESTAMP = Functions(read_time, fill_time)
DURATION = Functions(read_duration, fill_duration)
STRUCT = Functions(read_struct, fill_struct)
