"""A whole namespace at one revision, and how a commit turns it into the next one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from immutables import Map

from vexil.core.maps import updated
from vexil.core.resource import (
    Commit,
    Deleted,
    Environment,
    Kind,
    ResourceChange,
    ResourceId,
    ResourceState,
    Revision,
    Version,
)
from vexil.core.setting import Definition
from vexil.core.tree import EnvironmentTree
from vexil.core.view import Entry, View, compile_entry

Place = tuple[Kind, str]
"""Kind and key: where a resource is inside its environment."""

Own = Map[Place, Entry]
"""What one environment sets itself; under "" what belongs to no environment."""

_NOTHING: Own = Map()


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """Everything a namespace holds at a revision. Immutable; the next one shares what did not change.

    `own` is what was written, environment by environment; `views` is what that means in each environment
    after inheritance. `deleted` keeps the version of what was deleted, so that versions are never reused.
    """

    namespace: str
    revision: Revision
    own: Mapping[str, Own]
    deleted: Map[ResourceId, Version]
    tree: EnvironmentTree
    views: Mapping[str, View]

    @classmethod
    def empty(cls, namespace: str) -> Self:
        """A namespace before its first commit."""
        return cls(namespace, Revision(0), {}, Map(), EnvironmentTree({}), {})

    @classmethod
    def build(
        cls,
        namespace: str,
        revision: Revision,
        states: Iterable[ResourceState],
        deleted: Iterable[Deleted] = (),
    ) -> Self:
        """A snapshot from everything that was live, and what was deleted, at a revision."""
        own: dict[str, dict[Place, Entry]] = {}
        for state in states:
            own.setdefault(state.id.environment, {})[state.id.kind, state.id.key] = compile_entry(state)
        maps: dict[str, Own] = {name: updated(_NOTHING, entries) for name, entries in own.items()}
        tree = _tree_of(maps)
        views: dict[str, View] = {}
        for name in tree.ordered():
            views[name] = _flatten(namespace, name, revision, tree, maps, views)
        versions = Map({trace.id: trace.version for trace in deleted})
        return cls(namespace, revision, maps, versions, tree, views)

    def view(self, environment: str) -> View:
        """The effective state of an environment. Raises NotFound (ENVIRONMENT_NOT_FOUND)."""
        view = self.views.get(environment)
        if view is None:
            raise self.tree.missing(environment)
        return view

    def get(self, id: ResourceId) -> ResourceState | None:
        """What the environment itself sets, or None."""
        entry = self.own.get(id.environment, _NOTHING).get((id.kind, id.key))
        return None if entry is None else entry.state

    def is_sensitive(self, key: str) -> bool:
        """Whether the values of this setting are for authorised eyes only."""
        state = self.get(ResourceId(Kind.DEFINITION, "", key))
        return state is not None and isinstance(state.resource, Definition) and state.resource.sensitive

    def version(self, id: ResourceId) -> Version:
        """How often the resource was written so far, deletions counted; 0: never, or no longer known."""
        state = self.get(id)
        return state.version if state is not None else self.deleted.get(id, Version(0))

    def states(self) -> Iterable[ResourceState]:
        """Every resource as written, environments before what is in them."""
        names = ["", *self.tree.ordered()]
        return (entry.state for name in names for entry in self.own.get(name, _NOTHING).values())

    def __len__(self) -> int:
        return sum(len(entries) for entries in self.own.values())

    def apply(self, commit: Commit) -> "Applied":
        """The snapshot after the next commit, with what it changed in each environment's view.

        The commit is a valid one whose revision follows this snapshot's. The cost is that of the changes
        times the environments they reach, except where the tree itself changes: then it is that of the
        views concerned.
        """
        own = dict(self.own)
        deleted = self.deleted
        for change in commit.changes:
            entries = own.get(change.id.environment, _NOTHING)
            place = (change.id.kind, change.id.key)
            if isinstance(change, Deleted):
                own[change.id.environment] = entries.delete(place)
                deleted = deleted.set(change.id, change.version)
            else:
                own[change.id.environment] = entries.set(place, compile_entry(change))
                if change.id in deleted:
                    deleted = deleted.delete(change.id)
        moved = any(change.id.kind is Kind.ENVIRONMENT for change in commit.changes)
        tree = _tree_of(own) if moved else self.tree
        after = Snapshot(self.namespace, commit.revision, own, deleted, tree, {})
        return after._with_views(self, commit)

    def _with_views(self, before: "Snapshot", commit: Commit) -> "Applied":
        reached: dict[str, set[Place]] = {}
        for change in commit.changes:
            for name in self.tree.subtree(change.id.environment):
                reached.setdefault(name, set()).add((change.id.kind, change.id.key))
        gone = {change.id: change.version for change in commit.changes if isinstance(change, Deleted)}
        views: dict[str, View] = {}
        deltas: dict[str, tuple[ResourceChange, ...]] = {}
        for name in self.tree.ordered():
            old = before.views.get(name)
            if old is None or before.tree.chain(name) != self.tree.chain(name):
                views[name] = _flatten(self.namespace, name, self.revision, self.tree, self.own, views)
                patch = [] if old is None else _difference(old, views[name])
            else:
                patch = self._resolve(old, reached.get(name, ()))
                views[name] = old.patch(self.revision, patch)
            if patch:
                deltas[name] = tuple(self._effective(name, gone, *change) for change in patch)
        after = Snapshot(self.namespace, self.revision, self.own, self.deleted, self.tree, views)
        return Applied(after, deltas)

    def _resolve(self, old: View, places: Iterable[Place]) -> list[tuple[Kind, str, Entry | None]]:
        """Which of these places now hold another entry than they did in the old view."""
        chain = [self.own.get(name, _NOTHING) for name in self.tree.chain(old.environment)]
        patch = []
        for kind, key in places:
            entry = next((found for own in chain if (found := own.get((kind, key))) is not None), None)
            if entry is not old.get(kind, key):
                patch.append((kind, key, entry))
        return patch

    def _effective(
        self, name: str, gone: Mapping[ResourceId, Version], kind: Kind, key: str, entry: Entry | None
    ) -> ResourceChange:
        """What happened in an environment's view; what left it with a parent has no deletion's version."""
        if entry is not None:
            return entry.state
        ids = (ResourceId(kind, ancestor, key) for ancestor in self.tree.chain(name))
        version = next((gone[id] for id in ids if id in gone), Version(0))
        return Deleted(ResourceId(kind, name, key), version, self.revision)


@dataclass(frozen=True, slots=True, eq=False)
class Applied:
    """A snapshot and, for each environment whose view changed, how it changed."""

    snapshot: Snapshot
    deltas: Mapping[str, tuple[ResourceChange, ...]]


def _tree_of(own: Mapping[str, Own]) -> EnvironmentTree:
    return EnvironmentTree(
        {
            key: entry.state.resource
            for (_, key), entry in own.get("", _NOTHING).items()
            if isinstance(entry.state.resource, Environment)
        }
    )


def _flatten(
    namespace: str,
    name: str,
    revision: Revision,
    tree: EnvironmentTree,
    own: Mapping[str, Own],
    views: Mapping[str, View],
) -> View:
    """The view of an environment on top of its parent's, which is in `views` already."""
    parent = tree.environments[name].parent
    base = views[parent].by_kind if parent is not None else {}
    merged: dict[Kind, dict[str, Entry]] = {}
    for (kind, key), entry in own.get(name, _NOTHING).items():
        merged.setdefault(kind, {})[key] = entry
    by_kind = dict(base)
    for kind, entries in merged.items():
        by_kind[kind] = updated(base.get(kind, Map()), entries)
    return View(namespace, name, revision, by_kind)


def _difference(old: View, new: View) -> list[tuple[Kind, str, Entry | None]]:
    """What makes the new view of the old one."""
    patch: list[tuple[Kind, str, Entry | None]] = []
    for kind in {*old.by_kind, *new.by_kind}:
        before, after = old.by_kind.get(kind, Map()), new.by_kind.get(kind, Map())
        patch += [(kind, key, entry) for key, entry in after.items() if before.get(key) is not entry]
        patch += [(kind, key, None) for key in before if key not in after]
    return patch
