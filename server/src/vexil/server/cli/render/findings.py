"""What checks find, for people and for machines."""

from collections.abc import Iterable, Iterator
from typing import Any

from rich.text import Text

from vexil.server.cli.doctor.finding import Finding, Mark
from vexil.server.cli.render.text import printable

_STYLES = {Mark.GOOD: "green", Mark.DOUBTFUL: "yellow", Mark.BAD: "red"}
_LEVELS = {Mark.GOOD: "ok", Mark.DOUBTFUL: "warning", Mark.BAD: "failure"}


def finding_lines(finding: Finding) -> Iterator[Text]:
    """What was looked at and found, and what to do about it."""
    yield Text.assemble(
        (finding.mark, f"bold {_STYLES[finding.mark]}"),
        " ",
        (finding.subject, "bold"),
        "  ",
        printable(finding.text),
    )
    if finding.advice:
        yield Text(f"  → {printable(finding.advice)}")


def findings_document(findings: Iterable[Finding]) -> dict[str, Any]:
    """All of them as a JSON value; healthy is what has nothing bad."""
    documents = [_document(finding) for finding in findings]
    healthy = all(document["level"] != _LEVELS[Mark.BAD] for document in documents)
    return {"healthy": healthy, "findings": documents}


def _document(finding: Finding) -> dict[str, str]:
    document = {"level": _LEVELS[finding.mark], "subject": finding.subject, "text": finding.text}
    return {**document, "advice": finding.advice} if finding.advice else document
