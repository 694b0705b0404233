"""Reading and verifying what journals hold."""

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from vexil.core.audit.position import Position
from vexil.core.audit.verification import Finding, Problem
from vexil.server.audit.chains import ChainReport
from vexil.server.audit.journal import SUFFIX, chain_of_line


def read_journal(directory: Path) -> Iterable[dict[str, Any]]:
    """Every line of every journal in a directory; lines that can't be read are left out."""
    for path in sorted(directory.glob(f"*{SUFFIX}")):
        with path.open("rb") as lines:
            for line in lines:
                with suppress(ValueError, RecursionError):
                    document = json.loads(line)
                    if isinstance(document, dict):
                        yield document


def verify_journal(directory: Path) -> Sequence[ChainReport]:
    """Goes through every journal in a directory, each by itself.

    A journal that is missing altogether, or the end of one, is not missed: a copy elsewhere would tell.
    """
    by_name: dict[str, list[Path]] = {}
    for path in sorted(directory.glob(f"*{SUFFIX}")):
        by_name.setdefault(path.stem.rpartition("-")[0], []).append(path)
    return [_verify(name, paths) for name, paths in by_name.items()]


def _verify(name: str, paths: Sequence[Path]) -> ChainReport:
    findings: list[Finding] = []
    notes: list[str] = []
    number, chain = 0, b""
    for path in paths:
        with path.open("rb") as lines:
            for place, line in enumerate(lines, 1):
                where = f"{path.name}:{place}"
                try:
                    document = json.loads(line)
                    own = bytes.fromhex(document.pop("chain"))
                    previous, found = bytes.fromhex(document["previous"]), int(document["number"])
                    expected = chain_of_line(document)
                except (ValueError, KeyError, TypeError, AttributeError):
                    if line.endswith(b"\n"):
                        findings.append(Finding(name, number + 1, Problem.EDITED, f"{where} is no line"))
                    else:
                        notes.append(f"{name}: {where} breaks off, as a crash leaves it")
                    continue
                if found != number + 1:
                    problem = Problem.MISSING if found > number + 1 else Problem.REORDERED
                    findings.append(Finding(name, found, problem, f"{where} follows number {number}"))
                elif previous != chain:
                    text = f"{where} does not follow the line before"
                    findings.append(Finding(name, found, Problem.BROKEN, text))
                if own != expected or document["journal"] != name:
                    findings.append(Finding(name, found, Problem.EDITED, f"{where} is not what was written"))
                number, chain = max(found, number), own
    position = Position(name, number, chain) if chain else None
    return ChainReport(name, 0, min(number, 1), number, min(number, 1), position, findings, notes)
