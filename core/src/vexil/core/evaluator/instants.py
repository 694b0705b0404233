"""Instants: RFC 3339 text as exact seconds since 1970-01-01T00:00:00Z.

Text needs an offset and years from 0001 on; a leap second counts as the first of the next minute. Text of
more than 64 characters is no instant.
"""

import re
from datetime import date
from fractions import Fraction
from functools import lru_cache

Instant = int | Fraction
"""Seconds since the epoch, exact; compares with int and float."""

MAX_LENGTH = 64

_EPOCH = date(1970, 1, 1).toordinal()
_INSTANT = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(\.[0-9]+)?"
    r"(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))"
)


@lru_cache(maxsize=4096)
def parse_instant(text: str) -> Instant | None:
    """The instant that the text says; None when it is no RFC 3339 date-time."""
    if len(text) > MAX_LENGTH:
        return None
    found = _INSTANT.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second = map(int, found.groups()[:6])
    fraction, sign = found[7], found[8]
    offset_hour, offset_minute = int(found[9] or 0), int(found[10] or 0)
    if hour > 23 or minute > 59 or second > 60 or offset_hour > 23 or offset_minute > 59:
        return None
    try:
        days = date(year, month, day).toordinal() - _EPOCH
    except ValueError:
        return None
    offset = (offset_hour * 60 + offset_minute) * (-60 if sign == "-" else 60)
    seconds = days * 86_400 + hour * 3_600 + minute * 60 + second - offset
    exact = seconds + Fraction("0" + fraction) if fraction else Fraction(seconds)
    return exact.numerator if exact.denominator == 1 else exact
