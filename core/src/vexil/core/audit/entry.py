"""An entry of the audit chain: a commit with digests in the place of contents, and its canonical bytes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b, sha256
from struct import Struct
from typing import NamedTuple

from vexil.core.audit.seal import Seal

FORMAT = "vexil-audit-1"
"""Opens the canonical form. A form that differs in anything gets another name; this one never changes."""

_NO_CHAIN = bytes(32)
"""Stands for `BEGINNING` in what is hashed."""

_CHANGE = Struct(">IqqqqIII")
"""Kind, version, revision, create revision, time, and the lengths of environment, key and digest."""


class EntryChange(NamedTuple):
    """A change, with the digest of its content; empty for a deletion.

    `kind` is a number of `vexil.v1.ResourceKind`, `changed_at` is in microseconds since 1970 in UTC (0 for a
    deletion, as is `create_revision`).
    """

    kind: int
    environment: str
    key: str
    version: int
    revision: int
    create_revision: int
    changed_at: int
    content: bytes


@dataclass(frozen=True, slots=True)
class Entry:
    """What the chain covers of a commit: all but its epoch, which a restore may change.

    `committed_at` is in microseconds since 1970 in UTC. `seal` is None where the commit has none.
    """

    namespace: str
    revision: int
    committed_at: int
    author: str
    peer: str
    authentication: str
    message: str
    request_id: str
    labels: Mapping[str, str]
    changes: tuple[EntryChange, ...]
    seal: Seal | None = None


def canonical(entry: Entry) -> bytes:
    """The bytes that the chain covers.

    First come format, namespace, revision, time, author, peer, authentication, message, request id, the count
    of labels, each label's name and value (in the order of the names, by code point), and the number of
    changes: each as UTF-8 text, numbers in decimal, after its length in eight bytes. Then, for each change,
    its kind in four bytes, version, revision, create revision and time in eight bytes each, the lengths of
    environment, key and digest in four each, and these three. All numbers have their highest byte first. So
    no two entries have the same bytes.
    """
    parts: list[bytes] = []
    for field in _fields(entry):
        content = str(field).encode()
        parts += (len(content).to_bytes(8), content)
    for kind, environment, key, version, revision, created, changed_at, digest in entry.changes:
        place, name = environment.encode(), key.encode()
        numbers = (kind, version, revision, created, changed_at, len(place), len(name), len(digest))
        parts += (_CHANGE.pack(*numbers), place, name, digest)
    return b"".join(parts)


def chain(previous: bytes, entry: Entry) -> bytes:
    """SHA-256 over the chain of the entry before, or 32 zeros, and the canonical bytes."""
    return sha256((previous or _NO_CHAIN) + canonical(entry)).digest()


def content_key(salt: bytes, place: int) -> bytes:
    """The key for the content of the change at this place, from 0 on: BLAKE2b (RFC 7693), keyed, 32 bytes.

    Shown with a content, it proves that this is the one that the entry has a digest of; the others' stay
    hidden.
    """
    return blake2b(place.to_bytes(8), key=salt, digest_size=32).digest()


def content_digest(key: bytes, content: bytes) -> bytes:
    """The digest of a content, a `vexil.v1.Resource` in its deterministic form: as `content_key` is made."""
    return blake2b(content, key=key, digest_size=32).digest()


def _fields(entry: Entry) -> Iterator[str | int]:
    yield FORMAT
    yield entry.namespace
    yield entry.revision
    yield entry.committed_at
    yield entry.author
    yield entry.peer
    yield entry.authentication
    yield entry.message
    yield entry.request_id
    yield len(entry.labels)
    for name in sorted(entry.labels):
        yield name
        yield entry.labels[name]
    yield len(entry.changes)
