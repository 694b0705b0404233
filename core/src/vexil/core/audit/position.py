"""A position in a namespace's chain, which somebody wrote down: what the chain had come to at a revision."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Position:
    """The `chain` of the entry with this revision, 32 bytes."""

    namespace: str
    revision: int
    chain: bytes
