"""What one caller may do."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from vexil.core.access.binding import RoleBinding
from vexil.core.access.reach import Reach, name_of
from vexil.core.access.role import ADMIN, BUILT_IN, Role
from vexil.core.access.scope import Scope, fits
from vexil.core.access.system import SYSTEM_NAMESPACE
from vexil.core.access.verb import Verb
from vexil.core.resource import Kind

_NEEDED = {
    **dict.fromkeys(
        (Verb.READ, Verb.WATCH, Verb.HISTORY, Verb.EXPORT, Verb.ACCESS_READ), frozenset({Verb.ACCESS_READ})
    ),
    Verb.AUDIT_READ: frozenset({Verb.ACCESS_READ, Verb.AUDIT_READ}),
}
"""What it takes over everything to do something with permissions; what is missing here nobody may."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What one binding comes to; `binding` is its name, for explanations."""

    binding: str
    role: str
    verbs: frozenset[Verb]
    scope: Scope
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Grants:
    """Everything that a caller may do: the union of its grants. What none of them allows is denied.

    Valid until `expires_at` (None: until roles or bindings change). Permissions themselves are read with
    ACCESS_READ over everything, their audit with AUDIT_READ besides, and no verb writes the namespace that
    holds them.
    """

    grants: tuple[Grant, ...] = ()
    expires_at: datetime | None = None

    @classmethod
    def compile(
        cls,
        bindings: Iterable[tuple[str, RoleBinding]],
        roles: Mapping[str, Role],
        now: datetime,
    ) -> Self:
        """What these bindings, with their names, of one caller and its groups come to.

        `roles` are the custom ones. Bindings that have expired, or whose role does not exist, count for
        nothing.
        """
        grants = []
        for name, binding in bindings:
            role = BUILT_IN.get(binding.role) or roles.get(binding.role)
            if role is not None and (binding.expires_at is None or now < binding.expires_at):
                verbs = frozenset(role.verbs)
                grants.append(Grant(name, binding.role, verbs, binding.scope, binding.expires_at))
        ends = [grant.expires_at for grant in grants if grant.expires_at is not None]
        return cls(tuple(grants), min(ends, default=None))

    def allows(self, verb: Verb, namespace: str, environment: str, kind: Kind, key: str) -> bool:
        """Whether the caller may do that with the resource."""
        return self.why(verb, namespace, environment, kind, key) is not None

    def why(self, verb: Verb, namespace: str, environment: str, kind: Kind, key: str) -> Grant | None:
        """The first grant that allows it; None: none does."""
        if namespace == SYSTEM_NAMESPACE:
            return self._of_system(verb)
        name = name_of(kind)
        for grant in self.grants:
            if verb in grant.verbs and grant.scope.fits(namespace, environment, name, key):
                return grant
        return None

    def reach(self, verb: Verb, namespace: str, environment: str) -> Reach:
        """What of an environment the caller may do that with; empty: what belongs to none."""
        if namespace == SYSTEM_NAMESPACE:
            whole = self._of_system(verb) is not None
            return Reach(environment, (Scope.everything(),) if whole else ())
        return Reach(
            environment,
            tuple(
                grant.scope
                for grant in self.grants
                if verb in grant.verbs and grant.scope.fits_place(namespace, environment)
            ),
        )

    def covers(self, verb: Verb, scope: Scope) -> bool:
        """Whether the caller may do that everywhere in the scope.

        One grant must cover all of it. An empty member of the scope is covered by any. A scope that names the
        namespace of permissions is covered for who may read those, and for reading only.
        """
        if SYSTEM_NAMESPACE in scope.namespaces:
            return self._of_system(verb) is not None
        return any(verb in grant.verbs and grant.scope.covers(scope) for grant in self.grants)

    def may_bind(self, verbs: Collection[Verb], scope: Scope, until: datetime | None = None) -> bool:
        """Whether the caller may give others these verbs in the scope until then; None: for good.

        Never more than it has itself, nor for longer: who has a role for an hour can't keep it by giving it
        to itself.
        """
        lasting = Grants(tuple(grant for grant in self.grants if _lasts(grant, until)))
        return all(lasting.covers(verb, scope) for verb in (Verb.ACCESS_WRITE, *verbs))

    def sees_namespace(self, namespace: str) -> bool:
        """Whether the caller may know that the namespace exists: it may do something there."""
        if namespace == SYSTEM_NAMESPACE:
            return self._of_system(Verb.ACCESS_READ) is not None
        return any(grant.verbs and _fits_somewhere(grant.scope, namespace) for grant in self.grants)

    def sees_environment(self, namespace: str, environment: str) -> bool:
        """Whether the caller may know that the environment exists: it may do something in it."""
        if namespace == SYSTEM_NAMESPACE:
            return self._of_system(Verb.ACCESS_READ) is not None
        return any(
            grant.verbs
            and _fits_somewhere(grant.scope, namespace)
            and grant.scope.fits_place(namespace, environment)
            for grant in self.grants
        )

    def reaches(self, verb: Verb, namespace: str) -> bool:
        """Whether the caller may do that with anything in the namespace."""
        if namespace == SYSTEM_NAMESPACE:
            return self._of_system(verb) is not None
        return any(verb in grant.verbs and _fits_somewhere(grant.scope, namespace) for grant in self.grants)

    def holds(self, verb: Verb) -> bool:
        """Whether the caller has the verb anywhere: for what is about no namespace."""
        return any(verb in grant.verbs and not grant.scope.is_empty for grant in self.grants)

    def _of_system(self, verb: Verb) -> Grant | None:
        """The first grant that allows it with permissions."""
        needed = _NEEDED.get(verb)
        everything = Scope.everything()
        for grant in self.grants:
            if needed is not None and needed <= grant.verbs and grant.scope.covers(everything):
                return grant
        return None


def _lasts(grant: Grant, until: datetime | None) -> bool:
    return grant.expires_at is None or (until is not None and until <= grant.expires_at)


def _fits_somewhere(scope: Scope, namespace: str) -> bool:
    """Whether anything in the namespace can be in the scope."""
    return not scope.is_empty and fits(scope.namespaces, namespace)


NOTHING = Grants()
"""Of someone who may do nothing."""

UNRESTRICTED = Grants((Grant("", ADMIN, frozenset(Verb), Scope.everything()),))
"""Of every caller, while nobody is asked who they are."""
