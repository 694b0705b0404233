"""Announcements in a queue, and a consumer that empties it."""

from collections.abc import Sequence

from tests.acceptance.store.drafts import Drafts, put
from tests.support.queues import Queues
from vexil.core.resource import Revision
from vexil.server.announce.announcement import announcement_of
from vexil.server.audit.pipeline.consumer import Consumer


def announce(queues: Queues, queue: str, count: int = 3, revisions: Sequence[int] = ()) -> list[str]:
    """Announces that many commits, or those with these revisions; their records' ids."""
    drafts = Drafts()
    ids = []
    for revision in revisions or range(1, count + 1):
        drafts.revision = Revision(revision - 1)
        commit = drafts.next(put("color", str(revision)), message="why")
        announcement = announcement_of(commit)
        queues.sqs.send_message(QueueUrl=queue, MessageBody=announcement.body)
        ids.append(announcement.deduplication_id)
    return ids


def emptied(consumer: Consumer) -> None:
    """Lets it take messages until there is none that it can keep or bury."""
    while (taken := consumer.step(0)).kept or taken.refused:
        pass
