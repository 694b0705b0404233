"""What is published of a commit: who changed what, when and why, and no values.

The body is JSON, `docs/announcement.schema.json` describes it. It names what was changed and leaves values
out: whoever needs them, and may have them, asks the server for the commit.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from types import MappingProxyType
from typing import Any

from vexil.core.access.system import SYSTEM_NAMESPACE
from vexil.core.resource import Commit, Deleted, Kind, ResourceChange, ResourceId, Revision

SCHEMA = "vexil.announcement.v1"
"""What the body's `schema` says; a body that old readers would misread gets another one."""

MAX_BYTES = 192 * 1024
"""Most bytes of body and attributes together.

SNS takes 256 KiB (https://docs.aws.amazon.com/general/latest/gr/sns.html); when it passes a message on to SQS
it wraps the body as a JSON string, whose escapes need the room that is left.
"""

MAX_ENVIRONMENTS = 256
"""A commit that concerns more has no attribute `environments`; each takes up to 67 bytes."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """A message about one commit.

    `attributes` are for filters: text, or a list of texts. Consumers may get it more than once:
    `deduplication_id` is the same each time. The epoch is a part of it, since after a failover a revision
    that was lost with the old home region can be given again.
    """

    namespace: str
    revision: Revision
    epoch: int
    body: str
    attributes: Mapping[str, str | Sequence[str]]

    @property
    def deduplication_id(self) -> str:
        """Names the commit; at most 128 characters, as FIFO queues and topics want it."""
        return f"{self.namespace}:{self.revision}:{self.epoch}"

    @property
    def group_id(self) -> str:
        """What FIFO queues and topics keep in order: the namespace."""
        return self.namespace

    @property
    def size(self) -> int:
        """Bytes of body and attributes, as SNS and SQS count them: names and values."""
        return len(self.body.encode()) + sum(
            len(name) + len(attribute_text(value).encode()) for name, value in self.attributes.items()
        )


def is_announced(namespace: str) -> bool:
    """Whether commits of that namespace are announced: all but those to permissions.

    Who listens for changes of configuration is not told the names of keys, users and bindings.
    """
    return namespace != SYSTEM_NAMESPACE


def announcement_of(commit: Commit) -> Announcement:
    """The announcement of a commit.

    What would make it larger than `MAX_BYTES` is left out, and the body says `truncated`: the changes, and
    then the labels too. There is always room for the rest, by the contract's limits.
    """
    attributes = _attributes(commit)
    changes = [_change(change, commit.revision) for change in commit.changes]
    whole = _announcement(commit, attributes, changes=changes, labels=commit.labels)
    if whole.size <= MAX_BYTES:
        return whole
    cut = _announcement(commit, attributes, labels=commit.labels, truncated=True)
    return cut if cut.size <= MAX_BYTES else _announcement(commit, attributes, truncated=True)


def attribute_text(value: str | Sequence[str]) -> str:
    """An attribute's value as it travels; lists as JSON, which is what `String.Array` means to SNS."""
    return value if isinstance(value, str) else json.dumps(value)


def _announcement(
    commit: Commit,
    attributes: Mapping[str, str | Sequence[str]],
    *,
    changes: Sequence[Mapping[str, Any]] = (),
    labels: Mapping[str, str] = MappingProxyType({}),
    truncated: bool = False,
) -> Announcement:
    document = {
        "schema": SCHEMA,
        "namespace": commit.namespace,
        "revision": commit.revision,
        "epoch": commit.epoch,
        "committedAt": commit.committed_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "author": commit.author,
        "message": commit.message,
        "labels": dict(labels),
        "requestId": commit.request_id,
        "changeCount": len(commit.changes),
        "truncated": truncated,
        "changes": changes,
    }
    # ASCII: SQS refuses some characters that JSON may hold as they are.
    body = json.dumps(document, separators=(",", ":"))
    return Announcement(commit.namespace, commit.revision, commit.epoch, body, attributes)


def _attributes(commit: Commit) -> Mapping[str, str | Sequence[str]]:
    attributes: dict[str, str | Sequence[str]] = {"namespace": commit.namespace}
    if kinds := sorted({_kind(change) for change in commit.changes}):
        attributes["kinds"] = kinds
    environments = sorted({_environment(change.id) for change in commit.changes} - {""})
    if 0 < len(environments) <= MAX_ENVIRONMENTS:
        attributes["environments"] = environments
    return attributes


def _environment(id: ResourceId) -> str:
    return id.key if id.kind is Kind.ENVIRONMENT else id.environment


def _change(change: ResourceChange, revision: Revision) -> dict[str, Any]:
    if isinstance(change, Deleted):
        operation = "deleted"
    else:
        operation = "created" if change.create_revision == revision else "updated"
    return {
        "kind": _kind(change),
        "environment": change.id.environment,
        "key": change.id.key,
        "version": change.version,
        "operation": operation,
    }


def _kind(change: ResourceChange) -> str:
    return change.id.kind.name.lower()
