"""An entry of the audit chain: a commit with digests in the place of contents, and its canonical bytes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from hmac import digest as hmac

from vexil.core.audit.seal import Seal

FORMAT = "vexil-audit-1"
"""Opens the canonical form. A form that differs in anything gets another name; this one never changes."""

_NO_CHAIN = bytes(32)
"""Stands for `BEGINNING` in what is hashed."""


@dataclass(frozen=True, slots=True)
class EntryChange:
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
    """The bytes that the chain covers: each field as UTF-8 text or bytes, after its length in eight bytes.

    Numbers are decimal. Labels come in the order of their names (by code point), changes as in the commit,
    both after their count, so that no two entries have the same bytes.
    """
    parts = bytearray()
    for field in _fields(entry):
        content = field if isinstance(field, bytes) else str(field).encode()
        parts += len(content).to_bytes(8)
        parts += content
    return bytes(parts)


def chain(previous: bytes, entry: Entry) -> bytes:
    """SHA-256 over the chain of the entry before, or 32 zeros, and the canonical bytes."""
    return sha256((previous or _NO_CHAIN) + canonical(entry)).digest()


def content_key(salt: bytes, place: int) -> bytes:
    """The key for the content of the change at this place, from 0 on.

    Shown with a content, it proves that this is the one that the entry has a digest of; the others' stay
    hidden.
    """
    return hmac(salt, place.to_bytes(8), "sha256")


def content_digest(key: bytes, content: bytes) -> bytes:
    """The digest of a content, a `vexil.v1.Resource` in its deterministic form (HMAC-SHA256, RFC 2104)."""
    return hmac(key, content, "sha256")


def _fields(entry: Entry) -> Iterator[str | int | bytes]:
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
    for change in entry.changes:
        yield change.kind
        yield change.environment
        yield change.key
        yield change.version
        yield change.revision
        yield change.create_revision
        yield change.changed_at
        yield change.content
