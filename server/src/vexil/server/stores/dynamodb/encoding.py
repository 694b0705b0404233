"""Commits and changes as bytes, and what tells them from damaged ones.

The bytes are messages of the contract, `vexil.v1.Commit` and `vexil.v1.ResourceChange`. Digests are SHA-256
of the bytes before they are packed. An entry's digest also covers the digest of the entry before, so that the
newest one vouches for all: anybody can verify it with nothing but the log.
"""

import zlib
from hashlib import sha256

from google.protobuf.message import DecodeError

from vexil.convert.resources import change_from_proto, change_to_proto, commit_from_proto, commit_to_proto
from vexil.core.errors import LimitExceeded, VexilError
from vexil.core.resource import Commit, ResourceChange
from vexil.server.stores.dynamodb.errors import Damage
from vexil.v1 import resource_pb2

RESOURCE_BYTES = 320 * 1024
"""The largest resource. DynamoDB's items end at 400 KB; a single value of the contract at 256 KiB."""

NO_DIGEST = b""
"""The digest before the first entry."""

_PLAIN, _DEFLATED = b"\0", b"\1"
_WORTH_PACKING = 1024
"""Up to a kilobyte a write costs the same, however small."""


def pack(content: bytes) -> bytes:
    """The bytes as they are stored: compressed where that may save something. One byte longer at most."""
    if len(content) >= _WORTH_PACKING:
        packed = zlib.compress(content, level=1)
        if len(packed) < len(content):
            return _DEFLATED + packed
    return _PLAIN + content


def unpack(stored: bytes, what: str) -> bytes:
    """What was packed. Raises Damage; `what` opens its text."""
    if stored[:1] == _PLAIN:
        return stored[1:]
    try:
        if stored[:1] == _DEFLATED:
            return zlib.decompress(stored[1:])
    except zlib.error:
        pass
    raise Damage(f"{what} can't be unpacked")


def digest(content: bytes, previous: bytes = NO_DIGEST) -> bytes:
    """The digest of bytes, after another digest."""
    return sha256(previous + sha256(content).digest()).digest()


def encode_commit(commit: Commit) -> bytes:
    """The bytes of a commit."""
    return commit_to_proto(commit, stored=True).SerializeToString(deterministic=True)


def decode_commit(content: bytes, what: str) -> Commit:
    """The commit of the bytes. Raises Damage; `what` opens its text."""
    try:
        return commit_from_proto(resource_pb2.Commit.FromString(content))
    except (DecodeError, VexilError) as error:
        raise Damage(f"{what} can't be decoded") from error


def encode_change(change: ResourceChange) -> bytes:
    """The bytes of a change. Raises LimitExceeded when they are more than `RESOURCE_BYTES`."""
    content = change_to_proto(change, stored=True).SerializeToString(deterministic=True)
    if len(content) > RESOURCE_BYTES:
        raise LimitExceeded(
            f"{change.id} has {len(content):,} bytes, and a resource in DynamoDB at most {RESOURCE_BYTES:,}; "
            "split it, or move large values elsewhere and refer to them",
            metadata={"key": change.id.key, "bytes": str(len(content)), "limit": str(RESOURCE_BYTES)},
        )
    return content


def decode_change(content: bytes, what: str) -> ResourceChange:
    """The change of the bytes. Raises Damage; `what` opens its text."""
    try:
        return change_from_proto(resource_pb2.ResourceChange.FromString(content))
    except (DecodeError, VexilError) as error:
        raise Damage(f"{what} can't be decoded") from error
