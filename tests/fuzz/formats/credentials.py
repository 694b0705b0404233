"""What says who somebody is: headers, keys, tokens, certificates; and where secrets are."""

import base64
import json
import random
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from jwt.algorithms import ECAlgorithm

from tests.fuzz.formats.format import Format
from tests.fuzz.mutations import altered, altered_bytes, altered_json, damaged
from tests.support.certificates import Authority
from tests.support.issuer import SigningKey
from tests.unit.server.identity.tokens import Desk, claims, document
from vexil.core.secret_location import Location
from vexil.core.value import SecretReference
from vexil.secrets.errors import SecretNotFound, SecretUnusable
from vexil.secrets.member import member_of
from vexil.secrets.secret import Secret
from vexil.server.access.key_text import KeyText
from vexil.server.clock import Clock
from vexil.server.identity.bearer import bearer_token
from vexil.server.identity.certificates import CertificateCheck, common_name
from vexil.server.identity.public_keys import read_key_set
from vexil.server.transport.certificates import TlsFiles

_ES256 = ECAlgorithm(ECAlgorithm.SHA256)
_KEY = SigningKey("one", key=ec.generate_private_key(ec.SECP256R1()))
_DESK = Desk(_KEY)
_TOKEN = json.dumps([{"alg": "ES256", "kid": "one", "typ": "JWT"}, claims(groups=["dev"])])


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _signed(text: str, chance: random.Random) -> str:
    """A token with another header or other claims; signed, so that these are looked at."""
    parts = json.loads(altered_json(text, chance))
    header, body = (parts * 2)[:2] if isinstance(parts, list) and parts else (parts, parts)
    signed = f"{_encoded(json.dumps(header).encode())}.{_encoded(json.dumps(body).encode())}"
    key = _KEY.private
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    token = f"{signed}.{_encoded(_ES256.sign(signed.encode(), key))}"
    return altered(token, chance) if chance.random() < 0.2 else token


def _certificates() -> Iterator[bytes]:
    authority = Authority()
    for names in (
        [],
        [x509.UniformResourceIdentifier("spiffe://corp.example/checkout")],
        [x509.DNSName("checkout.corp.example"), x509.RFC822Name("a@corp.example")],
        [x509.DirectoryName(x509.Name([])), x509.RegisteredID(x509.ObjectIdentifier("1.2.3"))],
    ):
        pem = authority.issue_with("checkout", names).certificate
        yield x509.load_pem_x509_certificate(pem).public_bytes(Encoding.DER)


_DER = tuple(each.decode("latin-1") for each in _certificates())
_PAIR = Authority().issue("localhost")
_CHECK = CertificateCheck(Clock())


def _certificate(text: str) -> None:
    content = text.encode("latin-1", "replace")
    common_name(content)
    _CHECK.accept(content)


def _armoured(text: str, chance: random.Random) -> str:
    """PEM of damaged DER, or damaged PEM."""
    if chance.random() < 0.3:
        return altered(text, chance)
    first, *lines, last = text.strip().splitlines()
    content = damaged(base64.b64decode("".join(lines)), chance)
    return f"{first}\n{base64.encodebytes(content).decode()}{last}\n"


def _tls(certificate: bytes, key: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        files = TlsFiles(Path(name, "crt"), Path(name, "key"), Path(name, "crt"))
        files.certificate.write_bytes(certificate)
        files.key.write_bytes(key)
        files.read()


_RSA = SigningKey("two", "RS256")
_RSA_PEM = _RSA.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()

CREDENTIALS: Mapping[str, Format] = {
    "authorization header": Format(("Bearer vxk_0011223344_00ff", "bearer a.b.c"), bearer_token),
    "service key": Format((KeyText.make().text,), KeyText.parse, ()),
    "JSON web token": Format((_TOKEN,), _DESK.check.accept, vary=_signed),
    "set of public keys": Format(
        (document(_KEY, _RSA, SigningKey("three", "EdDSA")).decode(),),
        lambda text: read_key_set(text.encode()),
        (ValueError,),
    ),
    "certificate of a client": Format(_DER, _certificate, vary=altered_bytes),
    "certificate of the server": Format(
        (_PAIR.certificate.decode(),), lambda text: _tls(text.encode(), _PAIR.key), vary=_armoured
    ),
    "private key of the server": Format(
        (_PAIR.key.decode(), _RSA_PEM), lambda text: _tls(_PAIR.certificate, text.encode()), vary=_armoured
    ),
    "reference to a secret": Format(
        (
            "arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop/db-a1B2c3#password",
            "vault:kv/shop#x",
            "env:A",
            "file:///run/secrets/a#b",
            "ssm:/shop/a",
        ),
        lambda text: Location.of(SecretReference(text)),
    ),
    "member of a secret": Format(
        ('{"password": "a", "more": {"b": [1]}}',),
        lambda text: member_of(Secret(text.encode(), "1"), "password", "the secret"),
        (SecretNotFound, SecretUnusable),
    ),
}
