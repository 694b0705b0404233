"""Keys of providers: fetched ahead, rotated, and kept while their place is down."""

from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.support.issuer import SigningKey
from tests.unit.server.identity.tokens import NOW, PROVIDER, Desk, claims, document
from vexil.core.errors import Unauthenticated, Unavailable
from vexil.server.identity.key_sets import REFRESH_SECONDS, RETRY_SECONDS, STALE_SECONDS
from vexil.server.identity.public_keys import read_key_set

LATER = NOW + 10 * STALE_SECONDS


@pytest.fixture(scope="module")
def keys() -> tuple[SigningKey, SigningKey]:
    return SigningKey("old"), SigningKey("new")


def token(key: SigningKey) -> str:
    return key.sign(claims(exp=LATER))


def test_new_key_is_fetched_when_a_token_has_it(keys: tuple[SigningKey, SigningKey]) -> None:
    old, new = keys
    desk = Desk(old)
    desk.published = document(old, new)
    desk.time.advance(RETRY_SECONDS)
    with pytest.raises(Unavailable):
        desk.check.accept(token(new))
    desk.refresh()
    desk.check.accept(token(new))
    desk.check.accept(token(old))


def test_withdrawn_key_is_refused_after_the_next_look(keys: tuple[SigningKey, SigningKey]) -> None:
    old, new = keys
    desk = Desk(old)
    desk.published = document(new)
    desk.time.advance(REFRESH_SECONDS)
    desk.refresh()
    with pytest.raises(Unauthenticated):
        desk.check.accept(token(old))


def test_made_up_key_ids_cause_few_fetches(keys: tuple[SigningKey, SigningKey]) -> None:
    desk = Desk(keys[0])
    for index in range(100):
        with pytest.raises((Unauthenticated, Unavailable)):
            desk.check.accept(keys[0].sign(claims(), kid=f"made-up-{index}"))
        desk.refresh()
        desk.time.advance(0.5)
    assert desk.fetched <= 2 + 50 / RETRY_SECONDS


def test_keys_go_on_being_accepted_while_their_place_is_down(keys: tuple[SigningKey, SigningKey]) -> None:
    desk = Desk(keys[0])
    desk.published = OSError("down")
    with capture_logs() as lines:
        for _ in range(20):
            desk.time.advance(REFRESH_SECONDS)
            desk.refresh()
    desk.check.accept(token(keys[0]))
    assert [line["event"] for line in lines] == ["provider_keys_missing"]
    with pytest.raises(Unavailable):
        desk.check.accept(token(keys[1]))
    desk.time.advance(STALE_SECONDS)
    desk.refresh()
    with pytest.raises(Unavailable):
        desk.check.accept(token(keys[0]))
    desk.published = document(keys[0])
    desk.time.advance(RETRY_SECONDS)
    desk.refresh()
    desk.check.accept(token(keys[0]))


def test_problem_is_told_until_keys_are_had_and_without_the_systems_words(
    keys: tuple[SigningKey, SigningKey],
) -> None:
    desk = Desk(keys[0])
    for failure, told in (
        (PermissionError("login.example is at 10.0.0.1"), "login.example is at 10.0.0.1"),
        (OSError(111, "Connection refused"), "no keys can be had"),
        (PermissionError(13, "the system's"), "no keys can be had"),
    ):
        desk.published = failure
        desk.time.advance(REFRESH_SECONDS)
        desk.refresh()
        assert desk.key_sets.problem(PROVIDER.jwks_uri).startswith(told)
    desk.published = document(keys[0])
    desk.time.advance(RETRY_SECONDS)
    desk.refresh()
    assert desk.key_sets.problem(PROVIDER.jwks_uri) == ""


def test_whatever_reading_keys_raises_is_their_places_problem(
    keys: tuple[SigningKey, SigningKey],
) -> None:
    """The task that fetches them, and the server with it, go on."""
    desk = Desk(keys[0])
    desk.published = NotImplementedError("a key of another kind")
    desk.time.advance(REFRESH_SECONDS)
    desk.refresh()
    desk.check.accept(token(keys[0]))
    assert desk.key_sets.problem(PROVIDER.jwks_uri)


def test_nothing_is_accepted_before_keys_were_had(keys: tuple[SigningKey, SigningKey]) -> None:
    desk = Desk(keys[0], jwks_uri="https://elsewhere.example.org/keys")
    desk.key_sets._held.clear()
    with pytest.raises(Unavailable):
        desk.check.accept(token(keys[0]))


ODD = [
    {"key_ops": 5},
    {"key_ops": None},
    {"key_ops": "verify"},
    {"kty": ["EC"]},
    {"kty": None},
    {"kty": "oct"},
    {"alg": "none"},
    {"crv": {}},
    {"x": 5},
    {"x": "AAAA"},
    {"use": []},
]


@pytest.mark.parametrize("member", ODD, ids=str)
def test_odd_key_in_a_set_harms_neither_the_server_nor_the_other_keys(
    keys: tuple[SigningKey, SigningKey], member: dict[str, Any]
) -> None:
    """What an issuer publishes must not end the task that fetches it, and with it the server."""
    old, new = keys
    desk = Desk(old)
    desk.published = document({**new.public, **member}, old)
    desk.time.advance(REFRESH_SECONDS)
    desk.refresh()
    desk.check.accept(token(old))
    with pytest.raises(Unauthenticated):
        desk.check.accept(token(new))


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[]", b'{"keys": 1}', b"[" * 100_000, b'{"keys": [' + b"{}," * 200 + b"{}]}"]
)
def test_what_is_no_key_set(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"Key Set|Expecting"):
        read_key_set(data)
