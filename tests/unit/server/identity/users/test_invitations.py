"""Invitations that are asked for twice: the one that was given out stays good."""

import pytest

from tests.unit.server.access.office import office
from vexil.core.errors import AlreadyExists, InvalidRequest, Reason
from vexil.server.identity.users.sessions import Sessions
from vexil.server.identity.users.users import Users

PASSWORD = "staple of 9 horses"


async def test_a_repeated_invitation_makes_no_other_one_and_shows_none() -> None:
    async with office() as (made, admin):
        clock = made.backend.time.clock
        users = Users(made.directory, made.writer, clock)
        invitation, _ = await users.invite(admin, "ada", "Ada", "r1")
        with pytest.raises(AlreadyExists) as repeated:
            await users.invite(admin, "ada", "Ada", "r1")
        assert repeated.value.reason is Reason.SECRET_SHOWN
        assert repeated.value.metadata["key"] == "ada"
        assert "invite again" in repeated.value.message
        assert invitation not in str(repeated.value)
        sessions = Sessions(made.directory, made.writer, clock)
        await sessions.sign_up("ada", invitation, PASSWORD, "192.0.2.1")


@pytest.mark.parametrize(("name", "description"), [("bob", "Ada"), ("ada", "another")])
async def test_the_request_id_of_an_invitation_is_for_that_one(name: str, description: str) -> None:
    async with office() as (made, admin):
        users = Users(made.directory, made.writer, made.backend.time.clock)
        await users.invite(admin, "ada", "Ada", "r1")
        with pytest.raises(InvalidRequest) as reused:
            await users.invite(admin, name, description, "r1")
        assert reused.value.reason is Reason.REQUEST_ID_REUSED
        await users.invite(admin, name, description, "r2")
