"""Files as text, and the documents in them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, get_args

from vexil.files.formats import json_text, toml_text, yaml_text
from vexil.files.formats.syntax import Positions
from vexil.files.path import Path
from vexil.files.source import Source

Format = Literal["yaml", "json", "toml"]
"""A format of manifests."""

FORMATS: tuple[Format, ...] = get_args(Format)

SUFFIXES: dict[str, Format] = {".yaml": "yaml", ".yml": "yaml", ".json": "json", ".toml": "toml"}
"""The format of a file by the end of its name."""

_PARSE: dict[Format, Callable[[str], list[Any]]] = {
    "yaml": yaml_text.parse,
    "json": json_text.parse,
    "toml": toml_text.parse,
}
_LOCATE: dict[Format, Callable[[str], Positions]] = {
    "yaml": yaml_text.locate,
    "json": json_text.locate,
    "toml": toml_text.locate,
}


@dataclass(frozen=True, eq=False)
class TextFile:
    """A file that has been read; `name` is what messages call it."""

    name: str
    text: str
    format: Format

    def parse(self) -> list[Any]:
        """The top-level values. Raises SyntaxProblem."""
        return _PARSE[self.format](self.text)

    def source(self, path: Path) -> Source:
        """Where a part stands; paths start with the index of the top-level value.

        A part that is not written itself has the place of what would hold it.
        """
        while path and path not in self._positions:
            path = path[:-1]
        line, column = self._positions.get(path, (1, 1))
        return Source(self.name, line, column)

    @cached_property
    def _positions(self) -> Positions:
        # Only a message needs it, and it takes longer than parsing.
        return _LOCATE[self.format](self.text)


@dataclass(frozen=True, eq=False)
class Document:
    """One document: the mapping that starts at `root` in a file."""

    file: TextFile
    root: Path
    data: Any

    def source(self, path: Path) -> Source:
        """Where a part of the document stands."""
        return self.file.source((*self.root, *path))
