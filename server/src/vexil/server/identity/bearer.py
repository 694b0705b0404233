"""The `authorization` header (RFC 6750 §2.1)."""

import re
from collections.abc import Sequence

from vexil.server.access.refusal import CredentialRefused

MAX_LENGTH = 8192
"""Characters of the header; tokens of large directories with many groups have a few thousand."""

_FORM = re.compile(r"(?i:bearer) (?P<token>[A-Za-z0-9._~+/-]+=*)")


def single(headers: Sequence[str]) -> str:
    """The one header there is.

    Raises CredentialRefused for several: somebody on the way may have looked at another one than is looked at
    here.
    """
    if len(headers) != 1:
        raise _refused("there are several authorization headers: send one")
    return headers[0]


def bearer_token(header: str) -> str:
    """The token in the header. Raises CredentialRefused for one that is too long, or no bearer token."""
    if len(header) > MAX_LENGTH:
        raise _refused(f"the authorization header is longer than {MAX_LENGTH} characters")
    found = _FORM.fullmatch(header)
    if found is None:
        raise _refused("the authorization header is not `Bearer <token>`")
    return found["token"]


def _refused(what: str) -> CredentialRefused:
    return CredentialRefused(what, what)
