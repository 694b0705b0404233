"""How the readers of this package say that something does not fit."""

from collections.abc import Collection, Iterable
from difflib import get_close_matches
from typing import Any

from vexil.files.path import Path, Step


class Misfit(Exception):
    """What does not fit, with the paths from the value being read. Becomes a ManifestError at the edge."""

    def __init__(self, message: str, path: Path = ()) -> None:
        super().__init__(message)
        self.problems: list[tuple[Path, str]] = [(path, message)]

    @classmethod
    def of(cls, problems: Iterable[tuple[Path, str]]) -> "Misfit":
        """One error for several problems."""
        error = cls("")
        error.problems = list(problems)
        return error

    def under(self, step: Step) -> list[tuple[Path, str]]:
        """The problems as seen from the value that holds this one at `step`."""
        return [((step, *path), message) for path, message in self.problems]


def name_of(data: Any) -> str:
    """What a piece of a document is called in a message; short text and numbers are shown."""
    match data:
        case None:
            return "empty"
        case bool():
            return "true" if data else "false"
        case int() | float():
            return f"the number {data}" if len(text := str(data)) <= 40 else f"a number of {len(text)} digits"
        case str():
            return f"the text {data!r}" if len(data) <= 40 else f"text of {len(data)} characters"
        case dict():
            return "a mapping"
        case list():
            return "a list"
    return f"a {type(data).__name__}"


def unknown(name: str, known: Collection[str], what: str = "field") -> str:
    """The message for a name that nothing has, with the one that was probably meant."""
    close = get_close_matches(name, known, 1, 0.6)
    if close:
        return f"unknown {what} {name!r}; did you mean {close[0]!r}?"
    return f"unknown {what} {name!r}; there are: {', '.join(known)}"
