"""`vexil connect flow diff` and `rollback`."""

from typing import Annotated

from cyclopts import Parameter

from vexil.convert.resources import change_from_proto, id_to_proto
from vexil.core.diff import ResourceDiff
from vexil.core.errors import NotFound, Reason
from vexil.core.resource import Deleted, Kind, ResourceChange, ResourceId, ResourceState
from vexil.server.cli.commands.rollback import rollback as roll_back
from vexil.server.cli.exits import Exit
from vexil.server.cli.parameters import CommitMessage, DryRun, ExitCode, Yes
from vexil.server.cli.render.diffs import diff_document, diff_lines
from vexil.server.cli.session import Injected, Session
from vexil.v1 import admin_service_pb2 as admin_pb


def diff(
    flow_id: str,
    /,
    *,
    from_version: Annotated[
        int | None, Parameter(name="--from", help="The older version. Default: the one before the newer.")
    ] = None,
    to_version: Annotated[
        int | None, Parameter(name="--to", help="The newer version. Default: the newest.")
    ] = None,
    exit_code: ExitCode = False,
    session: Injected,
) -> int:
    """Compare two versions of a contact flow's configuration."""
    id = ResourceId(Kind.FLOW_CONFIGURATION, session.environment, flow_id)
    changes = _versions(session, id)
    newer = to_version if to_version is not None else max(changes)
    older = from_version if from_version is not None else max((v for v in changes if v < newer), default=0)
    difference = ResourceDiff(id, _state(changes, id, older), _state(changes, id, newer))
    differs = _content(difference.before) != _content(difference.after)
    if session.terminal.structured:
        differences = [diff_document(difference)] if differs else []
        session.terminal.data({"from": str(older), "to": str(newer), "differences": differences})
    elif differs:
        session.terminal.show(*diff_lines([difference]))
    else:
        session.terminal.note("No difference.")
    return Exit.DIFFERENT if exit_code and differs else Exit.OK


def rollback(
    flow_id: str,
    /,
    *,
    to_version: Annotated[int, Parameter(name="--to", help="The version to make current again.")],
    message: CommitMessage = "",
    yes: Yes = False,
    dry_run: DryRun = False,
    session: Injected,
) -> None:
    """Make an old version of a contact flow's configuration current again.

    It takes a new commit: nothing is overwritten. The difference is shown first.
    """
    roll_back(
        flow_id,
        to_version=to_version,
        kind=Kind.FLOW_CONFIGURATION,
        message=message,
        yes=yes,
        dry_run=dry_run,
        session=session,
    )


def _versions(session: Session, id: ResourceId) -> dict[int, ResourceChange]:
    """Every version that is kept, by number."""
    request = admin_pb.ListVersionsRequest(namespace=session.namespace, id=id_to_proto(id))
    pages = session.pages(session.admin.list_versions, request)
    changes = [change_from_proto(record.change) for page in pages for record in page.versions]
    return {int(change.version): change for change in changes}


def _state(changes: dict[int, ResourceChange], id: ResourceId, version: int) -> ResourceState | None:
    """What the version is; None for a deletion, and for 0, before the first one."""
    if version == 0:
        return None
    change = changes.get(version)
    if change is None:
        raise NotFound(
            f"{id} has no version {version}; kept are {min(changes)} to {max(changes)}",
            reason=Reason.VERSION_NOT_FOUND,
        )
    return None if isinstance(change, Deleted) else change


def _content(state: ResourceState | None) -> object:
    return None if state is None else state.resource
