"""What is kept of a commit that was announced: who changed what, when and why, and no values."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from vexil.core.errors import InvalidRequest
from vexil.server.announce.announcement import SCHEMA


@dataclass(frozen=True, slots=True)
class RecordedChange:
    """A resource that was changed; `action` is created, updated or deleted."""

    kind: str
    environment: str
    key: str
    version: int
    action: str

    @property
    def of_environment(self) -> str:
        """The environment that it concerns; empty: all."""
        return self.key if self.kind == "environment" else self.environment


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """A commit. `changes` is empty where there were too many to be announced; `change_count` counts all."""

    namespace: str
    revision: int
    epoch: int
    at: datetime
    actor: str
    message: str
    request_id: str
    labels: Mapping[str, str]
    changes: Sequence[RecordedChange]
    change_count: int

    @property
    def id(self) -> str:
        """Names the commit; the same however often it is announced."""
        return f"{self.namespace}:{self.revision}:{self.epoch}"

    def document(self, expires_at: datetime | None) -> dict[str, Any]:
        """A JSON value that can be searched."""
        return {
            "id": self.id,
            "namespace": self.namespace,
            "revision": self.revision,
            "epoch": self.epoch,
            "at": _text(self.at),
            "actor": self.actor,
            "message": self.message,
            "requestId": self.request_id,
            "labels": [f"{name}={value}" for name, value in sorted(self.labels.items())],
            "environments": sorted({each.of_environment for each in self.changes} - {""}),
            "keys": sorted({each.key for each in self.changes}),
            "actions": sorted({each.action for each in self.changes}),
            "changes": [
                {
                    "kind": each.kind,
                    "environment": each.environment,
                    "key": each.key,
                    "version": each.version,
                    "action": each.action,
                }
                for each in self.changes
            ],
            "changeCount": self.change_count,
            "expiresAt": None if expires_at is None else _text(expires_at),
        }


def read_record(body: str) -> AuditRecord:
    """The record of an announcement, as it was sent or in SNS's envelope. Raises InvalidRequest."""
    try:
        document = json.loads(body)
        if document.get("Type") == "Notification":
            document = json.loads(document["Message"])
        return _read(document)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise InvalidRequest(f"the message is no announcement of the schema {SCHEMA}") from error


def _read(document: Mapping[str, Any]) -> AuditRecord:
    if document["schema"] != SCHEMA:
        raise ValueError(document["schema"])
    at = datetime.fromisoformat(document["committedAt"])
    if at.tzinfo is None:
        raise ValueError(at)
    return AuditRecord(
        str(document["namespace"]),
        int(document["revision"]),
        int(document["epoch"]),
        at,
        str(document["author"]),
        str(document["message"]),
        str(document["requestId"]),
        {str(name): str(value) for name, value in document["labels"].items()},
        [
            RecordedChange(
                str(change["kind"]),
                str(change["environment"]),
                str(change["key"]),
                int(change["version"]),
                str(change["operation"]),
            )
            for change in document["changes"]
        ],
        int(document["changeCount"]),
    )


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
