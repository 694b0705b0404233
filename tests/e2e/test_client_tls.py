"""Clients and a server that speak TLS, with certificates made for the test."""

import datetime as dt
import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.support.any_client import AnyClientFactory
from tests.support.server import server_thread
from tests.support.shop import Shop
from vexil.client import BackoffPolicy, ClientState, Endpoint, Tls
from vexil.core.errors import DeadlineExceeded

QUICK = BackoffPolicy(floor=0.01, initial=0.02, maximum=0.05)


@dataclass(frozen=True, slots=True)
class Identity:
    """A certificate and its key, as objects and as files."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey
    certificate_file: Path
    key_file: Path


def identity(directory: Path, name: str, issuer: Identity | None = None) -> Identity:
    """A certificate for the loopback; without an issuer, one that may issue others."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if issuer is None else issuer.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    )
    if issuer is not None:
        loopback = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
        usages = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
        builder = builder.add_extension(
            x509.SubjectAlternativeName([loopback, x509.DNSName(name)]), critical=False
        ).add_extension(x509.ExtendedKeyUsage(usages), critical=False)
    certificate = builder.sign(key if issuer is None else issuer.key, hashes.SHA256())
    certificate_file, key_file = directory / f"{name}.pem", directory / f"{name}.key"
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return Identity(certificate, key, certificate_file, key_file)


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tls")


@pytest.fixture(scope="module")
def authority(directory: Path) -> Identity:
    return identity(directory, "authority")


@pytest.fixture(scope="module")
def me(directory: Path, authority: Identity) -> Identity:
    return identity(directory, "me", authority)


@pytest.fixture(scope="module")
def target(directory: Path, authority: Identity, me: Identity) -> Iterator[str]:
    """A server that asks its clients for a certificate."""
    server = identity(directory, "config.internal", authority)
    with server_thread(
        cert_file=server.certificate_file,
        key_file=server.key_file,
        client_ca_file=authority.certificate_file,
    ) as running:
        tls = Tls(authority.certificate_file, me.certificate_file, me.key_file)
        with Shop(Endpoint(running.target, tls=tls)) as shop:
            shop.create()
            shop.set(a=1)
        yield running.target


@pytest.mark.parametrize("server_name", [None, "config.internal"])
def test_client_with_a_certificate_is_served(
    make: AnyClientFactory, target: str, authority: Identity, me: Identity, server_name: str | None
) -> None:
    tls = Tls(authority.certificate_file, me.certificate_file, me.key_file, server_name)
    client = make(target, namespace="shop", environment="prod", tls=tls, token="t0ken")
    assert client.connect() is ClientState.READY
    assert client.reads.get("a") == 1


def test_client_without_what_it_takes_is_not(
    make: AnyClientFactory, target: str, directory: Path, authority: Identity, me: Identity
) -> None:
    stranger = identity(directory, "stranger", identity(directory, "other"))
    for tls in (
        None,
        Tls(authority.certificate_file),
        Tls(authority.certificate_file, stranger.certificate_file, stranger.key_file),
        Tls(stranger.certificate_file, me.certificate_file, me.key_file),
        Tls(authority.certificate_file, me.certificate_file, me.key_file, "elsewhere.internal"),
    ):
        endpoint = Endpoint(target, tls=tls)
        client = make(endpoint, namespace="shop", environment="prod", backoff=QUICK)
        with pytest.raises(DeadlineExceeded):
            client.connect(0.3)
        client.close()
