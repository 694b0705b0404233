"""Certificates from files that may change while the server runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import structlog
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes, PublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from cryptography.x509 import Certificate, InvalidVersion, load_pem_x509_certificates

from vexil.core.errors import InvalidRequest, Violation

_log = structlog.get_logger(__name__)
_Stamp = tuple[tuple[int, int, int], ...]


class Pems(NamedTuple):
    """PEM texts: a chain, its private key, and the authorities for clients' certificates, if any."""

    chain: bytes
    key: bytes
    client_authorities: bytes | None


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """PEM files: the server's certificate with its chain, its private key, and the authorities of clients.

    `client_authorities` None asks clients for no certificate.
    """

    certificate: Path
    key: Path
    client_authorities: Path | None = None

    def read(self) -> Pems:
        """What they hold. Raises InvalidRequest, whose field is the setting that names the file at fault."""
        certificate = _read("cert_file", self.certificate)
        key = _read("key_file", self.key)
        _require_pair(self, certificate, key)
        authorities = None
        if self.client_authorities is not None:
            authorities = _read("client_ca_file", self.client_authorities)
            _certificates("client_ca_file", self.client_authorities, authorities)
        return Pems(certificate, key, authorities)

    def stamp(self) -> _Stamp:
        """Something that differs when a file was replaced, rewritten, or taken away."""
        files = (self.certificate, self.key, self.client_authorities)
        return tuple(_stamp(path) for path in files if path is not None)


class Certificates:
    """What the files hold, as long as it can be used.

    The files are looked at with each new connection. Where a new one can't be used, the old certificate goes
    on serving, and the log says why, once. Raises InvalidRequest when they can't be used from the start.
    """

    def __init__(self, files: TlsFiles) -> None:
        self.files = files
        self._stamp = files.stamp()
        self.initial = files.read()

    def changed(self) -> Pems | None:
        """What is new since the last time; None: nothing. Called in a transport's own thread."""
        try:
            # The stamp comes first: what changes after it is noticed next time.
            stamp = self.files.stamp()
            if stamp == self._stamp:
                return None
            self._stamp = stamp
            pems = self.files.read()
        except InvalidRequest as error:
            _log.warning("certificate_kept", reason=error.message)
            return None
        _log.info("certificate_reloaded", cert_file=str(self.files.certificate))
        return pems


def _require_pair(files: TlsFiles, certificate: bytes, key: bytes) -> None:
    [leaf, *_] = _certificates("cert_file", files.certificate, certificate)
    try:
        public = _public_bytes(leaf.public_key())
    except (ValueError, UnsupportedAlgorithm):
        raise _invalid("cert_file", f"the key of {files.certificate} is of no known kind") from None
    try:
        private = load_pem_private_key(key, None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise _invalid("key_file", f"{files.key} holds no unencrypted PEM private key") from None
    if _public_bytes(private.public_key()) != public:
        raise _invalid("key_file", f"{files.key} is not the key of the certificate in {files.certificate}")


def _certificates(field: str, path: Path, data: bytes) -> Sequence[Certificate]:
    try:
        return load_pem_x509_certificates(data)
    except (ValueError, InvalidVersion):
        raise _invalid(field, f"{path} holds no PEM certificate") from None


def _public_bytes(key: PublicKeyTypes | CertificatePublicKeyTypes) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _stamp(path: Path) -> tuple[int, int, int]:
    try:
        status = path.stat()
    except OSError:
        return (0, 0, 0)
    return (status.st_ino, status.st_size, status.st_mtime_ns)


def _read(field: str, path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _invalid(field, f"{path}: {error.strerror}") from error


def _invalid(field: str, description: str) -> InvalidRequest:
    return InvalidRequest.of([Violation(field, description)])
