"""Whether namespace and environment are there, and the clocks agree."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from vexil.core.errors import AccessDenied, VexilError
from vexil.server.cli.advice import advice_for
from vexil.server.cli.doctor.finding import Finding, bad, doubtful, good
from vexil.server.cli.session import Session
from vexil.server.cli.usage import UsageError
from vexil.v1 import admin_service_pb2 as admin_pb

_AHEAD = timedelta(seconds=5)


def check_content(session: Session) -> Iterator[Finding]:
    """Namespace, environment and clock, as far as they are said."""
    try:
        namespace = session.namespace
    except UsageError as error:
        yield doubtful("namespace", "none is given", error.advice)
        return
    try:
        known = session.call(
            session.admin.list_environments, admin_pb.ListEnvironmentsRequest(namespace=namespace)
        )
        yield good("namespace", f"{namespace} is at revision {known.revision}")
        yield _environment(session, [summary.state.id.key for summary in known.environments])
        yield from _clock(session, namespace)
    except VexilError as error:
        yield bad("namespace", error.message, advice_for(error))


def _environment(session: Session, known: list[str]) -> Finding:
    try:
        name = session.environment
    except UsageError as error:
        return doubtful("environment", "none is given", error.advice)
    if name not in known:
        return bad(
            "environment",
            f"{session.namespace} has no environment {name!r}; environments: {', '.join(known) or 'none'}",
            f"Choose one of them with -e, or make it: `vexil env create {name}`.",
        )
    return good("environment", f"{name} is there")


def _clock(session: Session, namespace: str) -> Iterator[Finding]:
    request = admin_pb.ListCommitsRequest(namespace=namespace, page_size=1)
    try:
        newest = session.call(session.admin.list_commits, request).commits
    except AccessDenied:  # an application's key shows no history
        return
    if not newest:
        return
    ahead = newest[0].committed_at.ToDatetime(UTC) - datetime.now(UTC)
    if ahead > _AHEAD:
        yield doubtful(
            "clock",
            f"the newest commit is {ahead.total_seconds():.0f} s in the future",
            "Set the clock of this machine or of the server; revisions keep their order either way.",
        )
    else:
        yield good("clock", "no commit is from the future")
