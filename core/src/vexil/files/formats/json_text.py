"""JSON (RFC 8259), with duplicate members refused.

The standard library reads the text; only where something is wrong, or a place is asked for, the text is
walked again, slowly, for its positions.
"""

import json
import re
from json.decoder import scanstring  # type: ignore[attr-defined]  # public, but not in typeshed
from typing import Any, NoReturn

from vexil.files.formats.syntax import MAX_DEPTH, MAX_DIGITS, Position, Positions, SyntaxProblem, is_too_deep
from vexil.files.path import Path, Step

_SPACE = re.compile(r"[ \t\n\r]*")
_SCALAR = re.compile(r"[^ \t\n\r,\]}]*")


def parse(text: str) -> list[Any]:
    """The document of a JSON text, alone in a list. Raises SyntaxProblem."""
    try:
        data = json.loads(text, object_pairs_hook=_unique, parse_int=_int, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        raise SyntaxProblem(Position(error.lineno, error.colno), f"not JSON: {error.msg}") from None
    except (_Suspect, RecursionError):
        data = None
    if data is None or is_too_deep(data):
        locate(text)
    return [data]


def locate(text: str) -> Positions:
    """Where everything stands in a text that `parse` takes, by paths that start with 0."""
    walker = _Walker(text)
    walker.walk()
    return walker.positions


class _Suspect(ValueError):
    """Something is wrong that the walk finds and places."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _Suspect
    return members


def _int(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise _Suspect
    return int(digits)


def _refuse(_name: str) -> NoReturn:
    raise _Suspect


class _Walker:
    """Walks well-formed JSON; `path` leads to what is being read."""

    def __init__(self, text: str) -> None:
        self.positions: dict[Path, Position] = {}
        self._text = text
        self._path: list[Step] = [0]
        self._line = 1
        self._line_start = 0
        self._counted = 0

    def walk(self) -> None:
        """Fills `positions`. Raises SyntaxProblem."""
        self._value(self._skip(0))

    def _value(self, at: int) -> int:
        """Reads the value that starts at an offset; the offset after it and the space that follows."""
        self._record(at)
        match self._text[at : at + 1]:
            case "{":
                end = self._object(at)
            case "[":
                end = self._array(at)
            case '"':
                _, end = scanstring(self._text, at + 1)
            case _:
                end = self._scalar(at)
        return self._skip(end)

    def _object(self, at: int) -> int:
        self._check_depth(at)
        seen: set[str] = set()
        at = self._skip(at + 1)
        while self._text[at] != "}":
            if self._text[at] == ",":
                at = self._skip(at + 1)
            key, end = scanstring(self._text, at + 1)
            self._path.append(key)
            if key in seen:
                raise self._problem(at, f"the member {key!r} appears twice")
            seen.add(key)
            self._record(at)
            at = self._value(self._skip(self._skip(end) + 1))
            self._path.pop()
        return at + 1

    def _array(self, at: int) -> int:
        self._check_depth(at)
        index = 0
        at = self._skip(at + 1)
        while self._text[at] != "]":
            if self._text[at] == ",":
                at = self._skip(at + 1)
            self._path.append(index)
            at = self._value(at)
            self._path.pop()
            index += 1
        return at + 1

    def _scalar(self, at: int) -> int:
        word = _SCALAR.match(self._text, at)
        assert word is not None  # noqa: S101  the pattern matches nothing as well
        digits = word[0]
        if digits.lstrip("-") in ("NaN", "Infinity"):
            raise self._problem(at, f"{digits} is not a JSON number")
        if digits.lstrip("-").isdigit() and len(digits) > MAX_DIGITS:
            raise self._problem(at, f"an integer of {len(digits)} digits; at most 64 bits fit")
        return word.end()

    def _check_depth(self, at: int) -> None:
        if len(self._path) > MAX_DEPTH:
            raise self._problem(at, f"nested deeper than {MAX_DEPTH} levels")

    def _skip(self, at: int) -> int:
        space = _SPACE.match(self._text, at)
        return at if space is None else space.end()

    def _record(self, at: int) -> None:
        self.positions.setdefault(tuple(self._path), self._position(at))

    def _position(self, at: int) -> Position:
        # Offsets only grow, so that each line break is counted once.
        breaks = self._text.count("\n", self._counted, at)
        if breaks:
            self._line += breaks
            self._line_start = self._text.rfind("\n", self._counted, at) + 1
        self._counted = at
        return Position(self._line, at - self._line_start + 1)

    def _problem(self, at: int, message: str) -> SyntaxProblem:
        return SyntaxProblem(self._position(at), message, tuple(self._path))
