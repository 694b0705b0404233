"""Requests that make a secret, sent twice: one key too many is one that nobody knows of."""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta

import pytest

from tests.unit.server.access.office import SHOP, Office, office
from vexil.core.access.scope import Scope
from vexil.core.errors import AlreadyExists, InvalidRequest, Reason, VexilError
from vexil.core.resource import Kind
from vexil.server.access.key_text import KeyText
from vexil.server.access.keys import Rotated, Wanted
from vexil.server.access.writing import Author

DAY = timedelta(days=1)
VIEWER = (Wanted("viewer", SHOP),)


def ids(made: Office) -> list[str]:
    return [state.id.key for state in made.directory.current.states(Kind.SERVICE_KEY)]


async def failure(call: Awaitable[KeyText | Rotated]) -> VexilError:
    with pytest.raises(VexilError) as raised:
        await call
    return raised.value


async def test_a_repeated_creation_makes_no_second_key_and_shows_no_secret() -> None:
    async with office() as (made, admin):
        key = await made.keys.create(admin, VIEWER, "CI", None, "r1")
        before = ids(made)
        error = await failure(made.keys.create(admin, VIEWER, "CI", None, "r1"))
        assert isinstance(error, AlreadyExists)
        assert error.reason is Reason.SECRET_SHOWN
        assert error.metadata["key"] == key.id
        assert key.text not in str(error)
        assert ids(made) == before
        made.check.accept(key.text)


async def test_creations_at_the_same_time_make_one_key() -> None:
    async with office() as (made, admin):
        before = len(ids(made))
        calls = (made.keys.create(admin, VIEWER, "CI", None, "r1") for _ in range(5))
        answers = await asyncio.gather(*calls, return_exceptions=True)
        (key,) = (each for each in answers if isinstance(each, KeyText))
        assert {each.reason for each in answers if isinstance(each, AlreadyExists)} == {Reason.SECRET_SHOWN}
        assert len(ids(made)) == before + 1
        made.check.accept(key.text)


async def test_a_request_id_is_for_one_request_of_one_author() -> None:
    async with office() as (made, admin):
        key = await made.keys.create(admin, VIEWER, "CI", None, "r1")
        other = Author("key:other", admin.grants)
        for again in (
            made.keys.create(admin, VIEWER, "another", None, "r1"),
            made.keys.create(admin, (Wanted("client", SHOP),), "CI", None, "r1"),
            made.keys.create(admin, (*VIEWER, Wanted("client", SHOP)), "CI", None, "r1"),
            made.keys.create(other, VIEWER, "CI", None, "r1"),
            made.keys.rotate(admin, key.id, DAY, "r1"),
        ):
            error = await failure(again)
            assert isinstance(error, InvalidRequest)
            assert error.reason is Reason.REQUEST_ID_REUSED
            assert key.id not in str(error)
        assert (await made.keys.create(admin, VIEWER, "CI", None, "r2")).id != key.id


async def test_what_may_not_be_given_is_refused_before_a_request_is_looked_for() -> None:
    async with office() as (made, admin):
        await made.keys.create(admin, (Wanted("admin", Scope.everything()),), "CI", None, "r1")
        editor = await made.key_for(admin, "editor")
        wanted = (Wanted("admin", Scope.everything()),)
        error = await failure(made.keys.create(made.author(editor), wanted, "CI", None, "r1"))
        assert error.reason is Reason.ACCESS_DENIED


async def test_a_repeated_rotation_leaves_both_secrets_as_they_are() -> None:
    """Rotated once more, the secret that is in use would end at once."""
    async with office() as (made, admin):
        key = await made.key_for(admin, "viewer")
        rotated = await made.keys.rotate(admin, key.id, DAY, "r1")
        error = await failure(made.keys.rotate(admin, key.id, DAY, "r1"))
        assert error.reason is Reason.SECRET_SHOWN
        assert error.metadata["key"] == key.id
        for text in (key.text, rotated.text.text):
            assert made.check.accept(text).subject.name == key.id
        other = await made.key_for(admin, "viewer")
        for id, overlap in ((key.id, timedelta(0)), (other.id, DAY)):
            error = await failure(made.keys.rotate(admin, id, overlap, "r1"))
            assert error.reason is Reason.REQUEST_ID_REUSED
