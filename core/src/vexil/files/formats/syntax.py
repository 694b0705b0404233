"""What the readers of the three formats have in common."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from vexil.files.path import Path

MAX_DEPTH = 64
"""Deepest nesting of a document; a JSON value of 32 levels fits in any place."""

MAX_DIGITS = 40
"""Longest integer that is read as one: more than 64 bits, so that the message can be about the value."""


class Position(NamedTuple):
    """A place in a text; both count from 1, columns in code points."""

    line: int
    column: int

    @classmethod
    def at(cls, text: str, offset: int) -> "Position":
        """The place of a code point in a text."""
        return cls(text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))


Positions = Mapping[Path, Position]
"""Where each part of a text stands: a member at its key, an item where it starts."""


class SyntaxProblem(Exception):
    """The text is not well-formed. Becomes a ManifestError at the edge."""

    def __init__(self, position: Position, message: str, path: Path = ()) -> None:
        super().__init__(message)
        self.position = position
        self.message = message
        self.path = path


def is_too_deep(data: Any) -> bool:
    """Whether mappings and lists nest deeper than MAX_DEPTH."""
    level = [[data]]
    for _ in range(MAX_DEPTH + 1):
        level = [
            list(item.values()) if isinstance(item, dict) else item
            for items in level
            for item in items
            if isinstance(item, dict | list)
        ]
        if not level:
            return False
    return True
