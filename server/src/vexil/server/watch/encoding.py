"""Watch messages as bytes. What many subscribers receive is encoded once, here."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import TypeVar

from google.protobuf.message import Message

from vexil.convert.resources import change_to_proto
from vexil.core.resource import Commit, ResourceChange, Revision
from vexil.v1 import watch_pb2

M = TypeVar("M", bound=Message)

MESSAGE_BUDGET = 512 * 1024
"""Bytes after which a message is closed and the next one begun; a larger resource travels alone."""


def encode_delta(
    commit: Commit,
    changes: Iterable[ResourceChange],
    token: bytes,
    first_revision: Revision = Revision(0),
) -> tuple[bytes, ...]:
    """A commit's changes as one message, or several where they are too large for one.

    Parts before the last have neither token nor the right to be applied alone.
    """
    parts = list(_batches(map(change_to_proto, changes)))
    return tuple(
        watch_pb2.WatchResponse(
            resume_token=token if i == len(parts) - 1 else b"",
            revision=commit.revision,
            delta=watch_pb2.Delta(
                changes=part,
                committed_at=commit.committed_at,
                author=commit.author,
                message=commit.message,
                more=i < len(parts) - 1,
                first_revision=first_revision,
            ),
        ).SerializeToString()
        for i, part in enumerate(parts)
    )


def encode_progress(revision: Revision, token: bytes) -> bytes:
    """Says that nothing is missing up to the revision."""
    return watch_pb2.WatchResponse(
        resume_token=token, revision=revision, progress=watch_pb2.Progress()
    ).SerializeToString()


def encode_end(
    reason: watch_pb2.StreamEndReason, revision: Revision, token: bytes, retry_after: float
) -> bytes:
    """The last message of a stream; `retry_after` is in seconds."""
    end = watch_pb2.StreamEnd(reason=reason, retry_after=timedelta(seconds=retry_after))
    return watch_pb2.WatchResponse(resume_token=token, revision=revision, end=end).SerializeToString()


def _batches(messages: Iterable[M]) -> Iterator[list[M]]:
    """The messages in their order, in lists that fit the budget."""
    batch: list[M] = []
    size = 0
    for message in messages:
        added = message.ByteSize()
        if batch and size + added > MESSAGE_BUDGET:
            yield batch
            batch, size = [], 0
        batch.append(message)
        size += added
    if batch:
        yield batch
