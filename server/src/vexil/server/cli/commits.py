"""Commits as commands make them."""

from collections.abc import Sequence
from uuid import uuid4

from vexil.convert.changes import precondition_to_proto, requested_change_to_proto
from vexil.convert.resources import commit_from_proto
from vexil.core.change import Change, Precondition
from vexil.core.resource import Commit
from vexil.server.cli.session import Session
from vexil.v1 import admin_service_pb2 as admin_pb


def commit(
    session: Session,
    changes: Sequence[Change],
    preconditions: Sequence[Precondition] = (),
    *,
    message: str = "",
    dry_run: bool = False,
    namespace: str | None = None,
    request_id: str | None = None,
) -> Commit:
    """Makes the commit, or with `dry_run` asks what it would be. Raises VexilError.

    Repeated with the same `request_id` it finds the commit that it made; None: an id of its own.
    """
    return commit_from_proto(
        session.call(
            session.admin.commit,
            admin_pb.CommitRequest(
                namespace=namespace or session.namespace,
                changes=[requested_change_to_proto(change) for change in changes],
                preconditions=[precondition_to_proto(item) for item in preconditions],
                message=message,
                request_id=request_id or str(uuid4()),
                dry_run=dry_run,
            ),
        ).commit
    )
