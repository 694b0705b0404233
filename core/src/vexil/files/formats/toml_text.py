"""TOML 1.0 (https://toml.io/en/v1.0.0), which itself refuses duplicate keys.

The standard library reads the text and says where it is not TOML; it does not say where a value stands, so
places are found by looking for the headers and keys, line by line. A part without a key of its own, such as
an item of an array, has the place of the key that holds it.
"""

import re
import tomllib
from typing import Any

from vexil.files.formats.syntax import Position, Positions, SyntaxProblem, is_too_deep
from vexil.files.path import Path

_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_KEY_PART = re.compile(r"""[ \t]*(?:([A-Za-z0-9_-]+)|("(?:[^"\\\n]|\\.)*")|'([^'\n]*)')[ \t]*(\.?)""")
_OPENING = re.compile(r'"""|\'\'\'')


def parse(text: str) -> list[Any]:
    """The document of a TOML text, alone in a list. Raises SyntaxProblem."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _syntax_problem(text, str(error)) from None
    except ValueError:
        raise SyntaxProblem(Position(1, 1), "holds a number with too many digits") from None
    except RecursionError:
        raise SyntaxProblem(Position(1, 1), "nested too deep") from None
    if is_too_deep(data):
        raise SyntaxProblem(Position(1, 1), "nested too deep")
    return [data]


def locate(text: str) -> Positions:
    """Where keys and headers stand in a text that `parse` takes, by paths that start with 0."""
    positions: dict[Path, Position] = {(0,): Position(1, 1)}
    arrays: dict[Path, int] = {}
    table: Path = (0,)
    closing: str | None = None
    for number, line in enumerate(text.split("\n"), 1):
        if closing is not None:
            if closing in line:
                closing = None
            continue
        content = line.lstrip()
        position = Position(number, len(line) - len(content) + 1)
        if content.startswith("[") and (names := _key(content.lstrip("["))):
            table = _resolve((0, *names[0]), arrays)
            if content.startswith("[["):
                arrays[table] = arrays.get(table, -1) + 1
                table = (*table, arrays[table])
            _record(positions, table, position)
        elif (names := _key(content)) and names[1].startswith("="):
            _record(positions, (*table, *names[0]), position)
            opening = _OPENING.search(names[1])
            if opening and opening[0] not in names[1][opening.end() :]:
                closing = opening[0]
    return positions


def _key(text: str) -> tuple[Path, str] | None:
    """The dotted key that a text starts with, and what follows it."""
    names: list[str] = []
    position = 0
    while part := _KEY_PART.match(text, position):
        bare, quoted, literal, dot = part.groups()
        try:
            names.append(bare or literal if quoted is None else tomllib.loads(f"k = {quoted}")["k"])
        except tomllib.TOMLDecodeError:
            return None  # a line of a text in an array, not a key
        position = part.end()
        if not dot:
            return tuple(names), text[position:]
    return None


def _resolve(path: Path, arrays: dict[Path, int]) -> Path:
    """The path of a header, with the index of the array's current item after each array of tables."""
    resolved: Path = ()
    for step in path:
        if resolved in arrays:
            resolved = (*resolved, arrays[resolved])
        resolved = (*resolved, step)
    return resolved


def _record(positions: dict[Path, Position], path: Path, position: Position) -> None:
    for length in range(2, len(path) + 1):
        positions.setdefault(path[:length], position)


def _syntax_problem(text: str, message: str) -> SyntaxProblem:
    place = _PLACE.search(message)
    if place is None or place[1] is None:
        position = Position.at(text, len(text))
    else:
        position = Position(int(place[1]), int(place[2]))
    return SyntaxProblem(position, f"not TOML: {_PLACE.sub('', message)}")
