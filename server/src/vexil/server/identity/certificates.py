"""Client certificates: which name of theirs is the identity.

TLS has verified the chain, and the time as of the handshake, before anything here sees a certificate.
"""

from collections.abc import Iterator
from functools import lru_cache

from cryptography import x509
from cryptography.x509.oid import ExtensionOID, NameOID

from vexil.core.access.identity import Means, Proof
from vexil.core.access.subject import Subject, SubjectKind
from vexil.server.access.refusal import CredentialRefused
from vexil.server.clock import Clock

_SPIFFE = "spiffe://"
_UNREADABLE = (ValueError, x509.DuplicateExtension, x509.InvalidVersion, x509.UnsupportedGeneralNameType)


class CertificateCheck:
    """Accepts client certificates, as the subject `cert:<identity>`.

    The identity is the SPIFFE id, or else the first URI, or else the first DNS name among the alternative
    names, or else the common name. Connections outlive certificates: one that has ended since the handshake
    is accepted no more.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def accept(self, certificate: bytes) -> Proof:
        """Raises CredentialRefused for a certificate without a usable name, or out of its time."""
        try:
            parsed = x509.load_der_x509_certificate(certificate)
            name = _identity(parsed)
            starts, ends = parsed.not_valid_before_utc, parsed.not_valid_after_utc
        except _UNREADABLE:
            raise _refused("can't be read") from None
        if not starts <= self._clock.now() < ends:
            raise _refused("is not valid now: connect with a new one")
        try:
            subject = Subject.parse(f"{SubjectKind.CERT}:{name}")
        except ValueError:
            raise _refused("names nobody: it needs a URI, a DNS name, or a common name") from None
        return Proof(Means.CERTIFICATE, subject, expires_at=ends)


@lru_cache(maxsize=1024)
def common_name(certificate: bytes) -> str | None:
    """The common name of a certificate in DER, or else its first alternative name, of any sort."""
    try:
        parsed = x509.load_der_x509_certificate(certificate)
        names = _alternative_names(parsed)
        return _common_name(parsed) or next((str(name.value) for name in names or ()), None)
    except _UNREADABLE:
        return None


def _identity(certificate: x509.Certificate) -> str:
    names = _alternative_names(certificate)
    if names is None:
        return _common_name(certificate)
    uris = names.get_values_for_type(x509.UniformResourceIdentifier)
    spiffe = [uri for uri in uris if uri.startswith(_SPIFFE)]
    if len(spiffe) > 1:
        # Which of them counts must not be a matter of taste (SPIFFE X.509-SVID §2: exactly one).
        raise _refused("has several SPIFFE ids")
    ordered = [*spiffe, *uris, *names.get_values_for_type(x509.DNSName), _common_name(certificate)]
    return next(filter(None, ordered), "")


def _refused(what: str) -> CredentialRefused:
    # Whoever holds the certificate can read it: there is nothing to hide.
    return CredentialRefused(f"the client's certificate {what}", f"a certificate that {what}")


def _alternative_names(certificate: x509.Certificate) -> x509.SubjectAlternativeName | None:
    try:
        found = certificate.extensions.get_extension_for_oid(ExtensionOID.SUBJECT_ALTERNATIVE_NAME).value
    except x509.ExtensionNotFound:
        return None
    assert isinstance(found, x509.SubjectAlternativeName)  # noqa: S101 - that is its type
    return found


def _common_name(certificate: x509.Certificate) -> str:
    return next(filter(None, _common_names(certificate)), "")


def _common_names(certificate: x509.Certificate) -> Iterator[str]:
    for attribute in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME):
        yield str(attribute.value)
