"""What is known of a format: good texts, how they are spoilt, and who reads them."""

import random
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.fuzz.mutations import altered
from vexil.core.errors import VexilError


@dataclass(frozen=True, slots=True)
class Format:
    """`read` takes a text, reads all of it, and raises one of `refusals` for a bad one; nothing else.

    `vary` makes another text of a good one. Bytes that are no text are in Latin-1.
    """

    samples: Sequence[str]
    read: Callable[[str], object]
    refusals: tuple[type[Exception], ...] = (VexilError,)
    vary: Callable[[str, random.Random], str] = altered

    def text(self, chance: random.Random) -> str:
        """A sample with something wrong in it."""
        return self.vary(chance.choice(self.samples), chance)


def in_file(read: Callable[[Path], Any], encoding: str = "utf-8") -> Callable[[str], Any]:
    """Reads texts as the content of a file that only its owner may read."""

    def read_text(text: str) -> Any:
        with tempfile.NamedTemporaryFile() as file:
            file.write(text.encode(encoding, "replace"))
            file.flush()
            return read(Path(file.name))

    return read_text
