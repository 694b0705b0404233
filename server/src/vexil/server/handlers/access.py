"""`vexil.v1.AccessService`."""

from collections.abc import Callable
from datetime import timedelta

from vexil.convert.access import IDENTITY_PROVIDER, ROLE, ROLE_BINDING, SCOPE, VERBS
from vexil.convert.paths import within
from vexil.convert.resources import id_from_proto
from vexil.convert.wellknown import fill_time, read_duration, read_time
from vexil.core.access.grants import Grants
from vexil.core.access.role import BUILT_IN
from vexil.core.access.scope import Scope
from vexil.core.access.subject import Subject
from vexil.core.access.verb import Verb
from vexil.core.errors import AccessDenied, InvalidRequest, Violation
from vexil.server.access.directory import AccessDirectory
from vexil.server.access.keys import OVERLAP, KeySummary, ServiceKeys, Wanted
from vexil.server.access.permissions import Permissions
from vexil.server.access.writing import Author
from vexil.server.call import CallContext
from vexil.server.clock import Clock
from vexil.server.handlers import access_answers as answers
from vexil.server.handlers.paging import Page
from vexil.v1 import access_service_pb2 as pb


class AccessHandlers:
    """Who may do what. What a call may do here is decided by what it is about: see `Author`."""

    def __init__(
        self,
        directory: AccessDirectory,
        keys: ServiceKeys,
        permissions: Permissions,
        clock: Clock,
        problem_of: Callable[[str], str],
    ) -> None:
        """`problem_of` says why keys can't be had from a provider's place; empty: they can."""
        self._directory = directory
        self._keys = keys
        self._permissions = permissions
        self._clock = clock
        self._problem_of = problem_of

    def who_am_i(self, _request: pb.WhoAmIRequest, call: CallContext) -> pb.WhoAmIResponse:
        """The caller's name and permissions."""
        identity = call.identify()
        response = pb.WhoAmIResponse(
            principal=identity.principal,
            grants=map(answers.effective_grant, identity.grants.grants),
            means=identity.means,
        )
        if identity.expires_at is not None:
            fill_time(response.expires_at, identity.expires_at)
        return response

    def check_access(self, request: pb.CheckAccessRequest, call: CallContext) -> pb.CheckAccessResponse:
        """Whether somebody may do something."""
        with within("id"):
            id = id_from_proto(request.id)
        with within("verb"):
            verb = VERBS.read(request.verb)
        grants = self._asked_about(request, call)
        grant = grants.why(verb, request.namespace, id.environment, id.kind, id.key)
        if grant is None:
            return pb.CheckAccessResponse(allowed=False, explanation=_why_not(grants, verb))
        by = f"by the binding {grant.binding!r}" if grant.binding else "since nobody is asked who they are"
        return pb.CheckAccessResponse(
            allowed=True,
            explanation=f"the role {grant.role!r} allows {verb} {by}",
            by=answers.effective_grant(grant),
        )

    async def create_service_key(
        self, request: pb.CreateServiceKeyRequest, call: CallContext
    ) -> pb.CreateServiceKeyResponse:
        """A new key, with its secret."""
        wanted = [Wanted(each.role, SCOPE.read(each.scope)) for each in request.grants]
        with within("expires_at"):
            expires_at = read_time(request.expires_at) if request.HasField("expires_at") else None
        text = await self._keys.create(
            Author.of(call), wanted, request.description, expires_at, request.request_id
        )
        response = pb.CreateServiceKeyResponse(key=text.text)
        if (key := self._directory.current.key(text.id)) is not None:
            bindings = self._keys.bindings(call.grants, text.id)
            response.summary.CopyFrom(answers.key_summary(KeySummary(text.id, key, None, bindings)))
        return response

    def list_service_keys(
        self, request: pb.ListServiceKeysRequest, call: CallContext
    ) -> pb.ListServiceKeysResponse:
        """A page of keys."""
        page = Page(request)
        after = page.after(str) or ""
        response = pb.ListServiceKeysResponse()
        found = (
            (each.id, answers.key_summary(each)) for each in self._keys.list(call.grants) if each.id > after
        )
        response.next_page_token = page.fill(response.service_keys, found)
        return response

    async def revoke_service_key(
        self, request: pb.RevokeServiceKeyRequest, call: CallContext
    ) -> pb.RevokeServiceKeyResponse:
        """Ends a key."""
        commit = await self._keys.revoke(Author.of(call, request.message), request.id)
        return pb.RevokeServiceKeyResponse(revision=commit.revision)

    async def rotate_service_key(
        self, request: pb.RotateServiceKeyRequest, call: CallContext
    ) -> pb.RotateServiceKeyResponse:
        """A new secret for a key."""
        overlap = OVERLAP
        if request.HasField("overlap"):
            with within("overlap"):
                overlap = timedelta(seconds=read_duration(request.overlap))
        rotated = await self._keys.rotate(Author.of(call), request.id, overlap, request.request_id)
        response = pb.RotateServiceKeyResponse(key=rotated.text.text)
        fill_time(response.previous_expires_at, rotated.previous_expires_at)
        return response

    async def put_role(self, request: pb.PutRoleRequest, call: CallContext) -> pb.PutRoleResponse:
        """Writes a role."""
        with within("role"):
            role = ROLE.read(request.role)
        commit = await self._permissions.put_role(Author.of(call, request.message), request.name, role)
        return pb.PutRoleResponse(revision=commit.revision)

    async def delete_role(self, request: pb.DeleteRoleRequest, call: CallContext) -> pb.DeleteRoleResponse:
        """Deletes a role."""
        commit = await self._permissions.delete_role(Author.of(call, request.message), request.name)
        return pb.DeleteRoleResponse(revision=commit.revision)

    def list_roles(self, request: pb.ListRolesRequest, call: CallContext) -> pb.ListRolesResponse:
        """A page of roles."""
        page = Page(request)
        after = page.after(bool, str) or []
        response = pb.ListRolesResponse()
        roles = [*sorted(BUILT_IN.items()), *self._permissions.roles(call.grants)]
        found = (
            (place, answers.named_role(name, role, built_in=name in BUILT_IN))
            for name, role in roles
            if (place := [name not in BUILT_IN, name]) > after
        )
        response.next_page_token = page.fill(response.roles, found)
        return response

    async def put_role_binding(
        self, request: pb.PutRoleBindingRequest, call: CallContext
    ) -> pb.PutRoleBindingResponse:
        """Writes a binding."""
        with within("role_binding"):
            binding = ROLE_BINDING.read(request.role_binding)
        author = Author.of(call, request.message)
        commit = await self._permissions.put_binding(author, request.name, binding)
        return pb.PutRoleBindingResponse(revision=commit.revision)

    async def delete_role_binding(
        self, request: pb.DeleteRoleBindingRequest, call: CallContext
    ) -> pb.DeleteRoleBindingResponse:
        """Deletes a binding."""
        commit = await self._permissions.delete_binding(Author.of(call, request.message), request.name)
        return pb.DeleteRoleBindingResponse(revision=commit.revision)

    def list_role_bindings(
        self, request: pb.ListRoleBindingsRequest, call: CallContext
    ) -> pb.ListRoleBindingsResponse:
        """A page of bindings."""
        page = Page(request)
        after = page.after(str) or ""
        response = pb.ListRoleBindingsResponse()
        found = (
            (name, answers.named_binding(name, binding))
            for name, binding in self._permissions.bindings(call.grants, request.subject)
            if name > after
        )
        response.next_page_token = page.fill(response.role_bindings, found)
        return response

    async def put_identity_provider(
        self, request: pb.PutIdentityProviderRequest, call: CallContext
    ) -> pb.PutIdentityProviderResponse:
        """Writes an identity provider."""
        with within("identity_provider"):
            provider = IDENTITY_PROVIDER.read(request.identity_provider)
        author = Author.of(call, request.message)
        commit = await self._permissions.put_provider(author, request.name, provider)
        return pb.PutIdentityProviderResponse(revision=commit.revision)

    async def delete_identity_provider(
        self, request: pb.DeleteIdentityProviderRequest, call: CallContext
    ) -> pb.DeleteIdentityProviderResponse:
        """Deletes an identity provider."""
        commit = await self._permissions.delete_provider(Author.of(call, request.message), request.name)
        return pb.DeleteIdentityProviderResponse(revision=commit.revision)

    def list_identity_providers(
        self, request: pb.ListIdentityProvidersRequest, call: CallContext
    ) -> pb.ListIdentityProvidersResponse:
        """A page of identity providers."""
        page = Page(request)
        after = page.after(str) or ""
        response = pb.ListIdentityProvidersResponse()
        found = (
            (name, answers.named_provider(name, provider, self._problem_of(provider.jwks_uri)))
            for name, provider in self._permissions.providers(call.grants)
            if name > after
        )
        response.next_page_token = page.fill(response.identity_providers, found)
        return response

    def _asked_about(self, request: pb.CheckAccessRequest, call: CallContext) -> Grants:
        """What the one may do who is asked about."""
        if not request.subject and not request.groups:
            return call.grants
        if not call.grants.covers(Verb.ACCESS_READ, Scope.everything()):
            raise AccessDenied(f"to ask about others needs {Verb.ACCESS_READ} over everything")
        subjects = [_subject("subject", request.subject)]
        subjects += [_subject(f"groups[{index}]", text) for index, text in enumerate(request.groups)]
        return self._directory.current.grants(subjects, self._clock.now())


def _subject(field: str, text: str) -> Subject:
    try:
        return Subject.parse(text)
    except ValueError as error:
        raise InvalidRequest.of([Violation(field, str(error))]) from None


def _why_not(grants: Grants, verb: Verb) -> str:
    if not grants.grants:
        return "no binding is in force for this subject or its groups"
    if not grants.holds(verb):
        return f"no role of the bindings in force has the verb {verb}"
    return f"no binding in force with the verb {verb} is for this place"
