"""`vexil history`."""

from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from vexil.convert.resources import change_from_proto, commit_from_proto, id_to_proto
from vexil.core.resource import Commit, Deleted, Kind, ResourceChange, ResourceId
from vexil.server.cli.parameters import KindChoice
from vexil.server.cli.render.messages import document
from vexil.server.cli.render.resources import name_of, summary
from vexil.server.cli.render.tables import table
from vexil.server.cli.render.text import printable
from vexil.server.cli.render.times import brief_moment
from vexil.server.cli.session import Injected, Session
from vexil.v1 import admin_service_pb2 as admin_pb

Limit = Annotated[int, Parameter(validator=Number(gte=1, lte=1000), help="Most lines, the newest first.")]

_NAMED = 3
"""Resources named in the line of a commit; the rest are counted."""


def history(
    key: Annotated[str | None, Parameter(help="Its versions. Default: the namespace's commits.")] = None,
    /,
    *,
    kind: KindChoice = Kind.SETTING,
    limit: Limit = 20,
    session: Injected,
) -> None:
    """List commits, or the versions of one resource.

    The newest come first. Commits are those of the namespace, or with --environment those that changed
    something in that one.
    """
    if key is None:
        _commits(session, limit)
    else:
        environment = session.environment if kind.in_environment else ""
        _versions(session, ResourceId(kind, environment, key), limit)


def _commits(session: Session, limit: int) -> None:
    response = session.call(
        session.admin.list_commits,
        admin_pb.ListCommitsRequest(
            namespace=session.namespace,
            environment=session.named_environment,
            page_size=limit,
            include_changes=True,
        ),
    )
    if session.terminal.structured:
        session.terminal.data(document(response))
        return
    commits = [commit_from_proto(message) for message in response.commits]
    if not commits:
        session.terminal.note("No commit is kept.")
        return
    session.terminal.show(
        table(
            ("REVISION", "TIME", "AUTHOR", "CHANGES", "MESSAGE"),
            (
                (
                    str(commit.revision),
                    brief_moment(commit.committed_at),
                    printable(commit.author),
                    _changes(commit),
                    printable(commit.message),
                )
                for commit in commits
            ),
        )
    )


def _versions(session: Session, id: ResourceId, limit: int) -> None:
    response = session.call(
        session.admin.list_versions,
        admin_pb.ListVersionsRequest(namespace=session.namespace, id=id_to_proto(id), page_size=limit),
    )
    if session.terminal.structured:
        session.terminal.data(document(response))
        return
    rows = []
    for record in response.versions:
        change, commit = change_from_proto(record.change), commit_from_proto(record.commit)
        rows.append(
            (
                str(change.version),
                str(change.revision),
                brief_moment(commit.committed_at),
                printable(commit.author),
                _content(change),
                printable(commit.message),
            )
        )
    session.terminal.show(table(("VERSION", "REVISION", "TIME", "AUTHOR", "VALUE", "MESSAGE"), rows))


def _changes(commit: Commit) -> str:
    named = [("-" if isinstance(change, Deleted) else "") + name_of(change.id) for change in commit.changes]
    rest = len(named) - _NAMED
    return ", ".join(named[:_NAMED]) + (f" and {rest} more" if rest > 0 else "")


def _content(change: ResourceChange) -> str:
    return "deleted" if isinstance(change, Deleted) else summary(change.resource)
