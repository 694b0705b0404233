"""`vexil audit search`."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter
from cyclopts.validators import Number

from vexil.convert.resources import commit_from_proto, id_from_proto
from vexil.convert.wellknown import fill_time
from vexil.server.audit.journals import read_journal
from vexil.server.cli.commands.audit.times import time_of
from vexil.server.cli.render.messages import document
from vexil.server.cli.render.resources import name_of
from vexil.server.cli.render.tables import table
from vexil.server.cli.render.text import printable
from vexil.server.cli.render.times import moment
from vexil.server.cli.render.values import not_shown
from vexil.server.cli.session import Injected, Session
from vexil.v1 import audit_service_pb2 as pb

_PAGE = 1000
_NAMED = 3


class Action(Enum):
    """What was done."""

    CREATED = "created"
    UPDATED = "updated"
    DELETED = "deleted"


def search(
    *,
    actor: Annotated[str, Parameter(help="Who did it, such as user:ada or key:0123456789.")] = "",
    key: Annotated[str, Parameter(help="The key of what was changed.")] = "",
    action: Annotated[Action | None, Parameter(help="What was done to it.")] = None,
    since: Annotated[str, Parameter(help="Not before, such as 2026-01-31 or 2026-01-31T12:00:00Z.")] = "",
    until: Annotated[str, Parameter(help="Before, likewise. Without a zone both are in UTC.")] = "",
    limit: Annotated[int, Parameter(validator=Number(gte=1), help="Most entries, the newest first.")] = 100,
    journal: Annotated[
        Path | None, Parameter(help="Search the journals in this directory instead, of what was denied.")
    ] = None,
    session: Injected,
) -> None:
    """Show who changed what in a namespace, from where and when; with -e only in that environment.

    It asks the server, and needs the verb audit_read over all of the namespace. With --journal it looks into
    files, and shows whom servers have refused, wherever that was unless -n names a namespace.
    """
    times = (time_of("--since", since), time_of("--until", until))
    if journal is not None:
        _show_journal(session, list(_attempts(session, journal, actor, key, *times))[-limit:][::-1])
        return
    request = pb.SearchEntriesRequest(
        namespace=session.namespace,
        environment=session.named_environment,
        actor=actor,
        key=key,
        action=None if action is None else f"AUDIT_ACTION_{action.name}",
        page_size=min(limit, _PAGE),
    )
    for field, time in zip((request.since, request.until), times, strict=True):
        if time is not None:
            fill_time(field, time)
    entries = _entries(session, request, limit)
    if session.terminal.structured:
        session.terminal.data({"entries": [document(entry) for entry in entries]})
        return
    if not entries:
        session.terminal.note("Nothing that is kept fits.")
        return
    session.terminal.show(
        table(("REVISION", "WHEN", "WHO", "BY", "FROM", "WHAT", "WHY"), [_row(entry) for entry in entries])
    )


def _entries(session: Session, request: pb.SearchEntriesRequest, limit: int) -> list[pb.AuditEntry]:
    from vexil.client.rpc import AuditStub  # noqa: PLC0415 - gRPC only where it is used

    found: list[pb.AuditEntry] = []
    stub = AuditStub(session.channel)
    while True:
        page = session.call(stub.search_entries, request)
        found += page.entries
        request.page_token = page.next_page_token
        if len(found) >= limit or not page.next_page_token:
            return found[:limit]


def _attempts(
    session: Session, directory: Path, actor: str, key: str, since: datetime | None, until: datetime | None
) -> Iterator[dict[str, Any]]:
    """The attempts that fit, in the order of the journals' names and lines."""
    wanted = {"actor": actor, "key": key, "namespace": session.named_namespace}
    for line in read_journal(directory):
        if "at" not in line or any(value and line.get(name) != value for name, value in wanted.items()):
            continue
        at = _at(line)
        if at is None:
            continue
        if (since is None or at >= since) and (until is None or at < until):
            yield line


def _at(line: Mapping[str, Any]) -> datetime | None:
    """When it was; None for a line that was damaged."""
    try:
        found = datetime.fromisoformat(line["at"])
    except (ValueError, TypeError):
        return None
    return found if found.tzinfo is not None else None


def _show_journal(session: Session, attempts: Sequence[dict[str, Any]]) -> None:
    if session.terminal.structured:
        session.terminal.data({"attempts": attempts})
        return
    names = ("at", "action", "actor", "peer", "method", "namespace", "key", "reason", "count")
    rows = [tuple(printable(str(line.get(name, ""))) for name in names) for line in attempts]
    session.terminal.show(
        table(("WHEN", "WHAT", "WHO", "FROM", "METHOD", "NAMESPACE", "KEY", "WHY", "TIMES"), rows)
    )


def _row(entry: pb.AuditEntry) -> tuple[str, ...]:
    commit = commit_from_proto(entry.commit)
    named = [_what(change) for change in entry.changes[:_NAMED]]
    rest = len(entry.changes) - len(named)
    return (
        str(commit.revision),
        moment(commit.committed_at),
        printable(commit.author),
        printable(commit.origin.authentication),
        printable(commit.origin.peer),
        printable(", ".join(named) + (f" and {rest} more" if rest else "")),
        printable(commit.message),
    )


def _what(change: pb.AuditedChange) -> str:
    what = f"{_verb(change.action)} {name_of(id_from_proto(change.id))}"
    return " ".join([what, *map(not_shown, change.fingerprints.values())])


def _verb(action: pb.AuditAction) -> str:
    return pb.AuditAction.Name(action).removeprefix("AUDIT_ACTION_").lower()
