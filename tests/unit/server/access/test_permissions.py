"""Roles, bindings and identity providers; and that nothing else writes them."""

from dataclasses import replace

import pytest

from tests.unit.core.permissions import PROVIDER
from tests.unit.server.access.office import SHOP, office
from vexil.core.access.binding import RoleBinding
from vexil.core.access.role import Role
from vexil.core.access.scope import Scope
from vexil.core.access.subject import Subject
from vexil.core.access.system import SYSTEM_NAMESPACE
from vexil.core.access.verb import Verb
from vexil.core.change import Put
from vexil.core.errors import Aborted, AccessDenied, InvalidRequest, NotFound, Reason
from vexil.core.resource import Kind, Namespace, ResourceId, Revision, Version
from vexil.server.control.committer import Proposal
from vexil.server.control.importer import Importer, ImportRequest
from vexil.server.control.rollback import RollbackRequest

ADA = RoleBinding("user:ada", "viewer", SHOP)
EVIL = Put(ResourceId(Kind.ROLE_BINDING, "", "evil"), RoleBinding("user:eve", "admin", Scope.everything()))


async def test_binding_is_in_force_at_once_and_until_it_is_deleted() -> None:
    async with office() as (made, admin):
        ada = [Subject.parse("user:ada")]
        await made.permissions.put_binding(admin, "ada", ADA)
        now = made.backend.time.clock.now()
        assert made.directory.current.grants(ada, now).allows(Verb.READ, "shop", "prod", Kind.SETTING, "a")
        await made.permissions.put_binding(admin, "ada", replace(ADA, subject="user:bob"))
        assert made.directory.current.grants(ada, now).grants == ()
        await made.permissions.delete_binding(admin, "ada")
        assert made.permissions.bindings(admin.grants, "user:bob") == []


async def test_group_gives_what_it_is_bound_to() -> None:
    async with office() as (made, admin):
        group = "oidc-group:corp/shop"
        await made.permissions.put_binding(admin, "g", replace(ADA, subject=group))
        caller = [Subject.parse("oidc:corp/ada"), Subject.parse(group)]
        now = made.backend.time.clock.now()
        assert made.directory.current.grants(caller, now).holds(Verb.READ)
        assert not made.directory.current.grants(caller[:1], now).holds(Verb.READ)


async def test_custom_role_changes_what_its_bindings_allow() -> None:
    async with office() as (made, admin):
        ada = [Subject.parse("user:ada")]
        await made.permissions.put_role(admin, "evaluator", Role((Verb.EVALUATE,)))
        await made.permissions.put_binding(admin, "ada", replace(ADA, role="evaluator"))
        now = made.backend.time.clock.now()
        assert made.directory.current.grants(ada, now).holds(Verb.EVALUATE)
        await made.permissions.put_role(admin, "evaluator", Role((Verb.READ,)))
        assert not made.directory.current.grants(ada, now).holds(Verb.EVALUATE)
        await made.permissions.delete_role(admin, "evaluator")
        assert made.directory.current.grants(ada, now).grants == ()


async def test_what_a_binding_names_must_exist() -> None:
    async with office() as (made, admin):
        for wrong in (replace(ADA, role="wizard"), replace(ADA, subject="key:0123456789")):
            with pytest.raises(InvalidRequest) as raised:
                await made.permissions.put_binding(admin, "b", wrong)
            assert raised.value.reason is Reason.DANGLING_REFERENCE
        with pytest.raises(NotFound):
            await made.permissions.delete_binding(admin, "b")
        with pytest.raises(NotFound):
            await made.permissions.delete_role(admin, "viewer")


async def test_admin_of_a_namespace_neither_gives_nor_takes_beyond_it() -> None:
    async with office() as (made, admin):
        shop = made.author(await made.key_for(admin, "admin"))
        everywhere = replace(ADA, scope=Scope.everything())
        await made.permissions.put_binding(admin, "wide", everywhere)
        await made.permissions.put_binding(shop, "ada", ADA)
        attempts = [
            made.permissions.put_binding(shop, "more", everywhere),
            made.permissions.put_binding(shop, "wide", ADA),
            made.permissions.delete_binding(shop, "wide"),
            made.permissions.put_role(shop, "reader", Role((Verb.READ,))),
            made.permissions.delete_role(shop, "reader"),
            made.permissions.put_provider(shop, "corp", PROVIDER),
            made.permissions.delete_provider(shop, "corp"),
        ]
        for attempt in attempts:
            with pytest.raises(AccessDenied):
                await attempt
        assert [name for name, _ in made.permissions.bindings(shop.grants, "user:ada")] == ["ada"]
        with pytest.raises(AccessDenied):
            made.permissions.providers(shop.grants)


async def test_identity_provider_takes_every_verb_since_it_can_name_anybody() -> None:
    async with office() as (made, admin):
        await made.permissions.put_role(admin, "porter", Role((Verb.ACCESS_WRITE,)))
        porter = made.author(await made.key_for(admin, "porter", Scope.everything()))
        with pytest.raises(AccessDenied):
            await made.permissions.put_provider(porter, "corp", PROVIDER)
        await made.permissions.put_provider(admin, "corp", PROVIDER)
        assert made.permissions.providers(admin.grants) == [("corp", PROVIDER)]
        await made.permissions.delete_provider(porter, "corp")


async def test_change_of_what_somebody_else_changed_meanwhile_is_aborted() -> None:
    async with office() as (made, admin):
        await made.permissions.put_binding(admin, "ada", ADA)
        stale = made.directory.current
        await made.permissions.put_binding(admin, "ada", replace(ADA, scope=Scope.everything()))
        made.directory.current = stale
        with pytest.raises(Aborted):
            await made.permissions.delete_binding(admin, "ada")


async def test_commit_cannot_write_permissions() -> None:
    async with office() as (made, _):
        for commit in (made.backend.committer.commit, made.backend.committer.dry_run):
            with pytest.raises(AccessDenied):
                await commit(Proposal(namespace=SYSTEM_NAMESPACE, changes=[EVIL]))
            with pytest.raises(InvalidRequest):
                await commit(Proposal(namespace="shop", changes=[EVIL]))


async def test_import_cannot_write_permissions() -> None:
    async with office() as (made, _):
        for request in (
            ImportRequest(namespace=SYSTEM_NAMESPACE),
            ImportRequest(namespace=SYSTEM_NAMESPACE, create=True, dry_run=True),
        ):
            importer = Importer(made.backend.directory, made.backend.committer, request)
            with pytest.raises(AccessDenied):
                await importer.take([EVIL])


async def test_rollback_cannot_bring_a_revoked_key_back() -> None:
    async with office() as (made, admin):
        key = await made.key_for(admin, "viewer")
        await made.keys.revoke(admin, key.id)
        request = RollbackRequest(namespace=SYSTEM_NAMESPACE)
        with pytest.raises(AccessDenied):
            await made.backend.rollback.resource(
                request, ResourceId(Kind.SERVICE_KEY, "", key.id), Version(1)
            )
        with pytest.raises(NotFound):
            await made.backend.rollback.environment(request, "prod", Revision(1))


async def test_namespace_of_permissions_cannot_be_created_as_any_other() -> None:
    async with office() as (made, _):
        with pytest.raises(AccessDenied):
            await made.backend.namespaces.create(SYSTEM_NAMESPACE, Namespace(), {})
