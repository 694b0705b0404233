"""Checks of changes to the tree of environments, and of the environments that changes name."""

from collections.abc import Iterator, Mapping, Sequence

from vexil.core.change import Change, Delete, Put
from vexil.core.errors import InvalidRequest, Reason
from vexil.core.resource import Environment, Kind
from vexil.core.snapshot import Snapshot
from vexil.core.tree import EnvironmentTree
from vexil.core.validation.findings import Finding


def environments_after(snapshot: Snapshot, changes: Sequence[Change]) -> Mapping[str, Environment]:
    """The environments that there would be, by name."""
    environments = dict(snapshot.tree.environments)
    for change in changes:
        if isinstance(change, Put) and isinstance(change.resource, Environment):
            environments[change.id.key] = change.resource
        elif change.id.kind is Kind.ENVIRONMENT:
            environments.pop(change.id.key, None)
    return environments


def tree_after(
    snapshot: Snapshot, changes: Sequence[Change], findings: list[Finding]
) -> EnvironmentTree | None:
    """The tree that there would be; None, with findings added that say why, where there can be none."""
    if not any(change.id.kind is Kind.ENVIRONMENT for change in changes):
        return snapshot.tree
    environments = environments_after(snapshot, changes)
    problems = [*_check_parents(changes, environments), *_check_deleted(snapshot, changes, environments)]
    findings += problems
    if problems:
        return None
    try:
        return EnvironmentTree(environments)
    except InvalidRequest as error:
        circle = error.metadata.get("cycle", "").split(" → ")
        index = next(
            index
            for index, change in enumerate(changes)
            if change.id.kind is Kind.ENVIRONMENT and change.id.key in circle
        )
        findings.append(
            Finding(f"changes[{index}].put.environment.parent", error.message, error.reason, error.metadata)
        )
        return None


def check_known(
    snapshot: Snapshot, changes: Sequence[Change], environments: Mapping[str, Environment]
) -> Iterator[Finding]:
    """That each change is in an environment that there would be; a deletion may be in one that goes too."""
    for index, change in enumerate(changes):
        name = change.id.environment
        goes = isinstance(change, Delete) and name in snapshot.tree
        if name and name not in environments and not goes:
            known = ", ".join(sorted(environments)) or "none"
            missing = f"there is no environment {name!r}; environments: {known}"
            field = f"changes[{index}].id.environment"
            yield Finding(field, missing, Reason.ENVIRONMENT_NOT_FOUND, {"environment": name})


def _check_parents(changes: Sequence[Change], environments: Mapping[str, Environment]) -> Iterator[Finding]:
    for index, change in enumerate(changes):
        if not (isinstance(change, Put) and isinstance(change.resource, Environment)):
            continue
        parent = change.resource.parent
        if parent is not None and parent not in environments:
            known = ", ".join(sorted(environments))
            missing = f"there is no environment {parent!r}; environments: {known}"
            field = f"changes[{index}].put.environment.parent"
            yield Finding(field, missing, Reason.DANGLING_REFERENCE, {"reference": parent})


def _check_deleted(
    snapshot: Snapshot, changes: Sequence[Change], environments: Mapping[str, Environment]
) -> Iterator[Finding]:
    for index, change in enumerate(changes):
        name = change.id.key
        if not isinstance(change, Delete) or change.id.kind is not Kind.ENVIRONMENT or name in environments:
            continue
        # A changed child with this parent has its finding already.
        changed = {other.id.key for other in changes if other.id.kind is Kind.ENVIRONMENT}
        children = sorted(
            child
            for child, environment in environments.items()
            if environment.parent == name and child not in changed
        )
        own = set(snapshot.own.get(name, ()))
        deleted = sum(
            isinstance(other, Delete)
            and other.id.environment == name
            and (other.id.kind, other.id.key) in own
            for other in changes
        )
        field = f"changes[{index}].delete"
        if children:
            used = f"environment {name!r} is the parent of {', '.join(children)}; move or delete these first"
            yield Finding(field, used, Reason.ENVIRONMENT_IN_USE, {"environment": name})
        if (left := len(own) - deleted) > 0:
            what = "1 resource" if left == 1 else f"{left} resources"
            used = f"environment {name!r} still sets {what}; delete first, or in the same commit"
            yield Finding(field, used, Reason.ENVIRONMENT_IN_USE, {"environment": name})
