"""Who calls, and by which id: what every transport finds out in the same way."""

import uuid
from functools import lru_cache

from cryptography import x509
from cryptography.x509.oid import ExtensionOID, NameOID

REQUEST_ID = "x-request-id"
"""The metadata key of a call's id, in both directions."""

_LONGEST_REQUEST_ID = 128


def request_id(given: str | None) -> str:
    """The caller's own id of its call, where it is a sensible one, or a new one."""
    usable = given and given.isprintable() and len(given) <= _LONGEST_REQUEST_ID
    return given if given and usable else uuid.uuid4().hex


@lru_cache(maxsize=1024)
def subject(certificate: bytes) -> str | None:
    """The common name of a certificate in DER, or else its first alternative name."""
    parsed = x509.load_der_x509_certificate(certificate)
    for attribute in parsed.subject.get_attributes_for_oid(NameOID.COMMON_NAME):
        if attribute.value:
            return str(attribute.value)
    try:
        names = parsed.extensions.get_extension_for_oid(ExtensionOID.SUBJECT_ALTERNATIVE_NAME).value
    except x509.ExtensionNotFound:
        return None
    assert isinstance(names, x509.SubjectAlternativeName)  # noqa: S101 - that is its type
    return next((str(name.value) for name in names), None)
