"""The access service as callers with various permissions meet it."""

from datetime import UTC
from typing import Any

import pytest

from tests.support.clock import START
from tests.unit.server.access.office import SHOP, Call, Office, office
from vexil.core.access.grants import NOTHING, UNRESTRICTED
from vexil.core.access.role import BUILT_IN
from vexil.core.errors import AccessDenied, InvalidRequest
from vexil.server.access.writing import Author
from vexil.server.contract import require_valid
from vexil.v1 import access_pb2, resource_pb2
from vexil.v1 import access_service_pb2 as pb

SCOPE = access_pb2.Scope(namespaces=["shop"], environments=["*"], key_prefixes=["*"], kinds=["*"])
ADA = access_pb2.RoleBinding(subject="user:ada", role="viewer", scope=SCOPE)
SETTING = resource_pb2.ResourceId(kind=resource_pb2.RESOURCE_KIND_SETTING, environment="prod", key="timeout")


def asked(verb: access_pb2.Verb, **more: Any) -> pb.CheckAccessRequest:
    request = pb.CheckAccessRequest(verb=verb, namespace="shop", id=SETTING, **more)
    require_valid(request)
    return request


def call_of(author: Author) -> Any:
    return Call(author.grants, author.name)


async def named(made: Office, admin: Author, *names: str) -> None:
    for name in names:
        await made.handlers.put_role_binding(
            pb.PutRoleBindingRequest(name=name, role_binding=ADA), call_of(admin)
        )


async def test_caller_is_told_who_it_is_and_what_it_may_do() -> None:
    async with office() as (made, admin):
        key = await made.key_for(admin, "client")
        response = made.handlers.who_am_i(pb.WhoAmIRequest(), made.call(key))
        assert response.principal == f"key:{key.id}"
        (grant,) = response.grants
        assert (grant.binding, grant.role) == (f"key/{key.id}/1", "client")
        assert list(grant.verbs) == [access_pb2.VERB_READ, access_pb2.VERB_EVALUATE, access_pb2.VERB_WATCH]
        assert grant.scope == SCOPE
        assert response.means == "service-key"
        assert not response.HasField("expires_at")


async def test_caller_is_told_when_its_credential_ends() -> None:
    async with office() as (made, _):
        call: Any = Call(NOTHING, expires_at=START)
        response = made.handlers.who_am_i(pb.WhoAmIRequest(), call)
        assert response.expires_at.ToDatetime(UTC) == START


async def test_without_permissions_one_may_ask_about_oneself_alone() -> None:
    async with office() as (made, _):
        nobody: Any = Call(NOTHING)
        assert not made.handlers.who_am_i(pb.WhoAmIRequest(), nobody).grants
        answer = made.handlers.check_access(asked(access_pb2.VERB_READ), nobody)
        assert not answer.allowed
        assert answer.explanation.startswith("no binding is in force")
        for more in ({"subject": "user:ada"}, {"groups": ["oidc-group:corp/a"]}):
            with pytest.raises(AccessDenied):
                made.handlers.check_access(asked(access_pb2.VERB_READ, **more), nobody)
        with pytest.raises(AccessDenied):
            made.handlers.list_roles(pb.ListRolesRequest(), nobody)
        assert not made.handlers.list_role_bindings(pb.ListRoleBindingsRequest(), nobody).role_bindings
        assert not made.handlers.list_service_keys(pb.ListServiceKeysRequest(), nobody).service_keys


async def test_check_says_which_binding_allows_it_or_why_none_does() -> None:
    async with office() as (made, admin):
        await named(made, admin, "ada")
        call = call_of(admin)
        allowed = made.handlers.check_access(asked(access_pb2.VERB_READ, subject="user:ada"), call)
        assert allowed.allowed
        assert allowed.by.binding == "ada"
        denied = made.handlers.check_access(asked(access_pb2.VERB_WRITE, subject="user:ada"), call)
        assert not denied.HasField("by")
        assert denied.explanation == "no role of the bindings in force has the verb write"
        elsewhere = asked(access_pb2.VERB_READ, subject="user:ada")
        elsewhere.namespace = "bank"
        assert "for this place" in made.handlers.check_access(elsewhere, call).explanation
        with pytest.raises(InvalidRequest) as raised:
            made.handlers.check_access(asked(access_pb2.VERB_READ, subject="ada"), call)
        assert raised.value.violations[0].field == "subject"


async def test_new_key_is_answered_once_and_listed_without_digest() -> None:
    async with office() as (made, admin):
        grant = pb.WantedGrant(role="editor", scope=SCOPE)
        made_key = await made.handlers.create_service_key(
            pb.CreateServiceKeyRequest(description="CI", grants=[grant]), call_of(admin)
        )
        assert made.check.accept(made_key.key).subject.name == made_key.summary.id
        assert [each.role_binding.role for each in made_key.summary.bindings] == ["editor"]
        listed = made.handlers.list_service_keys(pb.ListServiceKeysRequest(), call_of(admin))
        (summary,) = (each for each in listed.service_keys if each.id == made_key.summary.id)
        assert summary.service_key.description == "CI"
        assert [secret.digest for secret in summary.service_key.secrets] == [""]
        assert made_key.key.encode() not in listed.SerializeToString()


async def test_lists_come_in_pages() -> None:
    async with office() as (made, admin):
        call = call_of(admin)
        names = [f"b{number}" for number in range(5)]
        await named(made, admin, *names)
        found: list[str] = []
        request = pb.ListRoleBindingsRequest(subject="user:ada", page_size=2)
        while True:
            page = made.handlers.list_role_bindings(request, call)
            found += [each.name for each in page.role_bindings]
            assert len(page.role_bindings) <= 2
            if not page.next_page_token:
                break
            request.page_token = page.next_page_token
        assert found == names


async def test_roles_come_in_pages_those_built_in_first() -> None:
    async with office() as (made, admin):
        call = call_of(admin)
        for name in ("aaa", "zzz"):
            role = access_pb2.Role(verbs=[access_pb2.VERB_READ])
            await made.handlers.put_role(pb.PutRoleRequest(name=name, role=role), call)
        found: list[tuple[str, bool]] = []
        request = pb.ListRolesRequest(page_size=3)
        while True:
            page = made.handlers.list_roles(request, call)
            found += [(each.name, each.built_in) for each in page.roles]
            if not page.next_page_token:
                break
            request.page_token = page.next_page_token
        assert found == [*((name, True) for name in sorted(BUILT_IN)), ("aaa", False), ("zzz", False)]


async def test_bindings_outside_the_grant_are_not_listed() -> None:
    async with office() as (made, admin):
        wide = access_pb2.RoleBinding(subject="user:ada", role="viewer")
        wide.scope.CopyFrom(SCOPE)
        wide.scope.namespaces[:] = ["*"]
        await made.handlers.put_role_binding(
            pb.PutRoleBindingRequest(name="wide", role_binding=wide), call_of(admin)
        )
        await named(made, admin, "narrow")
        key = await made.key_for(admin, "admin", SHOP)
        listed = made.handlers.list_role_bindings(
            pb.ListRoleBindingsRequest(subject="user:ada"), made.call(key)
        )
        assert [each.name for each in listed.role_bindings] == ["narrow"]


async def test_author_of_a_change_is_the_caller() -> None:
    async with office() as (made, admin):
        await named(made, admin, "ada")
        commits = await made.backend.store.read_back("vexil-access", made_head(made) + 1, 1)  # type: ignore[arg-type]
        assert commits[0].author == admin.name


@pytest.mark.parametrize(
    ("binding", "field"),
    [
        ({"subject": "ada", "role": "viewer", "scope": SCOPE}, "role_binding.subject"),
        (
            {"subject": "user:a", "role": "viewer", "scope": access_pb2.Scope(namespaces=["*", "shop"])},
            "role_binding.scope.namespaces",
        ),
    ],
)
async def test_violations_name_fields_of_the_request(binding: dict[str, Any], field: str) -> None:
    async with office() as (made, _):
        request = pb.PutRoleBindingRequest(name="b", role_binding=access_pb2.RoleBinding(**binding))
        with pytest.raises(InvalidRequest) as raised:
            await made.handlers.put_role_binding(request, call_of(Author("tests", UNRESTRICTED)))
        assert [violation.field for violation in raised.value.violations] == [field]


async def test_built_in_role_is_not_written() -> None:
    async with office() as (made, _):
        request = pb.PutRoleRequest(name="viewer", role=access_pb2.Role(verbs=[access_pb2.VERB_WRITE]))
        with pytest.raises(InvalidRequest) as raised:
            await made.handlers.put_role(request, call_of(Author("tests", UNRESTRICTED)))
        assert [violation.field for violation in raised.value.violations] == ["name"]


def made_head(made: Office) -> int:
    return made.backend.directory.snapshot("vexil-access").revision
