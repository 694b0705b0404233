"""Placeholders in a string: `{{name}}`, `{{nested.name}}`, and `{{{{` for the two braces themselves."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from vexil.core.flows.pointers import Place, pointer

OPENING = "{{"

# Possessive: a name that does not end in braces is not tried again, shorter.
_TOKEN = re.compile(r"\{\{(?:(?P<braces>\{\{)|[ \t]*+(?P<name>[\w-]++(?:\.[\w-]++)*+)[ \t]*+\}\})?")


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A placeholder in a template: its name, as in `menu.timeout`, and where it stands."""

    name: str
    place: Place

    @property
    def pointer(self) -> str:
        """The place as a JSON pointer (RFC 6901)."""
        return pointer(self.place)


@dataclass(frozen=True, slots=True)
class Name:
    """A piece of a string that is a placeholder, by its name."""

    name: str


@dataclass(frozen=True, slots=True)
class Malformed:
    """A piece of a string that opens a placeholder and is none."""

    text: str


Piece = str | Name | Malformed


def pieces(text: str) -> Iterator[Piece]:
    """The pieces that make up a string, in order; none is an empty string."""
    end = 0
    for token in _TOKEN.finditer(text):
        if token.start() > end:
            yield text[end : token.start()]
        end = token.end()
        if token["braces"]:
            yield OPENING
        elif token["name"]:
            yield Name(token["name"])
        else:
            yield Malformed(text[token.start() : token.start() + 40])
    if end < len(text):
        yield text[end:]
