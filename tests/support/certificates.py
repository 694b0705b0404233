"""Certificates for tests: an authority that lives as long as it is needed, and what it signs."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID


@dataclass(frozen=True, slots=True)
class Pair:
    """A certificate and its key, as PEM."""

    certificate: bytes
    key: bytes

    def write(self, certificate_file: Path, key_file: Path) -> None:
        """Puts both into files, the key first, as a careless operator would."""
        key_file.write_bytes(self.key)
        certificate_file.write_bytes(self.certificate)


class Authority:
    """Signs certificates for servers on loopback and for clients."""

    def __init__(self, name: str = "test authority") -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name(name)
        builder = _builder(self._name, self._name, self._key.public_key()).add_extension(
            x509.BasicConstraints(ca=True, path_length=0), critical=True
        )
        self._certificate = builder.sign(self._key, hashes.SHA256())

    @property
    def pem(self) -> bytes:
        """The authority's own certificate."""
        return self._certificate.public_bytes(Encoding.PEM)

    def issue(self, common_name: str, *, expired: bool = False) -> Pair:
        """A new certificate under that name, good for localhost and 127.0.0.1; expired: until just now."""
        names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        return self.issue_with(common_name, names, timedelta(minutes=-1) if expired else timedelta(days=1))

    def issue_with(
        self, common_name: str, names: Sequence[x509.GeneralName], until: timedelta = timedelta(days=1)
    ) -> Pair:
        """A new certificate with these alternative names, good until so long from now."""
        return self.issue_extended(common_name, [x509.SubjectAlternativeName(names)] if names else [], until)

    def issue_extended(
        self,
        common_name: str,
        extensions: Sequence[x509.ExtensionType],
        until: timedelta = timedelta(days=1),
    ) -> Pair:
        """A new certificate with these extensions, none of them critical."""
        key = ec.generate_private_key(ec.SECP256R1())
        builder = _builder(_name(common_name), self._name, key.public_key(), until)
        for extension in extensions:
            builder = builder.add_extension(extension, critical=False)
        certificate = builder.sign(self._key, hashes.SHA256())
        return Pair(
            certificate.public_bytes(Encoding.PEM),
            key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        )


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    until: timedelta = timedelta(days=1),
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + until)
    )
