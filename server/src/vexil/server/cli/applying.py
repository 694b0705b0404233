"""Carrying a plan out, with what the server refuses told by file and line."""

from vexil.core.change import Change, Precondition, Put, VersionIs
from vexil.core.errors import VexilError
from vexil.core.resource import Commit, Kind, Namespace, ResourceId, Version
from vexil.server.cli.commits import commit
from vexil.server.cli.places import told_by_place
from vexil.server.cli.plan import Plan
from vexil.server.cli.session import Session
from vexil.server.cli.usage import UsageError

MOST_CHANGES = 10_000
"""Changes of one commit, by the contract."""


def carry_out(session: Session, plan: Plan, *, message: str, dry_run: bool) -> Commit | None:
    """Makes the plan's one commit, which makes the namespace too where it has to; None: nothing to do.

    The commit holds only if every resource is still at the version that the plan was made from. With
    `dry_run` the server checks it and nothing is written. Raises ManifestError with the places in the files
    for what the server refuses, and other VexilErrors.
    """
    steps = plan.changing
    if len(steps) > MOST_CHANGES:
        raise UsageError(
            f"{len(steps)} changes are too many for one commit, which takes {MOST_CHANGES}.",
            "Apply fewer files at a time, or use `vexil import`, which makes several commits.",
        )
    changes: list[Change] = [step.change for step in steps]
    preconditions: list[Precondition] = [step.precondition for step in steps]
    if plan.implies_namespace:
        id = ResourceId(Kind.NAMESPACE, "", plan.namespace)
        changes.append(Put(id, Namespace()))
        preconditions.append(VersionIs(id, Version(0)))
    if not changes:
        return None
    try:
        return commit(
            session, changes, preconditions, namespace=plan.namespace, message=message, dry_run=dry_run
        )
    except VexilError as error:
        raise told_by_place(error, [step.located for step in steps]) from error
