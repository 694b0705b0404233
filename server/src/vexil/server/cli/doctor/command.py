"""The command itself: one check after the other, each shown as soon as it is done."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from vexil.server.cli.doctor.configuration import check_configuration, check_endpoint
from vexil.server.cli.doctor.connection import check_connection
from vexil.server.cli.doctor.content import check_content
from vexil.server.cli.doctor.finding import Finding, Mark
from vexil.server.cli.doctor.health import check_health
from vexil.server.cli.doctor.identity import check_identity
from vexil.server.cli.doctor.regions import check_regions
from vexil.server.cli.doctor.serving import check_serving
from vexil.server.cli.doctor.store import check_sqlite
from vexil.server.cli.exits import Exit
from vexil.server.cli.render.findings import finding_lines, findings_document
from vexil.server.cli.session import Injected, Session

# Each presupposes the ones before it: the first that fails is the one to look at.
_CHECKS = (
    check_configuration,
    check_endpoint,
    check_connection,
    check_health,
    check_identity,
    check_serving,
    check_content,
)


def doctor(
    *,
    sqlite: Annotated[
        Path | None,
        Parameter(help="Check this store file too, all of it; a server may have it open meanwhile."),
    ] = None,
    dynamodb: Annotated[
        str | None,
        Parameter(
            help="Look at a store in DynamoDB too, dynamodb:TABLE: what its region has, and waits for."
        ),
    ] = None,
    session: Injected,
) -> int:
    """Check configuration, connection and server, and say what to do.

    Exit code 1 when something does not work; what is only doubtful does not count.
    """
    findings = []
    for finding in _findings(session, sqlite, dynamodb):
        findings.append(finding)
        if not session.terminal.structured:
            session.terminal.show(*finding_lines(finding))
    failed = any(finding.mark is Mark.BAD for finding in findings)
    if session.terminal.structured:
        session.terminal.data(findings_document(findings))
    return Exit.UNEXPECTED if failed else Exit.OK


def _findings(session: Session, sqlite: Path | None, dynamodb: str | None) -> Iterator[Finding]:
    if sqlite is not None:
        yield from check_sqlite(sqlite)
    if dynamodb is not None:
        yield from check_regions(dynamodb, session.options.timeout)
    for check in _CHECKS:
        failed = False
        for finding in check(session):
            yield finding
            failed |= finding.mark is Mark.BAD
        if failed:
            return
