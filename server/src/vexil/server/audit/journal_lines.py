"""The lines of a journal, linked to each other, and where a journal's links have come to."""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from vexil.core.audit.position import Position
from vexil.server.audit.journal_files import journal_files

_TAIL_BYTES = 256 * 1024


class Linker:
    """Makes lines of documents: each has its number, from 1 on, and the chain of the line before."""

    def __init__(self, journal: str) -> None:
        self._journal = journal
        self._number = 0
        self._chain = b""

    def lines(self, documents: Iterable[Mapping[str, Any]]) -> tuple[bytes, Position]:
        """The next lines, and where they would lead; `reached` says that they are written."""
        number, chain, lines = self._number, self._chain, bytearray()
        for document in documents:
            number += 1
            line = {"journal": self._journal, "number": number, **document, "previous": chain.hex()}
            chain = chain_of_line(line)
            lines += json.dumps({**line, "chain": chain.hex()}, separators=(",", ":")).encode() + b"\n"
        return bytes(lines), Position(self._journal, number, chain)

    def reached(self, position: Position) -> None:
        """Goes on from there."""
        self._number, self._chain = position.revision, position.chain


def chain_of_line(line: Mapping[str, Any]) -> bytes:
    """The chain at a line, of which `chain` is left out."""
    return sha256(json.dumps(line, sort_keys=True, separators=(",", ":")).encode()).digest()


def journal_positions(directory: Path) -> Sequence[Position]:
    """Where every journal in a directory has come to, by name: its newest line, as far as it can be read.

    A position's `namespace` is the journal's name, its `revision` the line's number. Raises OSError.
    """
    found = (_end_of(name, paths[-1]) for name, paths in sorted(journal_files(directory).items()))
    return [position for position in found if position is not None]


def _end_of(name: str, path: Path) -> Position | None:
    with path.open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL_BYTES))
        lines = file.read().split(b"\n")
    # Behind the last line end there is nothing, or a line that is being written.
    for line in reversed(lines[:-1]):
        with suppress(ValueError, KeyError, TypeError, OverflowError, RecursionError):
            document = json.loads(line)
            return Position(name, int(document["number"]), bytes.fromhex(document["chain"]))
    return None
