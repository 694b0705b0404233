"""`vexil diff`."""

from collections.abc import Sequence
from typing import Annotated

from cyclopts import Parameter

from vexil.convert.resources import id_from_proto, state_from_proto
from vexil.core.diff import ResourceDiff, diff_views
from vexil.core.resource import Revision
from vexil.core.view import View
from vexil.server.cli.exits import Exit
from vexil.server.cli.parameters import ExitCode
from vexil.server.cli.render.diffs import diff_document, diff_lines
from vexil.server.cli.session import Injected, Session
from vexil.server.cli.usage import UsageError
from vexil.v1 import admin_service_pb2 as admin_pb
from vexil.v1 import config_service_pb2 as config_pb


def diff(
    from_revision: Annotated[int | None, Parameter(help="The older revision.")] = None,
    to_revision: Annotated[int | None, Parameter(help="The newer revision. Default: the newest.")] = None,
    /,
    *,
    environments: Annotated[
        tuple[str, str] | None,
        Parameter(help="Compare what two environments have now, with what they inherit."),
    ] = None,
    exit_code: ExitCode = False,
    session: Injected,
) -> int:
    """Compare two revisions, or two environments.

    Between revisions: what each environment itself sets; with --environment what that one has in effect.
    """
    if environments is not None and from_revision is None:
        differences = _between_environments(session, *environments)
    elif from_revision is not None and environments is None:
        differences = _between_revisions(session, from_revision, to_revision)
    else:
        raise UsageError(
            "Say what to compare.", "`vexil diff REV [REV]`, or `vexil diff --environments A B`."
        )
    if session.terminal.structured:
        session.terminal.data({"differences": [diff_document(difference) for difference in differences]})
    elif differences:
        session.terminal.show(*diff_lines(differences))
    else:
        session.terminal.note("No difference.")
    return Exit.DIFFERENT if exit_code and differences else Exit.OK


def _between_revisions(session: Session, older: int, newer: int | None) -> Sequence[ResourceDiff]:
    request = admin_pb.DiffRequest(
        namespace=session.namespace,
        from_revision=older,
        to_revision=newer,
        environment=session.named_environment,
    )
    return [_read(message) for message in session.call(session.admin.diff, request).differences]


def _between_environments(session: Session, one: str, other: str) -> Sequence[ResourceDiff]:
    return diff_views(_view(session, one), _view(session, other))


def _view(session: Session, environment: str) -> View:
    request = config_pb.ListRequest(namespace=session.namespace, environment=environment)
    pages = list(session.pages(session.config.list, request))
    states = [state_from_proto(message) for page in pages for message in page.resources]
    return View.of(session.namespace, environment, Revision(pages[-1].revision), states)


def _read(message: admin_pb.ResourceDiff) -> ResourceDiff:
    return ResourceDiff(
        id_from_proto(message.id),
        state_from_proto(message.before) if message.HasField("before") else None,
        state_from_proto(message.after) if message.HasField("after") else None,
    )
