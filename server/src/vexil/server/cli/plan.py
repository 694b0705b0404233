"""What would have to change so that a namespace holds what manifests say."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from vexil.core.change import Change, Delete, Put, VersionIs
from vexil.core.diff import same
from vexil.core.redaction import restored
from vexil.core.resource import Kind, ResourceId, ResourceState, Version
from vexil.files.manifest import LocatedChange
from vexil.server.cli.inventory import Inventory


class Action(StrEnum):
    """What happens to a resource."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Step:
    """One resource: what it is now, and what it is to be. `located` is None for a deletion."""

    action: Action
    id: ResourceId
    before: ResourceState | None
    located: LocatedChange | None

    @property
    def change(self) -> Change:
        """The change to ask for."""
        return Delete(self.id) if self.located is None else self.located.change

    @property
    def precondition(self) -> VersionIs:
        """That the resource is as it was when the plan was made."""
        return VersionIs(self.id, Version(0) if self.before is None else self.before.version)


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps of one namespace, in the order in which files have them, deletions last."""

    namespace: str
    exists: bool
    steps: Sequence[Step]

    def count(self, action: Action) -> int:
        """How many resources that happens to."""
        implied = self.implies_namespace and action is Action.CREATE
        return sum(step.action is action for step in self.steps) + implied

    @property
    def changing(self) -> Sequence[Step]:
        """The steps that change something."""
        return [step for step in self.steps if step.action is not Action.UNCHANGED]

    @property
    def describes_namespace(self) -> bool:
        """Whether the files say anything about the namespace itself."""
        return any(step.id.kind is Kind.NAMESPACE for step in self.steps)

    @property
    def implies_namespace(self) -> bool:
        """Whether the namespace has to be created although the files say nothing about it."""
        return not self.exists and not self.describes_namespace


def make_plan(
    namespace: str, wanted: Sequence[LocatedChange], held: Inventory | None, *, prune: bool
) -> Plan:
    """The plan for one namespace; `held` is None when it does not exist yet.

    With `prune`, what the files don't have is deleted where they have anything: resources of a kind that they
    mention in the same environment.
    """
    states = {} if held is None else held.states
    steps = [_step(located, states.get(located.change.id)) for located in wanted]
    if prune:
        kept = {located.change.id for located in wanted}
        scopes = {(id.kind, id.environment) for id in kept}
        steps += [
            Step(Action.DELETE, id, state, None)
            for id, state in states.items()
            if (id.kind, id.environment) in scopes and id not in kept
        ]
    return Plan(namespace, held is not None, steps)


def _step(located: LocatedChange, before: ResourceState | None) -> Step:
    put = located.change
    if before is None:
        return Step(Action.CREATE, put.id, None, located)
    resource = restored(put.resource, before.resource)
    action = Action.UNCHANGED if same(before.resource, resource) else Action.UPDATE
    return Step(action, put.id, before, replace(located, change=Put(put.id, resource)))
