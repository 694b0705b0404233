"""Buckets: where a context stands in a split (`vexil.v1.Split`; the same as flagd's `fractional`).

`bucket = murmur3_x86_32(cbor([salt, bucket key])) * total_weight >> 32`, with seed 0, the hash unsigned, and
CBOR in its core deterministic encoding (RFC 8949 §4.2.1).
"""

import math
from typing import Any

from mmh3 import mmh3_32_uintdigest

from vexil.core.evaluation import Bucket
from vexil.core.evaluator.attributes import plain

_ARRAY_OF_TWO = b"\x82"  # RFC 8949 §3.1: major type 4, two items
_SHORT = 256

SAFE_INT = 2**53


def text_head(length: int) -> bytes:
    """What stands before a text string of so many bytes (RFC 8949 §3.1, major type 3)."""
    if length < 24:
        return bytes((0x60 + length,))
    if length < 1 << 8:
        return bytes((0x78, length))
    if length < 1 << 16:
        return b"\x79" + length.to_bytes(2, "big")
    return b"\x7a" + length.to_bytes(4, "big")


SHORT_HEADS = tuple(text_head(length) for length in range(_SHORT))
"""Heads by length, for keys of an ordinary one."""


def salt_prefix(salt: str) -> bytes:
    """The encoding of `[salt, bucket key]` up to the key. Raises UnicodeEncodeError."""
    data = salt.encode()
    return _ARRAY_OF_TWO + text_head(len(data)) + data


def hash_of(prefix: bytes, key: str) -> int:
    """The hash of a key behind a salt's prefix, 0 to 2^32−1. Raises UnicodeEncodeError."""
    data = key.encode()
    return mmh3_32_uintdigest(prefix + text_head(len(data)) + data)


def place(hash_value: int, total_weight: int) -> Bucket:
    """The bucket of a hash."""
    return Bucket(hash_value, hash_value * total_weight >> 32, total_weight)


def hash_edge(bucket: int, total_weight: int) -> int:
    """The first hash whose bucket is this one or a later one."""
    return -(-(bucket << 32) // total_weight)


def key_text(value: Any) -> str | None:
    """The text by which an attribute is bucketed; None when it is neither text nor a finite number.

    A number stands for the double that it is in every other language, written as in JSON.
    """
    found = plain(value)
    if found is None or isinstance(found, str):
        return found
    if isinstance(found, bool):
        return None
    try:
        return number_text(float(found))
    except OverflowError:
        return None


def number_text(number: float) -> str | None:
    """The JSON text of a double as ECMAScript writes it (RFC 8785 §3.2.2.3); None when it is not finite."""
    if not math.isfinite(number):
        return None
    if number.is_integer() and abs(number) < SAFE_INT:
        return str(int(number))
    sign = "-" if number < 0 else ""
    mantissa, _, exponent = f"{abs(number)!r}".partition("e")
    whole, _, fraction = mantissa.partition(".")
    fraction = "" if fraction == "0" else fraction
    point = len(whole) + int(exponent or 0)
    digits = (whole + fraction).lstrip("0")
    point -= len(whole + fraction) - len(digits)
    digits = digits.rstrip("0")
    return sign + _written(digits, point)


def _written(digits: str, point: int) -> str:
    """`0.digits × 10^point` in the shortest form that ECMAScript has for it."""
    if len(digits) <= point <= 21:
        return digits.ljust(point, "0")
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return "0." + digits.rjust(len(digits) - point, "0")
    tail = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{digits[0]}{tail}e{point - 1:+d}"
