"""Roles, bindings and identity providers: writing, listing and deleting them."""

from collections.abc import Sequence

from vexil.core.access.binding import RoleBinding
from vexil.core.access.grants import Grants
from vexil.core.access.identity_provider import IdentityProvider
from vexil.core.access.role import Role
from vexil.core.access.scope import Scope
from vexil.core.access.subject import Subject, SubjectKind
from vexil.core.access.verb import Verb
from vexil.core.errors import AccessDenied, InvalidRequest, Reason, Violation
from vexil.core.resource import Commit, Kind
from vexil.server.access.directory import AccessDirectory
from vexil.server.access.writing import AccessWriter, Author
from vexil.server.egress.allow_list import AllowList
from vexil.server.egress.places import never_fetched


class Permissions:
    """Changes and shows permissions. Methods raise what an AccessWriter raises, and AccessDenied."""

    def __init__(self, directory: AccessDirectory, writer: AccessWriter, egress: AllowList) -> None:
        """`egress` says where the keys of identity providers may be."""
        self._directory = directory
        self._writer = writer
        self._egress = egress

    async def put_role(self, author: Author, name: str, role: Role) -> Commit:
        """Writes a custom role; it may be bound anywhere, so that this is to give it everywhere."""
        author.require_bindable(role.verbs, Scope.everything())
        return await self._writer.write(author, {name: role})

    async def delete_role(self, author: Author, name: str) -> Commit:
        """Deletes a custom role."""
        author.require_all(Verb.ACCESS_WRITE)
        return await self._writer.write(author, {}, [self._writer.find(Kind.ROLE, name)])

    async def put_binding(self, author: Author, name: str, binding: RoleBinding) -> Commit:
        """Writes a binding, new or in place of another.

        Raises InvalidRequest (DANGLING_REFERENCE) for a role or a service key that does not exist.
        """
        role = self._directory.current.role(binding.role)
        if role is None:
            raise _missing("role_binding.role", f"there is no role {binding.role!r}")
        subject = _subject(binding.subject, "role_binding.subject")
        if subject.kind is SubjectKind.KEY and self._directory.current.key(subject.name) is None:
            raise _missing("role_binding.subject", f"there is no service key {subject.name!r}")
        author.require_bindable(role.verbs, binding.scope, binding.expires_at)
        current = self._directory.current.state(Kind.ROLE_BINDING, name)
        if current is not None and isinstance(current.resource, RoleBinding):
            author.require_unbindable(current.resource.scope)
        return await self._writer.write(author, {name: binding})

    async def delete_binding(self, author: Author, name: str) -> Commit:
        """Deletes a binding."""
        with author.not_told_what_is_there():
            state = self._writer.find(Kind.ROLE_BINDING, name)
            assert isinstance(state.resource, RoleBinding)  # noqa: S101 - of that kind
            author.require_unbindable(state.resource.scope)
        return await self._writer.write(author, {}, [state])

    async def put_provider(self, author: Author, name: str, provider: IdentityProvider) -> Commit:
        """Writes an identity provider. Its word makes anybody any of its subjects: that takes all verbs.

        Raises InvalidRequest where its keys would never be fetched.
        """
        author.require_bindable(tuple(Verb), Scope.everything())
        if why := never_fetched(provider.jwks_uri, self._egress):
            raise InvalidRequest.of([Violation("identity_provider.jwks_uri", why)])
        return await self._writer.write(author, {name: provider})

    async def delete_provider(self, author: Author, name: str) -> Commit:
        """Deletes an identity provider."""
        author.require_all(Verb.ACCESS_WRITE)
        return await self._writer.write(author, {}, [self._writer.find(Kind.IDENTITY_PROVIDER, name)])

    def roles(self, grants: Grants) -> Sequence[tuple[str, Role]]:
        """Custom roles by name. Raises AccessDenied to who may see no permissions anywhere."""
        if not grants.holds(Verb.ACCESS_READ):
            raise AccessDenied(f"this needs {Verb.ACCESS_READ}")
        return [
            (state.id.key, state.resource)
            for state in self._directory.current.states(Kind.ROLE)
            if isinstance(state.resource, Role)
        ]

    def bindings(self, grants: Grants, subject: str = "") -> Sequence[tuple[str, RoleBinding]]:
        """Bindings by name that the reader may see, of that subject or of all."""
        return [
            (state.id.key, binding)
            for state in self._directory.current.states(Kind.ROLE_BINDING)
            if isinstance(binding := state.resource, RoleBinding)
            and (not subject or binding.subject == subject)
            and grants.covers(Verb.ACCESS_READ, binding.scope)
        ]

    def providers(self, grants: Grants) -> Sequence[tuple[str, IdentityProvider]]:
        """Identity providers by name. Raises AccessDenied."""
        if not grants.covers(Verb.ACCESS_READ, Scope.everything()):
            raise AccessDenied(f"this needs {Verb.ACCESS_READ} over everything")
        return [
            (state.id.key, state.resource)
            for state in self._directory.current.states(Kind.IDENTITY_PROVIDER)
            if isinstance(state.resource, IdentityProvider)
        ]


def _subject(text: str, field: str) -> Subject:
    try:
        return Subject.parse(text)
    except ValueError as error:
        raise InvalidRequest.of([Violation(field, str(error))]) from None


def _missing(field: str, description: str) -> InvalidRequest:
    return InvalidRequest.of([Violation(field, description, Reason.DANGLING_REFERENCE)])
