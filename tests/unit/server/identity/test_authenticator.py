"""What is remembered of credentials, for how long, and what ends it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import pytest

from tests.support.issuer import SigningKey
from tests.unit.server.access.office import Office, office
from tests.unit.server.identity.tokens import Desk, claims
from vexil.core.access.identity import Means
from vexil.core.access.verb import Verb
from vexil.core.errors import Unauthenticated, Unavailable
from vexil.core.resource import Kind
from vexil.server.access.key_check import AcceptedKey
from vexil.server.access.key_text import KeyText
from vexil.server.identity import authenticator
from vexil.server.identity.authenticator import REFUSED_SECONDS, REMEMBERED_SECONDS, Authenticator
from vexil.server.identity.key_sets import KeySets
from vexil.server.identity.recognised import Recognised
from vexil.server.identity.remembered import Remembered
from vexil.server.identity.token_check import TokenCheck


@dataclass
class Shown:
    """The credentials of calls on a connection of their own; nothing is kept there unless `keeps`."""

    authorization: Sequence[str] = ()
    certificate: bytes | None = None
    keeps: bool = False
    remembered: Recognised | None = None

    def remember(self, recognised: Recognised) -> None:
        if self.keeps:
            self.remembered = recognised


def bearer(text: str) -> Shown:
    return Shown((f"Bearer {text}",))


def asked(office: Office, *, loaded: bool = True) -> Authenticator:
    clock = office.backend.time.clock
    tokens = TokenCheck(office.directory, KeySets(office.directory, lambda _: b"", clock), clock)
    return Authenticator(office.directory, office.check, tokens, clock, lambda: loaded)


async def test_key_has_the_permissions_of_its_bindings() -> None:
    async with office() as (within, author):
        key = await within.key_for(author, "viewer")
        identity = asked(within).authenticate(bearer(key.text))
        assert (identity.principal, identity.means) == (f"key:{key.id}", Means.SERVICE_KEY)
        assert identity.grants.allows(Verb.READ, "shop", "prod", Kind.SETTING, "a")
        assert not identity.grants.allows(Verb.WRITE, "shop", "prod", Kind.SETTING, "a")


async def test_answer_is_remembered_until_permissions_change() -> None:
    async with office() as (within, author):
        key = await within.key_for(author, "viewer")
        asking = asked(within)
        first = asking.authenticate(bearer(key.text))
        assert asking.authenticate(bearer(key.text)) is first
        await within.key_for(author, "editor")
        assert asking.authenticate(bearer(key.text)) is not first
        await within.keys.revoke(author, key.id)
        with pytest.raises(Unauthenticated):
            asking.authenticate(bearer(key.text))


async def test_what_a_connection_keeps_holds_no_longer_than_permissions() -> None:
    async with office() as (within, author):
        key = await within.key_for(author, "viewer")
        asking = asked(within)
        calls = Shown((f"Bearer {key.text}",), keeps=True)
        first = asking.authenticate(calls)
        assert calls.remembered is not None
        calls.authorization = ("what is kept is not looked up",)
        assert asking.authenticate(calls) is first
        calls.authorization = (f"Bearer {key.text}",)
        await within.key_for(author, "editor")
        assert asking.authenticate(calls) is not first
        await within.keys.revoke(author, key.id)
        with pytest.raises(Unauthenticated):
            asking.authenticate(calls)


async def test_what_a_connection_keeps_holds_no_longer_than_the_credential() -> None:
    async with office() as (within, author):
        time = within.backend.time
        key = await within.keys.create(author, [], "", time.clock.now() + timedelta(seconds=10))
        asking = asked(within)
        calls = Shown((f"Bearer {key.text}",), keeps=True)
        first = asking.authenticate(calls)
        time.advance(9.9)
        assert asking.authenticate(calls) is first
        time.advance(0.1)
        with pytest.raises(Unauthenticated):
            asking.authenticate(calls)


async def test_key_that_expires_is_refused_from_that_moment() -> None:
    async with office() as (within, author):
        time = within.backend.time
        end = time.clock.now() + timedelta(seconds=10)
        key = await within.keys.create(author, [], "", end)
        asking = asked(within)
        assert asking.authenticate(bearer(key.text)).expires_at == end
        time.advance(9.9)
        asking.authenticate(bearer(key.text))
        time.advance(0.1)
        with pytest.raises(Unauthenticated):
            asking.authenticate(bearer(key.text))


async def test_last_use_is_known_to_the_minute() -> None:
    async with office() as (within, author):
        key = await within.key_for(author, "viewer")
        asking = asked(within)
        asking.authenticate(bearer(key.text))
        within.backend.time.advance(REMEMBERED_SECONDS + 1)
        asking.authenticate(bearer(key.text))
        last = within.uses.last(key.id)
        assert last is not None
        assert within.backend.time.clock.now() - last < timedelta(minutes=1)


async def test_refusal_is_remembered_for_a_while_and_no_longer_than_the_permissions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with office() as (within, author):
        asking = asked(within)
        text = KeyText.make().text
        checks = 0
        accept = within.check.accept

        def counted(given: str) -> AcceptedKey:
            nonlocal checks
            checks += 1
            return accept(given)

        monkeypatch.setattr(within.check, "accept", counted)
        for _ in range(5):
            with pytest.raises(Unauthenticated):
                asking.authenticate(bearer(text))
        assert checks == 1
        within.backend.time.advance(REFUSED_SECONDS)
        with pytest.raises(Unauthenticated):
            asking.authenticate(bearer(text))
        assert checks == 2
        await within.key_for(author, "viewer")
        with pytest.raises(Unauthenticated):
            asking.authenticate(bearer(text))
        assert checks == 3


async def test_nobody_is_known_before_permissions_are_loaded() -> None:
    async with office() as (within, author):
        key = await within.key_for(author, "admin")
        with pytest.raises(Unavailable):
            asked(within, loaded=False).authenticate(bearer(key.text))


async def test_permissions_of_a_token_are_those_of_its_groups_too() -> None:
    signing = SigningKey("one")
    desk = await asyncio.to_thread(Desk, signing)
    async with office() as (within, _author):
        asking = Authenticator(
            within.directory, within.check, desk.check, within.backend.time.clock, lambda: True
        )
        identity = asking.authenticate(bearer(signing.sign(claims())))
        assert (identity.principal, identity.means) == ("oidc:corp/ada", Means.JWT)
        assert identity.grants.grants == ()


async def test_made_up_credentials_take_no_room_from_good_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authenticator, "_MOST_REFUSALS", 10)
    async with office() as (within, author):
        key = await within.key_for(author, "viewer")
        asking = asked(within)
        first = asking.authenticate(bearer(key.text))
        for _ in range(50):
            with pytest.raises(Unauthenticated):
                asking.authenticate(bearer(KeyText.make().text))
        assert asking.authenticate(bearer(key.text)) is first
        assert len(asking._refusals) == 10


async def test_certificate_is_never_looked_up_as_a_header() -> None:
    async with office() as (within, author):
        key = await within.key_for(author, "viewer")
        asking = asked(within)
        asking.authenticate(bearer(key.text))
        with pytest.raises(Unauthenticated):
            asking.authenticate(Shown(certificate=f"Bearer {key.text}".encode()))


async def test_timing_safe_comparison() -> None:
    """Secrets are compared by digest in constant time; the same is done for a key that does not exist."""
    async with office() as (within, author):
        key = await within.key_for(author, "viewer")
        compared = []

        def compare(left: str, right: str) -> bool:
            compared.append((len(left), len(right)))
            return left == right

        patch = pytest.MonkeyPatch()
        with patch.context() as patched:
            patched.setattr("vexil.server.access.key_check.compare_digest", compare)
            within.check.accept(key.text)
            with pytest.raises(Unauthenticated):
                within.check.accept(KeyText.make().text)
        assert compared == [(64, 64), (64, 64)]


def test_oldest_answers_make_room() -> None:
    kept: Remembered[bytes, int] = Remembered(3)
    basis = object()
    for index in range(5):
        kept.put(bytes([index]), index, basis, 1.0)
    assert [kept.get(bytes([index]), basis, 0.0) for index in range(5)] == [None, None, 2, 3, 4]
    assert kept.get(b"\x04", basis, 1.0) is None
    assert kept.get(b"\x04", object(), 0.0) is None
    kept.put(b"\x00", 0, object(), 1.0)
    assert len(kept) == 1
