"""A namespace as it would be after some changes, looked at without making them."""

from collections.abc import Iterator, Mapping, Sequence

from vexil.core.change import Change, Put
from vexil.core.resource import Kind, Resource, ResourceId
from vexil.core.snapshot import Snapshot
from vexil.core.tree import EnvironmentTree


class Proposal:
    """A snapshot under changes: a look at one resource costs a few lookups, whatever the snapshot's size.

    `tree` is the tree of environments after the changes; `index` says which change is about a resource.
    """

    def __init__(self, snapshot: Snapshot, changes: Sequence[Change], tree: EnvironmentTree) -> None:
        self.snapshot = snapshot
        self.changes = changes
        self.tree = tree
        self.index: Mapping[ResourceId, int] = {change.id: index for index, change in enumerate(changes)}
        self._changed_keys = {(id.kind, id.key) for id in self.index}

    def own(self, id: ResourceId) -> Resource | None:
        """What the environment itself would set."""
        if (index := self.index.get(id)) is not None:
            change = self.changes[index]
            return change.resource if isinstance(change, Put) else None
        state = self.snapshot.get(id)
        return None if state is None else state.resource

    def effective(self, environment: str, kind: Kind, key: str) -> tuple[ResourceId, Resource] | None:
        """What the environment would have, its own or inherited, and where that is set."""
        if (kind, key) not in self._changed_keys and self.tree is self.snapshot.tree:
            entry = self.snapshot.views[environment].get(kind, key)
            return None if entry is None else (entry.state.id, entry.state.resource)
        for name in self.tree.chain(environment):
            id = ResourceId(kind, name, key)
            if (resource := self.own(id)) is not None:
                return id, resource
        return None

    def before(self, environment: str, kind: Kind, key: str) -> Resource | None:
        """What the environment has now."""
        view = self.snapshot.views.get(environment)
        entry = None if view is None else view.get(kind, key)
        return None if entry is None else entry.state.resource

    def everything_in(self, environment: str, kinds: Sequence[Kind]) -> Iterator[tuple[ResourceId, Resource]]:
        """All that the environment would have of some kinds. Costs a look at all that its chain sets."""
        seen: set[tuple[Kind, str]] = set()
        for name in self.tree.chain(environment):
            places = set(self.snapshot.own.get(name, ()))
            places.update((id.kind, id.key) for id in self.index if id.environment == name)
            for kind, key in places:
                id = ResourceId(kind, name, key)
                if kind in kinds and (kind, key) not in seen and (resource := self.own(id)) is not None:
                    seen.add((kind, key))
                    yield id, resource
