"""Resume tokens: a position that any instance understands, since it holds all that there is to know.

    version   1 byte   1
    namespace 8 bytes  a hash of its name
    selection 8 bytes  the fingerprint of environment and selectors
    epoch     4 bytes  big endian
    revision  8 bytes  big endian
    checksum  4 bytes  of all of the above

The checksum is there for tokens that were damaged or made up by accident; a token gives no right to anything.
"""

import struct
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

from vexil.core.errors import InvalidRequest, Reason, Violation
from vexil.core.resource import Revision

_VERSION = 1
_LAYOUT = struct.Struct(">B8s8sIQ")
_CHECKSUM_BYTES = 4


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a namespace's history, reached with a selection of that fingerprint."""

    namespace: str
    fingerprint: bytes
    epoch: int
    revision: Revision


def encode(position: Position) -> bytes:
    """The token for a position."""
    body = _LAYOUT.pack(
        _VERSION, _hash(position.namespace), position.fingerprint, position.epoch, position.revision
    )
    return body + _checksum(body)


def decode(token: bytes, namespace: str) -> Position:
    """The position of a token. Raises InvalidRequest (INVALID_RESUME_TOKEN), also for another namespace's."""
    body, checksum = token[:-_CHECKSUM_BYTES], token[-_CHECKSUM_BYTES:]
    if len(body) != _LAYOUT.size or _checksum(body) != checksum:
        raise _invalid("is damaged, or no resume token of this service")
    version, hashed, fingerprint, epoch, revision = _LAYOUT.unpack(body)
    if version != _VERSION:
        raise _invalid(f"is of version {version}, which this server does not know")
    if hashed != _hash(namespace):
        raise _invalid(f"was not issued for the namespace {namespace!r}")
    return Position(namespace, fingerprint, epoch, Revision(revision))


def _invalid(description: str) -> InvalidRequest:
    return InvalidRequest.of([Violation("resume_token", description, Reason.INVALID_RESUME_TOKEN)])


@lru_cache(maxsize=1024)
def _hash(namespace: str) -> bytes:
    return blake2b(namespace.encode(), digest_size=8, person=b"vexil-namespace").digest()


def _checksum(body: bytes) -> bytes:
    return blake2b(body, digest_size=_CHECKSUM_BYTES, person=b"vexil-token").digest()
