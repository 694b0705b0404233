"""What verifying a chain has found, for people and for machines."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from rich.text import Text

from vexil.server.cli.render.text import counted, printable

if TYPE_CHECKING:
    from vexil.server.audit.chains import ChainReport


def report_lines(reports: Sequence["ChainReport"]) -> Iterator[Text]:
    """A line for each chain, after what is wrong with it."""
    for report in reports:
        for finding in report.findings:
            yield Text(
                f"✗ {printable(report.namespace)} revision {finding.revision}: "
                f"{finding.problem.value}: {printable(finding.text)}",
                "red",
            )
        for note in report.notes:
            yield Text(f"! {printable(note)}", "yellow")
        mark = "✗" if report.findings else "✓"
        yield Text(
            f"{mark} {printable(report.namespace)}: {_extent(report)}", "red" if report.findings else "green"
        )


def report_document(reports: Sequence["ChainReport"]) -> dict[str, Any]:
    """The same as a JSON value; revisions are texts, as in protobuf's JSON."""
    return {
        "sound": not any(report.findings for report in reports),
        "chains": [
            {
                "namespace": report.namespace,
                "compactRevision": str(report.compact_revision),
                "first": str(report.first),
                "last": str(report.last),
                "sealedFrom": str(report.sealed_from),
                "compared": report.compared,
                "chain": None if report.position is None else report.position.chain.hex(),
                "findings": [
                    {
                        "revision": str(finding.revision),
                        "problem": finding.problem.value,
                        "text": finding.text,
                    }
                    for finding in report.findings
                ],
                "notes": list(report.notes),
            }
            for report in reports
        ],
    }


def _extent(report: "ChainReport") -> str:
    if report.position is None and not report.last:
        return "nothing is there"
    if report.position is None:
        return f"revisions {report.first} to {report.last}, none of them in a chain"
    chain = f"at {report.position.chain.hex()}"
    compared = f", compared with {counted(report.compared, 'position')}" if report.compared else ""
    if not report.first:
        return f"nothing is kept, the chain is {chain}{compared}"
    since = f", in the chain from {report.sealed_from}" if report.sealed_from != report.first else ""
    return f"revisions {report.first} to {report.last}{since}, {chain}{compared}"
