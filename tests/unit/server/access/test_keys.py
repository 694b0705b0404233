"""Service keys from the first to the last use."""

import re
from collections.abc import Awaitable
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.support.clock import START
from tests.unit.core.permissions import PROVIDER
from tests.unit.server.access.office import SHOP, office
from vexil.core.access.binding import RoleBinding
from vexil.core.access.role import Role
from vexil.core.access.scope import Scope
from vexil.core.access.subject import Subject
from vexil.core.access.verb import Verb
from vexil.core.errors import AccessDenied, AlreadyExists, InvalidRequest, NotFound, Unauthenticated
from vexil.core.resource import Kind
from vexil.server.access.bootstrap import make_admin_key
from vexil.server.access.key_text import KeyText
from vexil.server.access.keys import Wanted
from vexil.server.access.writing import Author

DAY = 86_400.0


def test_keys_are_long_random_and_found_by_scanners() -> None:
    made = {KeyText.make().text for _ in range(100)}
    assert len(made) == 100
    assert all(re.fullmatch("vxk_[0-9a-f]{10}_[0-9a-f]{40}", text) for text in made)


def test_key_does_not_show_its_secret() -> None:
    key = KeyText.make()
    assert key.text not in repr(key)


@pytest.mark.parametrize("text", ["", "vxk_", "vxk__", "vxk_0123456789_", "VXK_0123456789_" + "0" * 40])
def test_what_is_no_key_is_not_read_as_one(text: str) -> None:
    assert KeyText.parse(text) is None
    assert KeyText.parse("vxk_0123456789_" + "0" * 40 + "\n") is None


async def test_the_first_key_may_do_everything_and_is_stored_hashed() -> None:
    async with office() as (made, _):
        (state,) = made.directory.current.states(Kind.SERVICE_KEY)
        key = made.directory.current.key(state.id.key)
        assert key is not None
        assert re.fullmatch("[0-9a-f]{64}", key.secrets[0].digest)
        with pytest.raises(AlreadyExists):
            await made.found()


async def test_another_administrators_key_can_be_made_beside_the_servers() -> None:
    async with office() as (made, _):
        another = await make_admin_key(made.backend.committer, made.backend.time.clock, first=False)
        assert made.grants(another.text).covers(Verb.ACCESS_WRITE, Scope.everything())


async def test_key_may_do_what_it_is_bound_to() -> None:
    async with office() as (made, admin):
        key = await made.key_for(admin, "viewer")
        grants = made.grants(key.text)
        assert grants.allows(Verb.READ, "shop", "prod", Kind.SETTING, "a")
        assert not grants.allows(Verb.WRITE, "shop", "prod", Kind.SETTING, "a")
        assert not grants.allows(Verb.READ, "bank", "prod", Kind.SETTING, "a")


async def test_wrong_unknown_and_malformed_keys_are_refused_alike() -> None:
    async with office() as (made, admin):
        key = await made.key_for(admin, "viewer")
        wrong = [f"vxk_{key.id}_{'0' * 40}", f"vxk_{'0' * 10}_{'0' * 40}", "vxk_x", key.text + "\n", ""]
        texts = set()
        for text in wrong:
            with pytest.raises(Unauthenticated) as raised:
                made.check.accept(text)
            texts.add(raised.value.message)
        assert texts == {"the service key is not valid"}
        assert made.uses.last(key.id) is None


async def test_expired_key_is_refused_and_says_before_when_it_ends() -> None:
    async with office() as (made, admin):
        end = START + timedelta(days=1)
        key = await made.keys.create(admin, [Wanted("viewer", SHOP)], "", end)
        assert made.check.accept(key.text).expires_at == end
        made.backend.time.advance(DAY)
        with pytest.raises(Unauthenticated):
            made.check.accept(key.text)


async def test_both_secrets_are_accepted_while_a_key_is_rotated() -> None:
    async with office() as (made, admin):
        old = await made.key_for(admin, "viewer")
        rotated = await made.keys.rotate(admin, old.id, timedelta(hours=1))
        assert rotated.text.id == old.id
        assert rotated.text.text != old.text
        assert made.check.accept(old.text).expires_at == rotated.previous_expires_at
        assert made.check.accept(rotated.text.text).expires_at is None
        assert made.grants(old.text) == made.grants(rotated.text.text)
        made.backend.time.advance(3600)
        with pytest.raises(Unauthenticated):
            made.check.accept(old.text)
        made.check.accept(rotated.text.text)


async def test_rotation_without_overlap_ends_the_secret_at_once() -> None:
    async with office() as (made, admin):
        old = await made.key_for(admin, "viewer")
        await made.keys.rotate(admin, old.id, timedelta(0))
        with pytest.raises(Unauthenticated):
            made.check.accept(old.text)


async def test_second_rotation_ends_the_oldest_secret() -> None:
    async with office() as (made, admin):
        first = await made.key_for(admin, "viewer")
        second = (await made.keys.rotate(admin, first.id, timedelta(days=1))).text
        await made.keys.rotate(admin, first.id, timedelta(days=1))
        with pytest.raises(Unauthenticated):
            made.check.accept(first.text)
        made.check.accept(second.text)


async def test_rotation_never_lengthens_an_end() -> None:
    async with office() as (made, admin):
        key = await made.key_for(admin, "viewer")
        early = await made.keys.rotate(admin, key.id, timedelta(hours=1))
        stored = made.directory.current.key(key.id)
        assert stored is not None
        ended = replace(stored, secrets=stored.secrets[1:])
        await made.keys._writer.write(admin, {key.id: ended})
        again = await made.keys.rotate(admin, key.id, timedelta(days=9))
        assert again.previous_expires_at == early.previous_expires_at


async def test_revoked_key_is_refused_and_leaves_no_binding() -> None:
    async with office() as (made, admin):
        key = await made.key_for(admin, "viewer")
        before = made.directory.current
        await made.keys.revoke(admin, key.id)
        assert made.directory.current is not before
        with pytest.raises(Unauthenticated):
            made.check.accept(key.text)
        assert [name for name, _ in made.permissions.bindings(admin.grants, f"key:{key.id}")] == []
        with pytest.raises(NotFound):
            await made.keys.revoke(admin, key.id)


async def test_last_use_is_kept_to_the_minute() -> None:
    async with office() as (made, admin):
        key = await made.key_for(admin, "viewer")
        assert made.uses.last(key.id) is None
        made.backend.time.advance(90)
        made.check.accept(key.text)
        assert made.uses.last(key.id) == START + timedelta(minutes=1)
        listed = {summary.id: summary for summary in made.keys.list(admin.grants)}
        assert listed[key.id].last_used_at == START + timedelta(minutes=1)


async def test_key_for_a_role_that_does_not_exist_is_refused() -> None:
    async with office() as (made, admin):
        with pytest.raises(InvalidRequest) as raised:
            await made.key_for(admin, "wizard")
        assert raised.value.violations[0].field == "grants[0].role"


async def test_nobody_makes_a_key_that_can_do_more_than_they_can() -> None:
    async with office() as (made, admin):
        shop_admin = made.author(await made.key_for(admin, "admin"))
        await made.key_for(shop_admin, "editor")
        with pytest.raises(AccessDenied):
            await made.key_for(shop_admin, "viewer", Scope.everything())
        editor = made.author(await made.key_for(admin, "editor"))
        with pytest.raises(AccessDenied):
            await made.key_for(editor, "viewer")


async def test_nobody_gets_the_secret_of_a_key_that_can_do_more_than_they_can() -> None:
    async with office() as (made, admin):
        shop_admin = made.author(await made.key_for(admin, "admin"))
        strong = await made.key_for(admin, "viewer", Scope.everything())
        with pytest.raises(AccessDenied):
            await made.keys.rotate(shop_admin, strong.id, timedelta(0))
        with pytest.raises(AccessDenied):
            await made.keys.revoke(shop_admin, strong.id)
        made.check.accept(strong.text)


async def test_admin_for_a_while_makes_no_key_that_lasts_longer() -> None:
    async with office() as (made, admin):
        end = START + timedelta(hours=8)
        lasting = await made.key_for(admin, "viewer")
        binding = RoleBinding("user:ada", "admin", Scope.everything(), end)
        await made.permissions.put_binding(admin, "ada", binding)
        now = made.backend.time.clock.now()
        ada = Author("user:ada", made.directory.current.grants([Subject.parse("user:ada")], now))
        wanted = [Wanted("viewer", SHOP)]
        key = await made.keys.create(ada, wanted, "", end)
        await made.keys.rotate(ada, key.id, timedelta(0))
        attempts = [
            made.keys.create(ada, wanted, "", None),
            made.keys.create(ada, wanted, "", end + timedelta(hours=1)),
            made.keys.rotate(ada, lasting.id, timedelta(0)),
            made.permissions.put_binding(ada, "ada", replace(binding, expires_at=None)),
            made.permissions.put_role(ada, "reader", Role((Verb.READ,))),
            made.permissions.put_provider(ada, "corp", PROVIDER),
        ]
        for attempt in attempts:
            with pytest.raises(AccessDenied):
                await attempt


async def test_keys_outside_the_grant_are_not_listed() -> None:
    async with office() as (made, admin):
        await made.key_for(admin, "viewer", Scope.of_namespace("bank"))
        own = await made.key_for(admin, "admin")
        listed = made.keys.list(made.grants(own.text))
        assert [summary.id for summary in listed] == [own.id]
        editor = await made.key_for(admin, "editor")
        assert made.keys.list(made.grants(editor.text)) == []


async def test_who_may_change_some_permissions_is_not_told_which_others_there_are() -> None:
    async with office() as (made, admin):
        strong = await made.key_for(admin, "admin", Scope.everything())
        elsewhere = RoleBinding("user:ada", "viewer", Scope.of_namespace("bank"))
        await made.permissions.put_binding(admin, "ada", elsewhere)
        some = made.author(await made.key_for(admin, "admin"))

        async def answer(call: Awaitable[object]) -> str:
            with pytest.raises((AccessDenied, NotFound)) as raised:
                await call
            return f"{type(raised.value).__name__}: {raised.value.message}"

        for change, there, absent in (
            (made.keys.revoke, strong.id, "0123456789"),
            (lambda author, id: made.keys.rotate(author, id, timedelta(0)), strong.id, "0123456789"),
            (made.permissions.delete_binding, "ada", "bob"),
        ):
            assert await answer(change(some, there)) == await answer(change(some, absent))
            assert (await answer(change(admin, absent))).startswith("NotFound")
