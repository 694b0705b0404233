"""Permissions as this process has them in memory."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain

from vexil.core.access.binding import RoleBinding
from vexil.core.access.grants import Grants
from vexil.core.access.role import BUILT_IN, Role
from vexil.core.access.service_key import ServiceKey
from vexil.core.access.subject import Subject
from vexil.core.access.system import SYSTEM_NAMESPACE
from vexil.core.resource import Commit, Deleted, Kind, ResourceChange, ResourceState
from vexil.core.snapshot import Applied, Snapshot


class AccessDirectory:
    """Keys, roles, bindings and identity providers, kept up to date by observing the namespaces.

    A change costs what it changes, whatever else there is. `generation` grows whenever anything may be
    another than it was: what was worked out before is then worth nothing.
    """

    def __init__(self) -> None:
        self.generation = 0
        self._states: dict[Kind, dict[str, ResourceState]] = {kind: {} for kind in Kind}
        self._roles: dict[str, Role] = {}
        self._bound: dict[str, dict[str, RoleBinding]] = {}

    def state(self, kind: Kind, name: str) -> ResourceState | None:
        """One of them as it stands; None: it is not there."""
        return self._states[kind].get(name)

    def states(self, kind: Kind) -> Sequence[ResourceState]:
        """All of a kind, by name."""
        return [state for _, state in sorted(self._states[kind].items())]

    def key(self, id: str) -> ServiceKey | None:
        """A service key."""
        state = self.state(Kind.SERVICE_KEY, id)
        return state.resource if state is not None and isinstance(state.resource, ServiceKey) else None

    def role(self, name: str) -> Role | None:
        """A role, built in or custom."""
        return BUILT_IN.get(name) or self._roles.get(name)

    def bindings_of(self, subject: Subject) -> Mapping[str, RoleBinding]:
        """The bindings of one subject by name, those that have expired too."""
        return self._bound.get(str(subject), {})

    def grants(self, subjects: Iterable[Subject], now: datetime) -> Grants:
        """What a caller may do that is all of these subjects: itself and its groups."""
        bindings = chain.from_iterable(self.bindings_of(subject).items() for subject in subjects)
        return Grants.compile(bindings, self._roles, now)

    def applied(self, commit: Commit, before: Snapshot, applied: Applied) -> None:
        """Takes in a commit."""
        if commit.namespace == SYSTEM_NAMESPACE:
            self._take(commit.changes)

    def replaced(self, snapshot: Snapshot, epoch: int) -> None:
        """Takes in everything anew."""
        if snapshot.namespace == SYSTEM_NAMESPACE:
            for states in self._states.values():
                states.clear()
            self._roles.clear()
            self._bound.clear()
            self._take(snapshot.states())

    def rewritten(self, namespace: str) -> None:
        """Nothing yet: what there is instead follows at once."""

    def _take(self, changes: Iterable[ResourceChange]) -> None:
        self.generation += 1
        for change in changes:
            name, states = change.id.key, self._states[change.id.kind]
            old = states.pop(name, None)
            if old is not None and isinstance(old.resource, RoleBinding):
                self._unbind(name, old.resource.subject)
            if isinstance(change, Deleted):
                if change.id.kind is Kind.ROLE:
                    self._roles.pop(name, None)
                continue
            states[name] = change
            if isinstance(change.resource, Role):
                self._roles[name] = change.resource
            elif isinstance(change.resource, RoleBinding):
                self._bound.setdefault(change.resource.subject, {})[name] = change.resource

    def _unbind(self, name: str, subject: str) -> None:
        bound = self._bound[subject]
        del bound[name]
        if not bound:
            del self._bound[subject]
