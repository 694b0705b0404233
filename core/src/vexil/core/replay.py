"""A stretch of history as one environment saw it, from nothing but what that stretch wrote over."""

from collections.abc import Iterable, Mapping

from vexil.core.resource import (
    Commit,
    Deleted,
    Environment,
    Kind,
    ResourceChange,
    ResourceId,
    ResourceState,
    Version,
)
from vexil.core.tree import EnvironmentTree

_NOTHING: Mapping[ResourceId, ResourceChange] = {}


class Replay:
    """Tells commit by commit what changes in an environment's view, as `Snapshot.apply` does, for less.

    A commit concerns only resources with the kinds and keys that it names, as long as the environment stays
    where it is in the tree; so that is all that is needed of the state before: those resources in whatever
    environment they are, and the environments. Of a namespace of any size, the cost is that of its commits.
    """

    def __init__(self, environment: str, states: Iterable[ResourceState]) -> None:
        """Starts with that part of a state. Raises NotFound when it lacks the environment."""
        self._environment = environment
        self._states = {state.id: state for state in states}
        self.chain = self._tree(_NOTHING).chain(environment)

    def state(self, kind: Kind, key: str) -> ResourceState | None:
        """The resource that the environment has, its own or inherited, or None."""
        return self._nearest(kind, key, _NOTHING)

    def chain_after(self, commit: Commit) -> tuple[str, ...]:
        """The environment and its ancestors once the commit is made; empty when it deletes the environment.

        Where this is not `chain`, resources change that the commit does not name: that only a `Snapshot` can
        tell.
        """
        if not any(change.id.kind is Kind.ENVIRONMENT for change in commit.changes):
            return self.chain
        tree = self._tree({change.id: change for change in commit.changes})
        return tree.chain(self._environment) if self._environment in tree else ()

    def changes(self, commit: Commit) -> tuple[ResourceChange, ...]:
        """What the next commit, one that leaves `chain` alone, changes in the environment's view."""
        written = {change.id: change for change in commit.changes if change.id.environment in self.chain}
        changes: list[ResourceChange] = []
        for kind, key in {(id.kind, id.key) for id in written}:
            before, after = self.state(kind, key), self._nearest(kind, key, written)
            if after is None and before is not None:
                changes.append(self._deletion(kind, key, commit, written))
            elif after is not None and after is not before:
                changes.append(after)
        return tuple(changes)

    def apply(self, commit: Commit) -> None:
        """Takes the commit in."""
        for change in commit.changes:
            if isinstance(change, Deleted):
                self._states.pop(change.id, None)
            else:
                self._states[change.id] = change

    def _nearest(
        self, kind: Kind, key: str, written: Mapping[ResourceId, ResourceChange]
    ) -> ResourceState | None:
        for name in self.chain:
            id = ResourceId(kind, name, key)
            found = written.get(id) or self._states.get(id)
            if isinstance(found, ResourceState):
                return found
        return None

    def _deletion(
        self, kind: Kind, key: str, commit: Commit, written: Mapping[ResourceId, ResourceChange]
    ) -> Deleted:
        ids = (ResourceId(kind, name, key) for name in self.chain)
        version = next((written[id].version for id in ids if id in written), Version(0))
        return Deleted(ResourceId(kind, self._environment, key), version, commit.revision)

    def _tree(self, written: Mapping[ResourceId, ResourceChange]) -> EnvironmentTree:
        """The environments, with these changes."""
        return EnvironmentTree(
            {
                id.key: change.resource
                for id, change in {**self._states, **written}.items()
                if isinstance(change, ResourceState) and isinstance(change.resource, Environment)
            }
        )
