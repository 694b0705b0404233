"""All permissions at one moment."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from immutables import Map

from vexil.core.access.binding import RoleBinding
from vexil.core.access.grants import Grants
from vexil.core.access.role import BUILT_IN, Role
from vexil.core.access.service_key import ServiceKey
from vexil.core.access.subject import Subject
from vexil.core.resource import Deleted, Kind, ResourceChange, ResourceState

_NOTHING: Map[Kind, Map[str, ResourceState]] = Map()
_NO_ROLES: Map[str, Role] = Map()
_NOBODY: Map[str, Map[str, RoleBinding]] = Map()
_NONE: Map[str, ResourceState] = Map()
_UNBOUND: Map[str, RoleBinding] = Map()


@dataclass(frozen=True, slots=True, eq=False)
class AccessState:
    """Keys, roles, bindings and identity providers. Immutable, thus safe to read in any thread.

    `bound` has the bindings of each subject, by its text and their names; `roles` the custom ones.
    """

    by_kind: Map[Kind, Map[str, ResourceState]] = _NOTHING
    roles: Map[str, Role] = _NO_ROLES
    bound: Map[str, Map[str, RoleBinding]] = _NOBODY

    def state(self, kind: Kind, name: str) -> ResourceState | None:
        """One of them; None: it is not there."""
        return self.by_kind.get(kind, _NONE).get(name)

    def states(self, kind: Kind) -> Sequence[ResourceState]:
        """All of a kind, by name."""
        return [state for _, state in sorted(self.by_kind.get(kind, _NONE).items())]

    def key(self, id: str) -> ServiceKey | None:
        """A service key."""
        state = self.state(Kind.SERVICE_KEY, id)
        return state.resource if state is not None and isinstance(state.resource, ServiceKey) else None

    def role(self, name: str) -> Role | None:
        """A role, built in or custom."""
        return BUILT_IN.get(name) or self.roles.get(name)

    def bindings_of(self, subject: Subject) -> Mapping[str, RoleBinding]:
        """The bindings of one subject by name, those that have expired too."""
        return self.bound.get(str(subject), _UNBOUND)

    def grants(self, subjects: Iterable[Subject], now: datetime) -> Grants:
        """What a caller may do that is all of these subjects: itself and its groups."""
        bindings = chain.from_iterable(self.bindings_of(subject).items() for subject in subjects)
        return Grants.compile(bindings, self.roles, now)

    def after(self, changes: Iterable[ResourceChange]) -> "AccessState":
        """The state after these changes; costs what they change, whatever else there is."""
        by_kind, roles, bound = self.by_kind, self.roles, self.bound
        for change in changes:
            kind, name = change.id.kind, change.id.key
            states = by_kind.get(kind, _NONE)
            old = states.get(name)
            if old is not None and isinstance(old.resource, RoleBinding):
                rest = bound[old.resource.subject].delete(name)
                subject = old.resource.subject
                bound = bound.set(subject, rest) if rest else bound.delete(subject)
            if isinstance(change, Deleted):
                by_kind = by_kind.set(kind, states.delete(name)) if old is not None else by_kind
                roles = roles.delete(name) if kind is Kind.ROLE and name in roles else roles
                continue
            by_kind = by_kind.set(kind, states.set(name, change))
            match change.resource:
                case Role():
                    roles = roles.set(name, change.resource)
                case RoleBinding(subject=subject):
                    bound = bound.set(subject, bound.get(subject, _UNBOUND).set(name, change.resource))
        return AccessState(by_kind, roles, bound)
