"""What the outbox holds: commits that are still to be announced."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from vexil.core.resource import Commit, Revision
from vexil.server.stores.dynamodb import layout

KEPT_FOR = timedelta(days=14)
"""So long an entry waits for somebody to announce it; SQS keeps messages for 14 days at most, too."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Announcement:
    """Says that there is a commit; what it changed is in the log.

    It is written in the commit's transaction, and deleted by whoever has announced it. Namespace and revision
    identify it: what was announced twice can be told by them.
    """

    namespace: str
    revision: Revision
    epoch: int
    committed_at: datetime
    author: str
    change_count: int


def of_commit(commit: Commit) -> Announcement:
    """The announcement of a commit."""
    return Announcement(
        commit.namespace,
        commit.revision,
        commit.epoch,
        commit.committed_at,
        commit.author,
        len(commit.changes),
    )


def to_item(announcement: Announcement) -> dict[str, Any]:
    """The item of an outbox entry, as the low-level client takes it."""
    key = layout.announcement(announcement.namespace, announcement.revision, announcement.epoch)
    committed_at = announcement.committed_at - _EPOCH
    return {
        layout.PARTITION_KEY: {"S": key.partition},
        layout.SORT_KEY: {"S": key.sort},
        "namespace": {"S": announcement.namespace},
        "revision": {"N": str(announcement.revision)},
        "epoch": {"N": str(announcement.epoch)},
        "committed_at": {"N": str(committed_at // timedelta(microseconds=1))},
        "author": {"S": announcement.author},
        "change_count": {"N": str(announcement.change_count)},
        layout.EXPIRES_AT: {"N": str((committed_at + KEPT_FOR) // timedelta(seconds=1))},
    }
