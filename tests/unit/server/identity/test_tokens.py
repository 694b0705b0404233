"""Tokens of identity providers: which are accepted, and each way in which one is not."""

import base64
import hashlib
import hmac
import json
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm
from structlog.testing import capture_logs

from tests.support.issuer import SigningKey
from tests.unit.server.identity.tokens import ISSUER, NOW, Desk, claims, document
from vexil.core.errors import Unauthenticated
from vexil.server.access.directory import AccessDirectory
from vexil.server.access.refusal import CredentialRefused


@pytest.fixture(scope="module")
def key() -> SigningKey:
    return SigningKey("one")


@pytest.fixture
def desk(key: SigningKey) -> Desk:
    return Desk(key)


def refusal(desk: Desk, token: str) -> str:
    """Why it was refused, as those learn who run the server."""
    with pytest.raises(CredentialRefused) as raised:
        desk.check.accept(token)
    return raised.value.why


def encoded(value: object) -> str:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def test_subject_is_named_by_provider_and_sub(desk: Desk, key: SigningKey) -> None:
    proof = desk.check.accept(key.sign(claims(groups=["dev", "ops"])))
    assert str(proof.subject) == "oidc:corp/ada"
    assert [str(group) for group in proof.groups] == ["oidc-group:corp/dev", "oidc-group:corp/ops"]
    assert proof.expires_at is not None
    assert proof.expires_at.timestamp() == NOW + 630


@pytest.mark.parametrize("algorithm", ["RS256", "EdDSA"])
def test_other_sorts_of_keys(algorithm: str) -> None:
    key = SigningKey("other", algorithm)
    assert str(Desk(key).check.accept(key.sign(claims())).subject) == "oidc:corp/ada"


def test_alg_none(desk: Desk) -> None:
    for name in ("none", "None", "NONE", ""):
        token = f"{encoded({'alg': name, 'kid': 'one'})}.{encoded(claims())}."
        assert "algorithm" in refusal(desk, token) or name == ""
    unsigned = jwt.encode(claims(), "", "none", {"kid": "one"})
    assert "algorithm" in refusal(desk, unsigned)


def test_shared_secret_that_is_the_public_key(desk: Desk, key: SigningKey) -> None:
    """HS256 with the published key as the secret (RFC 8725 §2.1)."""
    pem = key.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    signed = f"{encoded({'alg': 'HS256', 'kid': 'one'})}.{encoded(claims())}"
    token = f"{signed}.{encoded(hmac.digest(pem, signed.encode(), hashlib.sha256))}"
    assert "algorithm" in refusal(desk, token)


def test_algorithm_that_is_not_the_provider_s(key: SigningKey) -> None:
    assert "algorithm" in refusal(Desk(key, algorithms=("RS256",)), key.sign(claims()))


def test_algorithm_that_is_not_the_key_s(desk: Desk, key: SigningKey) -> None:
    token = SigningKey("one", "RS256").sign(claims())
    assert "key is not for its algorithm" in refusal(desk, token)


def test_wrong_issuer(desk: Desk, key: SigningKey) -> None:
    for issuer in (ISSUER.rstrip("/"), ISSUER.upper(), "https://evil.example.org/", None, 7, [ISSUER]):
        assert "issuer" in refusal(desk, _raw(key, iss=issuer))


def test_wrong_audience(desk: Desk, key: SigningKey) -> None:
    for audience in ("other", ["other", "vexil2"], [], None):
        assert "audience" in refusal(desk, key.sign(claims(aud=audience)))
    desk.check.accept(key.sign(claims(aud=["other", "vexil"])))


def test_expired(desk: Desk, key: SigningKey) -> None:
    desk.check.accept(key.sign(claims(exp=NOW - 29)))
    for end in (NOW - 30, NOW - 3600, None, "later", True, -1, 1e300, 253402300799, 253402300799.5):
        assert "expired" in refusal(desk, _raw(key, exp=end))


def test_not_yet_valid(desk: Desk, key: SigningKey) -> None:
    desk.check.accept(key.sign(claims(nbf=NOW + 30)))
    for name in ("nbf", "iat"):
        for start in (NOW + 31, NOW + 3600, "now", True):
            wrong: dict[str, Any] = {name: start}
            assert "not valid yet" in refusal(desk, _raw(key, None, **wrong))


def test_wrong_signature(desk: Desk, key: SigningKey) -> None:
    head, body, signature = key.sign(claims()).split(".")
    other = encoded(claims(sub="root"))
    assert "signature" in refusal(desk, f"{head}.{other}.{signature}")
    assert "signature" in refusal(desk, f"{head}.{body}.")
    assert "signature" in refusal(desk, SigningKey("one").sign(claims()))


def test_key_that_the_token_brings_along(desk: Desk) -> None:
    """`jwk`, `jku` and `x5u` in a header name keys that prove nothing."""
    mine = SigningKey("one")
    for member in (
        {"jwk": mine.public},
        {"jku": "https://evil.example.org/"},
        {"x5u": "https://evil.example.org/"},
    ):
        assert "signature" in refusal(desk, mine.sign(claims(), **member))
    assert desk.fetched == 1


def test_key_id_as_a_path(desk: Desk, key: SigningKey) -> None:
    for id in ("../one", "one\0", "' OR 1=1", 1, ["one"]):
        with pytest.raises(Unauthenticated):
            desk.check.accept(_raw(key, header={"kid": id}))


def test_extension_that_must_be_understood(desk: Desk, key: SigningKey) -> None:
    token = key.sign(claims(), crit=["exp"], exp=NOW)
    with pytest.raises(Unauthenticated):
        desk.check.accept(token)


def test_token_about_something_else(desk: Desk, key: SigningKey) -> None:
    for sort in ("logout+jwt", "secevent+jwt", "dpop+jwt"):
        assert "not a token about a caller" in refusal(desk, key.sign(claims(), typ=sort))
    desk.check.accept(key.sign(claims(), typ="at+jwt"))


@pytest.mark.parametrize("sub", ["", None, 7, "a\nb", "x" * 600])
def test_subject_that_names_nobody(desk: Desk, key: SigningKey, sub: Any) -> None:
    with pytest.raises(Unauthenticated, match="names nobody"):
        desk.check.accept(_raw(key, sub=sub))


def test_groups_that_no_binding_can_name_are_left_out(desk: Desk, key: SigningKey) -> None:
    token = key.sign(claims(groups=["dev", 7, "", {"a": 1}, "a\x07"]))
    assert [str(group) for group in desk.check.accept(token).groups] == ["oidc-group:corp/dev"]
    single = key.sign(claims(groups="dev"))
    assert [str(group) for group in desk.check.accept(single).groups] == ["oidc-group:corp/dev"]


@pytest.mark.parametrize(
    "text",
    [
        "a",
        "a.b",
        "a.b.c",
        "....",
        f"{encoded({})}.{encoded({})}.",
        f"{encoded([])}.{encoded({})}.x",
        f"{encoded({'alg': 'ES256'})}.{encoded([1])}.x",
        f"{encoded({'alg': 'ES256'})}.{encoded(b'[' * 4000)}.x",
        f"{encoded(b'[' * 4000)}.{encoded({})}.x",
        f"{encoded({'alg': ['ES256']})}.{encoded({'iss': ISSUER})}.x",
        f"{encoded({'alg': {}})}.{encoded({'iss': {}})}.x",
    ],
)
def test_what_is_no_token(desk: Desk, text: str) -> None:
    with pytest.raises(Unauthenticated):
        desk.check.accept(text)


def test_token_in_logs(desk: Desk, key: SigningKey) -> None:
    token = key.sign(claims(aud="other", iss="https://x\x1b[31m\n.example.org/"))
    with capture_logs() as lines, pytest.raises(CredentialRefused) as raised:
        desk.check.accept(token)
    assert lines == []
    assert token.split(".")[2] not in raised.value.why + raised.value.message
    assert "\x1b" not in raised.value.why


def test_weak_and_foreign_keys_are_not_published_ones(key: SigningKey) -> None:
    desk = Desk(key)
    shared = {"kty": "oct", "k": encoded(b"secret" * 8), "kid": "shared"}
    assert isinstance(key.private, ec.EllipticCurvePrivateKey)
    private = {**ECAlgorithm.to_jwk(key.private, as_dict=True), "kid": "private"}
    encryption = {**key.public, "kid": "enc", "use": "enc"}
    curve = {**SigningKey("p384", "ES256", ec.generate_private_key(ec.SECP384R1())).public, "kid": "p384"}
    desk.published = document(shared, private, encryption, curve, {"kty": "??"}, key)
    desk.time.advance(601)
    desk.refresh()
    for id in ("shared", "private", "enc", "p384"):
        with pytest.raises(Unauthenticated):
            desk.check.accept(_raw(key, header={"kid": id}, exp=NOW + 5000))
    desk.check.accept(key.sign(claims(exp=NOW + 5000)))


def test_no_provider_no_token(key: SigningKey) -> None:
    desk = Desk(key)
    desk.check._directory = AccessDirectory()
    assert "issuer" in refusal(desk, key.sign(claims()))


def _raw(key: SigningKey, header: dict[str, Any] | None = None, **more: Any) -> str:
    """A well-signed token, whatever its claims and header are."""
    content = json.dumps({name: value for name, value in {**claims(), **more}.items() if value is not None})
    return _sign(key, {"alg": key.algorithm, "kid": key.id, **(header or {})}, content.encode())


def _sign(key: SigningKey, header: dict[str, Any], content: bytes) -> str:
    signed = f"{encoded(header)}.{encoded(content)}"
    algorithm = jwt.get_algorithm_by_name(key.algorithm)
    return f"{signed}.{encoded(algorithm.sign(signed.encode(), key.private))}"
