"""Whether some changes may be made to a namespace."""

from collections.abc import Iterator, Sequence

from vexil.core.change import Change, Delete
from vexil.core.errors import Reason
from vexil.core.resource import Kind, ResourceId
from vexil.core.snapshot import Snapshot
from vexil.core.validation.conformance import check_conformance
from vexil.core.validation.content import check_id, check_put
from vexil.core.validation.content.access import check_namespace_of
from vexil.core.validation.content.redacted import check_known_values
from vexil.core.validation.dangling import check_references
from vexil.core.validation.environments import check_known, environments_after, tree_after
from vexil.core.validation.findings import Finding, error_of, inside
from vexil.core.validation.proposal import Proposal
from vexil.core.validation.schemas import SchemaChecker


def validate(snapshot: Snapshot, changes: Sequence[Change], schemas: SchemaChecker) -> None:
    """Checks the state that a commit of these changes on top of the snapshot would make.

    Raises InvalidRequest with a violation for everything that is wrong; field paths are those of
    `vexil.v1.CommitRequest` (`changes[2].put.setting.rules[0].serve`). Where nothing is wrong but that what
    should be deleted is not there, or is still needed: NotFound (CONFIGURATION_NOT_FOUND), FailedPrecondition
    (ENVIRONMENT_IN_USE, MISSING_REQUIRED_PARAMETER).

    Costs the size of the changes times the environments that they reach; `dangling` says when more.
    """
    findings = list(_check(snapshot, changes, schemas))
    if findings:
        raise error_of(findings)


def _check(snapshot: Snapshot, changes: Sequence[Change], schemas: SchemaChecker) -> Iterator[Finding]:
    findings: list[Finding] = []
    broken: set[int] = set()
    first: dict[ResourceId, int] = {}
    environments = environments_after(snapshot, changes)
    for index, change in enumerate(changes):
        before = len(findings)
        place = f"changes[{index}]"
        name = change.id.environment
        is_known = not name or name in environments or name in snapshot.tree
        findings += inside(place, _check_change(snapshot, change, is_known))
        findings += inside(f"{place}.id.kind", check_namespace_of(change.id.kind, snapshot.namespace))
        if (earlier := first.setdefault(change.id, index)) != index:
            findings.append(Finding(f"{place}.id", f"{change.id} is in changes[{earlier}] as well"))
        if len(findings) > before:
            broken.add(index)
    findings += check_known(snapshot, changes, environments)
    tree = tree_after(snapshot, changes, findings)
    yield from findings
    if tree is not None:
        proposal = Proposal(snapshot, changes, tree)
        yield from check_conformance(proposal, broken, schemas)
        yield from check_references(proposal)


def _check_change(snapshot: Snapshot, change: Change, is_known: bool) -> Iterator[Finding]:
    if not isinstance(change, Delete):
        yield from check_put(change.id, change.resource)
        yield from inside(f"put.{change.id.kind.name.lower()}", check_known_values(change.resource))
        if change.id.kind is Kind.NAMESPACE and change.id.key != snapshot.namespace:
            yield Finding("id.key", f"must be the namespace's own name, {snapshot.namespace!r}")
        return
    problems = list(inside("id", check_id(change.id)))
    yield from problems
    if change.id.kind is Kind.NAMESPACE:
        yield Finding("delete", "a namespace can't be deleted by a commit to it")
    elif not problems and is_known and snapshot.get(change.id) is None:
        yield Finding("delete", _not_set(snapshot, change.id), Reason.CONFIGURATION_NOT_FOUND)


def _not_set(snapshot: Snapshot, id: ResourceId) -> str:
    view = snapshot.views.get(id.environment)
    inherited = None if view is None else view.get(id.kind, id.key)
    if inherited is None:
        return f"there is no {id}"
    return f"there is no {id}: it is inherited from environment {inherited.state.id.environment!r}"
