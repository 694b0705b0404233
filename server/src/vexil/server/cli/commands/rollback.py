"""`vexil rollback`."""

from collections.abc import Sequence
from typing import Annotated
from uuid import uuid4

from cyclopts import Parameter

from vexil.convert.resources import commit_from_proto, id_to_proto
from vexil.core.diff import ResourceDiff
from vexil.core.errors import NotFound, Reason
from vexil.core.resource import Deleted, Kind, ResourceId
from vexil.server.cli.inventory import inventory
from vexil.server.cli.parameters import CommitMessage, DryRun, KindChoice, Yes
from vexil.server.cli.render.diffs import diff_lines
from vexil.server.cli.render.messages import document
from vexil.server.cli.session import Injected, Session
from vexil.server.cli.usage import UsageError
from vexil.v1 import admin_service_pb2 as admin_pb
from vexil.v1 import config_service_pb2 as config_pb
from vexil.v1 import resource_pb2 as resource_pb


def rollback(
    key: Annotated[str | None, Parameter(help="The resource to roll back.")] = None,
    /,
    *,
    to_version: Annotated[
        int | None, Parameter(help="With a key: the version to make current again.")
    ] = None,
    to_revision: Annotated[
        int | None, Parameter(help="Without a key: the revision whose state the environment gets back.")
    ] = None,
    kind: KindChoice = Kind.SETTING,
    message: CommitMessage = "",
    yes: Yes = False,
    dry_run: DryRun = False,
    session: Injected,
) -> None:
    """Make an old version, or environment, current again.

    It takes a new commit: nothing is overwritten. The difference is shown first.
    """
    request = _request(session, key, kind, to_version, to_revision)
    request.message = message
    request.dry_run = True
    planned = _planned(session, request)
    if not planned.HasField("commit"):
        session.terminal.note("Everything is so already; nothing was written.")
        return
    if not session.terminal.structured:
        session.terminal.show(*diff_lines(_differences(session, planned.commit)))
    if not dry_run and not yes and not session.terminal.confirm("Roll back?"):
        session.terminal.note("Nothing was written.")
        return
    made = planned
    if not dry_run:
        request.dry_run = False
        request.request_id = str(uuid4())
        made = session.call(session.admin.rollback, request)
    if session.terminal.structured:
        session.terminal.data({**document(made), "dryRun": dry_run})
    elif dry_run:
        session.terminal.show("Dry run: nothing was written.")
    else:
        session.terminal.show(f"Rolled back (revision {made.commit.revision}).")


def _request(
    session: Session, key: str | None, kind: Kind, to_version: int | None, to_revision: int | None
) -> admin_pb.RollbackRequest:
    request = admin_pb.RollbackRequest(namespace=session.namespace)
    if key is not None and to_version is not None and to_revision is None:
        id = ResourceId(kind, session.environment if kind.in_environment else "", key)
        request.resource_version.CopyFrom(admin_pb.ResourceVersion(id=id_to_proto(id), version=to_version))
    elif key is None and to_revision is not None and to_version is None:
        request.environment_revision.CopyFrom(
            admin_pb.EnvironmentRevision(environment=session.environment, revision=to_revision)
        )
    else:
        raise UsageError(
            "Say what to roll back, and to where.",
            "`vexil rollback KEY --to-version N`, or `vexil rollback --environment NAME --to-revision R`.",
        )
    return request


def _planned(session: Session, request: admin_pb.RollbackRequest) -> admin_pb.RollbackResponse:
    try:
        return session.call(session.admin.rollback, request)
    except NotFound as error:
        wanted = request.resource_version.id
        if error.reason is not Reason.VERSION_NOT_FOUND or not wanted.environment:
            raise
        found = session.call(
            session.config.get,
            config_pb.GetRequest(
                namespace=request.namespace,
                environment=wanted.environment,
                kind=wanted.kind,
                key=wanted.key,
            ),
        ).state.id
        if found.environment == wanted.environment:
            raise
        raise NotFound(
            f"{wanted.environment} has no versions of {wanted.key}, which is inherited from "
            f"{found.environment}; roll it back there: -e {found.environment}",
            reason=Reason.VERSION_NOT_FOUND,
            metadata=error.metadata,
        ) from error


def _differences(session: Session, planned: resource_pb.Commit) -> Sequence[ResourceDiff]:
    held = inventory(session, session.namespace).states
    return [
        ResourceDiff(change.id, held.get(change.id), None if isinstance(change, Deleted) else change)
        for change in commit_from_proto(planned).changes
    ]
