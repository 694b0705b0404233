"""What tells rows that were written from rows that were damaged; SQLite itself has no such thing.

BLAKE2b, not keyed: it finds accidents, not forgery. Numbers are signed and of 64 bits, as SQLite keeps them.
"""

from collections.abc import Iterable
from hashlib import blake2b
from typing import Any

_SIGN = 2**63
_MODULUS = 2**64


def of_columns(columns: tuple[Any, ...], blob: bytes | None = None) -> int:
    """The checksum of a row: of numbers, texts and NULLs, and of a blob, if there is one."""
    content = ascii(columns).encode()
    if blob is not None:
        content += b"=" + blob
    return int.from_bytes(blake2b(content, digest_size=8).digest(), signed=True)


def of_state(newest: Iterable[int]) -> int:
    """The checksum of a state, from those of the newest change of each resource, in any order.

    It is their sum, so that a commit moves it by what it adds and what that replaces.
    """
    return (sum(newest) + _SIGN) % _MODULUS - _SIGN
