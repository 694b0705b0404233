"""Carrying a plan out, with what the server refuses told by file and line."""

from collections.abc import Sequence

from vexil.convert.resources import commit_from_proto, resource_to_proto
from vexil.core.errors import VexilError
from vexil.core.resource import Commit
from vexil.server.cli.commits import commit
from vexil.server.cli.places import told_by_place
from vexil.server.cli.plan import Plan, Step
from vexil.server.cli.session import Session
from vexil.server.cli.usage import UsageError
from vexil.v1 import admin_service_pb2 as admin_pb

MOST_CHANGES = 10_000
"""Changes of one commit, by the contract."""


def carry_out(session: Session, plan: Plan, *, message: str, dry_run: bool) -> Sequence[Commit]:
    """Makes the namespace if it has to be, then everything else in one commit; the commits, in order.

    The commit holds only if every resource is still at the version that the plan was made from. With
    `dry_run` an existing namespace's server checks it, and nothing is written. Raises ManifestError with the
    places in the files for what the server refuses, and other VexilErrors.
    """
    steps = plan.committed
    if len(steps) > MOST_CHANGES:
        raise UsageError(
            f"{len(steps)} changes are too many for one commit, which takes {MOST_CHANGES}.",
            "Apply fewer files at a time, or use `vexil import`, which makes several commits.",
        )
    made: list[Commit] = []
    if not plan.exists and not dry_run:
        made.append(_create_namespace(session, plan, message))
    if steps and (plan.exists or not dry_run):
        made.append(_commit(session, plan, steps, message=message, dry_run=dry_run))
    return made


def _commit(session: Session, plan: Plan, steps: Sequence[Step], *, message: str, dry_run: bool) -> Commit:
    try:
        return commit(
            session,
            [step.change for step in steps],
            [step.precondition for step in steps],
            namespace=plan.namespace,
            message=message,
            dry_run=dry_run,
        )
    except VexilError as error:
        raise told_by_place(error, [step.located for step in steps]) from error


def _create_namespace(session: Session, plan: Plan, message: str) -> Commit:
    request = admin_pb.CreateNamespaceRequest(
        namespace=plan.namespace,
        spec=resource_to_proto(plan.spec).namespace,
        environments={
            name: resource_to_proto(environment).environment
            for name, environment in plan.first_environments.items()
        },
        message=message,
    )
    return commit_from_proto(session.call(session.admin.create_namespace, request).commit)
