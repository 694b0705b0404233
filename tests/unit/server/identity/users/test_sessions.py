"""Sessions: from an invitation to the end of the last one."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from structlog.testing import capture_logs

from tests.unit.server.access.office import Office, office
from vexil.core.access.user import Session, User
from vexil.core.errors import Aborted, AccessDenied, InvalidRequest, LimitExceeded, Unauthenticated
from vexil.core.resource import Kind
from vexil.server.access.refusal import CredentialRefused
from vexil.server.access.writing import Author
from vexil.server.identity.users.refresh_text import RefreshText
from vexil.server.identity.users.session_check import SessionCheck
from vexil.server.identity.users.sessions import ACCESS_LASTS, SESSION_LASTS, Sessions, Tokens
from vexil.server.identity.users.users import INVITATION_LASTS, Users

PASSWORD = "staple of 9 horses"
PEER = "192.0.2.1"


class Door:
    """Users and sessions of an office."""

    def __init__(self, within: Office, admin: Author) -> None:
        self.office, self.admin, self.time = within, admin, within.backend.time
        self.users = Users(within.directory, within.writer, self.time.clock)
        self.sessions = Sessions(within.directory, within.writer, self.time.clock)
        self.check = SessionCheck(within.directory, self.time.clock)

    async def ada(self) -> Tokens:
        """Ada, who has just signed up."""
        invitation, _ = await self.users.invite(self.admin, "ada", "Ada")
        return await self.sessions.sign_up("ada", invitation, PASSWORD, PEER)

    async def log_in(self, password: str = PASSWORD, peer: str = PEER) -> Tokens:
        return await self.sessions.log_in("ada", password, peer)

    def stored(self) -> list[Session]:
        states = self.office.directory.current.states(Kind.SESSION)
        return [state.resource for state in states if isinstance(state.resource, Session)]


@asynccontextmanager
async def door() -> AsyncIterator[Door]:
    async with office() as (within, admin):
        yield Door(within, admin)


async def test_whoever_signs_up_is_that_user() -> None:
    async with door() as made:
        tokens = await made.ada()
        proof = made.check.accept(tokens.access)
        assert str(proof.subject) == "user:ada"
        assert proof.expires_at == made.time.clock.now() + ACCESS_LASTS


async def test_nothing_that_is_stored_or_shown_lets_anybody_in() -> None:
    async with door() as made:
        tokens = await made.ada()
        kept = repr([state.resource for state in made.office.directory.current.states(Kind.USER)])
        kept += repr(made.stored()) + repr(tokens)
        assert tokens.access not in kept
        assert tokens.refresh not in kept
        assert PASSWORD not in kept


async def test_invitation_is_good_once_and_for_a_while() -> None:
    async with door() as made:
        invitation, _ = await made.users.invite(made.admin, "ada", "")
        with pytest.raises(Unauthenticated):
            await made.sessions.sign_up("bob", invitation, PASSWORD, PEER)
        await made.sessions.sign_up("ada", invitation, PASSWORD, PEER)
        for text in (invitation, "", "vxi_0_0"):
            with pytest.raises(Unauthenticated):
                await made.sessions.sign_up("ada", text, PASSWORD, "192.0.2.2")
        late, _ = await made.users.invite(made.admin, "ada", "")
        made.time.advance(INVITATION_LASTS.total_seconds())
        with pytest.raises(Unauthenticated):
            await made.sessions.sign_up("ada", late, PASSWORD, PEER)


async def test_another_password_ends_the_sessions_of_the_one_before() -> None:
    async with door() as made:
        first = await made.ada()
        invitation, _ = await made.users.invite(made.admin, "ada", "")
        made.check.accept(first.access)
        await made.sessions.sign_up("ada", invitation, "another 12 letters", PEER)
        with pytest.raises(Unauthenticated):
            made.check.accept(first.access)
        with pytest.raises(Unauthenticated):
            await made.log_in()


async def test_who_may_not_give_everything_invites_nobody() -> None:
    async with door() as made:
        key = await made.office.key_for(made.admin, "admin")
        with pytest.raises(AccessDenied):
            await made.users.invite(made.office.author(key), "ada", "")


async def test_wrong_passwords_and_names_get_the_same_answer() -> None:
    async with door() as made:
        await made.ada()
        texts = set()
        for name, password in (("ada", "wrong"), ("bob", PASSWORD), ("ada", PASSWORD.upper())):
            with pytest.raises(Unauthenticated) as raised:
                await made.sessions.log_in(name, password, PEER)
            texts.add(raised.value.message)
        assert len(texts) == 1


async def test_brute_force_is_told_to_come_back_later() -> None:
    async with door() as made:
        await made.ada()
        for _ in range(4):
            with pytest.raises(Unauthenticated):
                await made.log_in("wrong")
        with pytest.raises(LimitExceeded) as raised:
            await made.log_in()
        assert raised.value.retry_after is not None
        await made.log_in(peer="192.0.2.2")
        made.time.advance(raised.value.retry_after)
        await made.log_in()


async def test_access_token_is_good_for_a_quarter_of_an_hour() -> None:
    async with door() as made:
        tokens = await made.ada()
        made.time.advance(ACCESS_LASTS.total_seconds() - 1)
        made.check.accept(tokens.access)
        made.time.advance(1)
        with pytest.raises(Unauthenticated):
            made.check.accept(tokens.access)


async def test_refreshed_tokens_replace_those_before() -> None:
    async with door() as made:
        first = await made.ada()
        second = await made.sessions.refresh(first.refresh, PEER)
        assert second.expires_at == first.expires_at
        made.check.accept(second.access)
        with pytest.raises(Unauthenticated):
            made.check.accept(first.access)


async def test_refresh_token_that_comes_again_ends_the_session() -> None:
    async with door() as made:
        first = await made.ada()
        second = await made.sessions.refresh(first.refresh, PEER)
        with capture_logs() as lines, pytest.raises(Unauthenticated):
            await made.sessions.refresh(first.refresh, PEER)
        assert [line["event"] for line in lines] == ["refresh_token_reused"]
        assert first.refresh not in repr(lines)
        with pytest.raises(Unauthenticated):
            made.check.accept(second.access)
        with pytest.raises(Unauthenticated):
            await made.sessions.refresh(second.refresh, PEER)


async def test_copied_refresh_token_is_noticed_however_often_the_thief_has_used_it() -> None:
    """Reuse detection that remembers one token alone is evaded by refreshing twice (RFC 9700 §4.14.2)."""
    async with door() as made:
        copied = await made.ada()
        thief = copied
        for _ in range(3):
            thief = await made.sessions.refresh(thief.refresh, "192.0.2.66")
        with pytest.raises(Unauthenticated):
            await made.sessions.refresh(copied.refresh, PEER)
        with pytest.raises(Unauthenticated):
            made.check.accept(thief.access)


async def test_log_out_with_a_token_that_a_thief_has_used_ends_what_the_thief_has() -> None:
    async with door() as made:
        copied = await made.ada()
        thief = await made.sessions.refresh(copied.refresh, "192.0.2.66")
        await made.sessions.log_out(copied.refresh, PEER)
        with pytest.raises(Unauthenticated):
            made.check.accept(thief.access)


async def test_id_of_a_session_is_not_enough_to_end_it() -> None:
    async with door() as made:
        tokens = await made.ada()
        known = RefreshText.parse(tokens.refresh)
        assert known is not None
        made_up = RefreshText.make(known.id).text
        for call in (made.sessions.refresh, made.sessions.log_out):
            with pytest.raises(CredentialRefused):
                await call(made_up, PEER)
        made.check.accept(tokens.access)


async def test_log_in_with_a_password_that_is_changed_meanwhile_begins_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with door() as made:
        await made.ada()
        invitation, _ = await made.users.invite(made.admin, "ada", "")
        fits = made.sessions._passwords.fits

        async def changed_meanwhile(password: str, kept: str) -> bool:
            found = await fits(password, kept)
            await made.sessions.sign_up("ada", invitation, "another 12 letters", "192.0.2.2")
            return found

        monkeypatch.setattr(made.sessions._passwords, "fits", changed_meanwhile)
        with pytest.raises(Aborted):
            await made.log_in()
        assert len(made.stored()) == 1


async def test_refusals_say_why_to_those_who_run_the_server_alone() -> None:
    async with door() as made:
        tokens = await made.ada()
        whys, messages = [], set()
        for name, password in (("ada", "wrong"), ("nobody", PASSWORD)):
            with pytest.raises(CredentialRefused) as raised:
                await made.sessions.log_in(name, password, PEER)
            whys.append(raised.value.why)
            messages.add(raised.value.message)
        assert whys == ["a wrong password of the user ada", "no such user"]
        assert len(messages) == 1
        made.time.advance(ACCESS_LASTS.total_seconds())
        with pytest.raises(CredentialRefused) as raised:
            made.check.accept(tokens.access)
        assert raised.value.why == "an access token of ada has expired"
        assert "ada" not in raised.value.message


async def test_session_ends_however_often_it_is_refreshed() -> None:
    async with door() as made:
        tokens = await made.ada()
        made.time.advance(SESSION_LASTS.total_seconds() - 60)
        tokens = await made.sessions.refresh(tokens.refresh, PEER)
        assert tokens.access_expires_at == tokens.expires_at
        made.time.advance(60)
        with pytest.raises(Unauthenticated):
            await made.sessions.refresh(tokens.refresh, PEER)
        await made.log_in()
        assert len(made.stored()) == 1


async def test_tokens_are_not_good_for_anything_else() -> None:
    async with door() as made:
        tokens = await made.ada()
        for text in (tokens.refresh, tokens.access.replace("vxs_", "vxr_"), tokens.access.upper(), "vxs_"):
            with pytest.raises(Unauthenticated):
                made.check.accept(text)
        with pytest.raises(Unauthenticated):
            await made.sessions.refresh(tokens.access, PEER)


async def test_log_out_ends_one_session() -> None:
    async with door() as made:
        first, second = await made.ada(), await made.log_in()
        await made.sessions.log_out(first.refresh, PEER)
        with pytest.raises(Unauthenticated):
            made.check.accept(first.access)
        made.check.accept(second.access)
        with pytest.raises(Unauthenticated):
            await made.sessions.log_out(first.refresh, PEER)


async def test_deleted_user_is_out_at_once() -> None:
    async with door() as made:
        tokens = await made.ada()
        await made.users.delete(made.admin, "ada")
        with pytest.raises(Unauthenticated):
            made.check.accept(tokens.access)
        assert made.stored() == []
        assert made.users.list(made.admin) == []


async def test_there_are_at_most_twenty_sessions() -> None:
    async with door() as made:
        first = await made.ada()
        for _ in range(20):
            made.time.advance(20)
            await made.log_in()
        assert len(made.stored()) == 20
        with pytest.raises(Unauthenticated):
            made.check.accept(first.access)


@pytest.mark.parametrize(
    "password",
    ["short", "aaaaaaaaaaaaaaa", "password1234", "VexilAdmin2026", "ada ada ada ada", "changeme-changeme"],
)
async def test_default_secrets(password: str) -> None:
    """Passwords that are tried first are no passwords."""
    async with door() as made:
        invitation, _ = await made.users.invite(made.admin, "ada", "")
        with pytest.raises(InvalidRequest) as raised:
            await made.sessions.sign_up("ada", invitation, password, PEER)
        assert password not in str(raised.value)


async def test_users_are_listed_without_secrets() -> None:
    async with door() as made:
        await made.ada()
        await made.users.invite(made.admin, "bob", "Bob")
        found = {each.name: (each.sessions, bool(each.user.password)) for each in made.users.list(made.admin)}
        assert found == {"ada": (1, True), "bob": (0, False)}
        assert isinstance(made.office.directory.current.states(Kind.USER)[0].resource, User)
