"""Namespaces and their environments: making and listing them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from immutables import Map

from vexil.core.change import Put
from vexil.core.resource import Commit, Environment, Kind, Namespace, ResourceId, ResourceState, Revision
from vexil.core.snapshot import Snapshot
from vexil.server.control.committer import Committer, Proposal
from vexil.server.control.directory import Directory
from vexil.server.stores.port import Store


@dataclass(frozen=True, slots=True)
class NamespaceSummary:
    """A namespace in short; `resource_count` counts everything that it holds."""

    name: str
    namespace: Namespace
    head_revision: Revision
    compact_revision: Revision
    resource_count: int


@dataclass(frozen=True, slots=True)
class EnvironmentSummary:
    """An environment in short: how many resources it sets itself, and how many its effective view has."""

    state: ResourceState
    chain: Sequence[str]
    own_count: int
    effective_count: int


class Namespaces:
    """Creates and lists namespaces."""

    def __init__(self, store: Store, directory: Directory, committer: Committer) -> None:
        self._store = store
        self._directory = directory
        self._committer = committer

    async def create(
        self,
        name: str,
        namespace: Namespace,
        environments: Mapping[str, Environment],
        *,
        author: str = "",
        message: str = "",
    ) -> Commit:
        """Makes a namespace with its environments. Raises AlreadyExists, InvalidRequest."""
        changes = [
            Put(ResourceId(Kind.NAMESPACE, "", name), namespace),
            *(
                Put(ResourceId(Kind.ENVIRONMENT, "", key), environment)
                for key, environment in sorted(environments.items())
            ),
        ]
        return await self._committer.create(
            Proposal(namespace=name, changes=changes, author=author, message=message)
        )

    async def list(self, after: str) -> Sequence[NamespaceSummary]:
        """All namespaces whose names come after `after`, by name."""
        compacted = {head.namespace: head.compact_revision for head in await self._store.heads()}
        return [
            _summary(self._directory.snapshot(name), compacted.get(name, Revision(0)))
            for name in self._directory.names()
            if name > after
        ]


def environments(snapshot: Snapshot) -> Sequence[EnvironmentSummary]:
    """All environments of a namespace, parents before children, then by name."""
    states = snapshot.own.get("", Map())
    return [
        EnvironmentSummary(
            state=states[Kind.ENVIRONMENT, name].state,
            chain=snapshot.tree.chain(name),
            own_count=len(snapshot.own.get(name, ())),
            effective_count=len(snapshot.views[name]),
        )
        for name in snapshot.tree.ordered()
    ]


def _summary(snapshot: Snapshot, compact_revision: Revision) -> NamespaceSummary:
    entry = snapshot.own.get("", Map()).get((Kind.NAMESPACE, snapshot.namespace))
    resource = None if entry is None else entry.state.resource
    return NamespaceSummary(
        name=snapshot.namespace,
        namespace=resource if isinstance(resource, Namespace) else Namespace(),
        head_revision=snapshot.revision,
        compact_revision=compact_revision,
        resource_count=len(snapshot),
    )
