"""The seal of a commit: its place in the audit chain."""

from dataclasses import dataclass

BEGINNING = b""
"""What the first entry of a chain has as `previous`."""

SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class Seal:
    """`chain` covers `previous`, the chain of the entry before, and this one; 32 bytes each.

    `salt` (`SALT_BYTES`, random) keys the digests of contents, so that an entry can be shown and verified
    without them: nobody finds a short secret by trying. Empty where the reader may not have it.
    """

    previous: bytes
    chain: bytes
    salt: bytes
