"""Commits as entries of the audit chain: `vexil.core.audit`."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from vexil.convert.resources import resource_to_proto
from vexil.core.audit.entry import Entry, EntryChange, chain, content_digest, content_key
from vexil.core.audit.seal import Seal
from vexil.core.resource import Commit, Deleted, Resource, ResourceChange

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def content_bytes(resource: Resource) -> bytes:
    """What the chain covers of a content: its message as it is stored, in its deterministic form."""
    return resource_to_proto(resource, stored=True).SerializeToString(deterministic=True)


def contents_of(commit: Commit) -> list[bytes]:
    """The contents of a commit's changes; empty for deletions."""
    return [
        b"" if isinstance(change, Deleted) else content_bytes(change.resource) for change in commit.changes
    ]


def entry_of(commit: Commit, salt: bytes, contents: Sequence[bytes]) -> Entry:
    """The entry that a commit is, with the digests of these `contents`."""
    committed_at = _microseconds(commit.committed_at)
    return Entry(
        namespace=commit.namespace,
        revision=commit.revision,
        committed_at=committed_at,
        author=commit.author,
        peer=commit.origin.peer,
        authentication=commit.origin.authentication,
        message=commit.message,
        request_id=commit.request_id,
        labels=commit.labels,
        changes=tuple(
            _change(change, content_digest(content_key(salt, place), content), commit, committed_at)
            for place, (change, content) in enumerate(zip(commit.changes, contents, strict=True))
        ),
        seal=commit.seal,
    )


def stored_entry(commit: Commit) -> Entry:
    """The entry that a stored commit is, its digests made anew, to be compared with its seal."""
    salt = b"" if commit.seal is None else commit.seal.salt
    return entry_of(commit, salt, contents_of(commit))


def sealed(commit: Commit, previous: bytes, salt: bytes, contents: Sequence[bytes]) -> Commit:
    """The commit as the entry after the one whose chain is `previous`."""
    return replace(commit, seal=Seal(previous, chain(previous, entry_of(commit, salt, contents)), salt))


def _change(change: ResourceChange, digest: bytes, commit: Commit, committed_at: int) -> EntryChange:
    kind, environment, name = change.id
    if isinstance(change, Deleted):
        return EntryChange(kind, environment, name, change.version, change.revision, 0, 0, b"")
    # Nearly always the commit's own.
    is_own = change.changed_at is commit.committed_at
    changed_at = committed_at if is_own else _microseconds(change.changed_at)
    return EntryChange(
        kind,
        environment,
        name,
        change.version,
        change.revision,
        change.create_revision,
        changed_at,
        digest,
    )


def _microseconds(time: datetime) -> int:
    return (time - _EPOCH) // _MICROSECOND
