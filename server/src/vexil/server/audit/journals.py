"""Reading and verifying what journals hold."""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from vexil.core.audit.position import Position
from vexil.core.audit.verification import Finding, Problem
from vexil.server.audit.chains import ChainReport
from vexil.server.audit.journal_files import journal_files
from vexil.server.audit.journal_lines import chain_of_line


def read_journal(directory: Path) -> Iterator[dict[str, Any]]:
    """What was denied and read, in every journal of a directory; lines that can't be read are left out."""
    for paths in journal_files(directory).values():
        for path in paths:
            with path.open("rb") as lines:
                for line in lines:
                    document = _read(line)
                    if document is not None and document.get("action") in ("denied", "read", "lost"):
                        yield document


def verify_journal(
    directory: Path, written_down: Iterable[Position] = (), kept_since: datetime | None = None
) -> Sequence[ChainReport]:
    """Goes through every journal in a directory, and compares it with what others say of it.

    That is the first lines of journals that began later, and what was written down elsewhere (of
    `journal_positions`). Journals that began before `kept_since` may be missing. Nothing else shows that the
    newest journal is missing, or the end of one of which no other tells.
    """
    files = journal_files(directory)
    told: dict[str, set[Position]] = {}
    for position in written_down:
        told.setdefault(position.namespace, set()).add(position)
    for paths in files.values():
        for position in _others(paths[0]):
            told.setdefault(position.namespace, set()).add(position)
    oldest = "" if kept_since is None else f"{kept_since.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    names = sorted(files.keys() | {name for name in told if name >= oldest})
    return [_Journal(name, told.get(name, set())).verify(files.get(name, ())) for name in names]


def _others(path: Path) -> Iterator[Position]:
    """What a journal's first line tells of others."""
    with path.open("rb") as lines:
        document = _read(lines.readline()) or {}
    with suppress(ValueError, TypeError, AttributeError, OverflowError):
        for name, (number, chain) in document.get("others", {}).items():
            yield Position(name, int(number), bytes.fromhex(chain))


def _read(line: bytes) -> dict[str, Any] | None:
    try:
        document = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


@dataclass(slots=True)
class _Journal:
    """One journal that is gone through; `told` is what others say of it."""

    name: str
    told: Collection[Position]
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    first: int = 0
    number: int = 0
    chain: bytes = b""
    action: str = ""

    def verify(self, paths: Sequence[Path]) -> ChainReport:
        for path in paths:
            with path.open("rb") as lines:
                for place, line in enumerate(lines, 1):
                    self._take(line, f"{path.name}:{place}")
        if not paths:
            self._find(1, Problem.MISSING, "there is no such journal, and others tell of it")
        for position in sorted(self.told, key=lambda each: each.revision):
            if paths and position.revision > self.number:
                text = f"it was written down, and the journal ends at number {self.number}"
                self._find(position.revision, Problem.TRUNCATED, text)
        if paths and self.action != "ended":
            why = "it is still written, or its process crashed, or its end is missing"
            self.notes.append(f"{self.name}: it has no end: {why}")
        end = Position(self.name, self.number, self.chain) if self.chain else None
        compared = len(self.told)
        first = self.first
        return ChainReport(self.name, 0, first, self.number, first, end, self.findings, self.notes, compared)

    def _take(self, line: bytes, where: str) -> None:
        try:
            document = json.loads(line)
            own = bytes.fromhex(document.pop("chain"))
            previous, found = bytes.fromhex(document["previous"]), int(document["number"])
            expected = chain_of_line(document)
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
            if line.endswith(b"\n"):
                self._find(self.number + 1, Problem.EDITED, f"{where} is no line")
            else:
                self.notes.append(f"{self.name}: {where} breaks off, as a crash leaves it")
            return
        self.first = self.first or found
        if found != self.number + 1:
            problem = Problem.MISSING if found > self.number + 1 else Problem.REORDERED
            self._find(found, problem, f"{where} follows number {self.number}")
        elif previous != self.chain:
            self._find(found, Problem.BROKEN, f"{where} does not follow the line before")
        if own != expected or document.get("journal") != self.name:
            self._find(found, Problem.EDITED, f"{where} is not what was written")
        if any(each.revision == found and each.chain != own for each in self.told):
            self._find(found, Problem.REWRITTEN, f"{where} was another one when it was written down")
        self.number, self.chain, self.action = max(found, self.number), own, document.get("action", "")

    def _find(self, number: int, problem: Problem, text: str) -> None:
        self.findings.append(Finding(self.name, number, problem, text))
