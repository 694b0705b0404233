"""Which name of a client's certificate is its identity."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtensionOID

from tests.support.certificates import Authority
from vexil.core.errors import Unauthenticated
from vexil.server.clock import Clock
from vexil.server.identity.certificates import CertificateCheck, common_name

DNS, URI = x509.DNSName, x509.UniformResourceIdentifier
SPIFFE = URI("spiffe://example.org/ns/shop/sa/checkout")


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


def certificate(authority: Authority, name: str, *names: x509.GeneralName) -> bytes:
    pair = authority.issue_with(name, names)
    return x509.load_pem_x509_certificate(pair.certificate).public_bytes(Encoding.DER)


@pytest.mark.parametrize(
    ("names", "identity"),
    [
        ((DNS("a.example.org"), URI("https://b"), SPIFFE), "spiffe://example.org/ns/shop/sa/checkout"),
        ((DNS("a.example.org"), URI("urn:b")), "urn:b"),
        ((x509.RFC822Name("a@example.org"), DNS("a.example.org"), DNS("b")), "a.example.org"),
        ((x509.RFC822Name("a@example.org"),), "common"),
        ((), "common"),
    ],
)
def test_identity_is_the_most_exact_name(
    authority: Authority, names: tuple[x509.GeneralName, ...], identity: str
) -> None:
    proof = CertificateCheck(Clock()).accept(certificate(authority, "common", *names))
    assert str(proof.subject) == f"cert:{identity}"
    assert proof.expires_at is not None
    assert proof.expires_at > datetime.now(UTC)


def test_several_spiffe_ids_are_none(authority: Authority) -> None:
    with pytest.raises(Unauthenticated, match="several"):
        CertificateCheck(Clock()).accept(certificate(authority, "x", SPIFFE, URI("spiffe://example.org/b")))


@pytest.mark.parametrize("name", ["a\nb", "\x1b[31m", "\u202eadmin"])
def test_names_that_can_not_be_shown_are_none(authority: Authority, name: str) -> None:
    with pytest.raises(Unauthenticated, match="names nobody"):
        CertificateCheck(Clock()).accept(certificate(authority, name))


def test_expired_client_certificate(authority: Authority) -> None:
    """A connection goes on after its certificate has ended; its calls do not."""
    shown = certificate(authority, "checkout")
    for moment in (timedelta(days=1, seconds=1), timedelta(days=-1)):
        then = datetime.now(UTC) + moment
        clock = Clock(now=partial(lambda then: then, then))
        with pytest.raises(Unauthenticated, match="not valid now"):
            CertificateCheck(clock).accept(shown)


def test_what_is_no_certificate() -> None:
    with pytest.raises(Unauthenticated):
        CertificateCheck(Clock()).accept(b"\x30\x00")


def test_name_of_a_commit_is_the_common_name(authority: Authority) -> None:
    assert common_name(certificate(authority, "common", SPIFFE)) == "common"


def test_certificate_with_a_name_of_an_unknown_sort_is_refused_and_harms_nothing(
    authority: Authority,
) -> None:
    """An X.400 address, which is parsed by nobody, must not end in an internal error."""
    names = x509.UnrecognizedExtension(ExtensionOID.SUBJECT_ALTERNATIVE_NAME, b"\x30\x02\xa3\x00")
    pair = authority.issue_extended("x", [names])
    odd = x509.load_pem_x509_certificate(pair.certificate).public_bytes(Encoding.DER)
    with pytest.raises(Unauthenticated, match="can't be read"):
        CertificateCheck(Clock()).accept(odd)
    assert common_name(odd) is None
