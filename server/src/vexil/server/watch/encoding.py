"""Watch messages as bytes. What many subscribers receive is encoded once, here."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from vexil.convert.resources import fill_change
from vexil.convert.wellknown import fill_time
from vexil.core.resource import Commit, ResourceChange, Revision
from vexil.v1 import watch_pb2

MESSAGE_BUDGET = 512 * 1024
"""Bytes after which a message is closed and the next one begun; a larger resource travels alone."""

_TOKEN_TAG = watch_pb2.WatchResponse.RESUME_TOKEN_FIELD_NUMBER << 3 | 2
_DELTA_TAG = bytes([watch_pb2.WatchResponse.DELTA_FIELD_NUMBER << 3 | 2])
_DELTAS_TAG = bytes([watch_pb2.WatchResponse.DELTAS_FIELD_NUMBER << 3 | 2])


def encode_delta(commit: Commit, changes: Iterable[ResourceChange], token: bytes) -> tuple[bytes, ...]:
    """A commit's changes as one message, or several where they are too large for one."""
    return join_changes(about(commit), map(encode_change, changes), token)


def about(commit: Commit) -> watch_pb2.Delta:
    """A commit's delta without its changes."""
    delta = watch_pb2.Delta(author=commit.author, message=commit.message, revision=commit.revision)
    fill_time(delta.committed_at, commit.committed_at)
    return delta


def encode_change(change: ResourceChange) -> bytes:
    """A delta with one change and nothing else. Put one after the other they are one: protobuf's rule."""
    delta = watch_pb2.Delta()
    fill_change(delta.changes.add(), change, revealed=True)
    return delta.SerializeToString()


def join_changes(about: watch_pb2.Delta, changes: Iterable[bytes], token: bytes) -> tuple[bytes, ...]:
    """A delta from what it is about and its encoded changes, of which there is at least one.

    Parts before the last have neither token nor the right to be applied alone.
    """
    parts = list(_parts(changes))
    messages: list[bytes] = []
    for i, part in enumerate(parts):
        is_last = i == len(parts) - 1
        about.more = not is_last
        head = watch_pb2.WatchResponse(resume_token=token if is_last else b"", revision=about.revision)
        part.append(about.SerializeToString())
        size = varint(sum(map(len, part)))
        messages.append(b"".join([head.SerializeToString(), _DELTA_TAG, size, *part]))
    return tuple(messages)


def encode_deltas(messages: Sequence[bytes]) -> bytes:
    """Whole deltas, as they were encoded, joined to one message with the last one's revision and token.

    Delta and Deltas have the same number in their messages: so nothing is encoded again.
    """
    deltas = [memoryview(message)[_delta_at(message) :] for message in messages]
    last = messages[-1]
    return b"".join([last[: _delta_at(last)], _DELTAS_TAG, varint(sum(map(len, deltas))), *deltas])


def _delta_at(message: bytes) -> int:
    """Where the delta begins in what `join_changes` made: behind token and revision."""
    at = 2 + message[1] if message[0] == _TOKEN_TAG else 0
    at += 1
    while message[at] > 0x7F:
        at += 1
    return at + 1


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


def varint(number: int) -> bytes:
    """A length as protobuf writes it (https://protobuf.dev/programming-guides/encoding/#varints)."""
    encoded = bytearray()
    while number > 0x7F:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)


def _parts(pieces: Iterable[bytes]) -> Iterator[list[bytes]]:
    """The pieces in their order, in lists that fit the budget."""
    part: list[bytes] = []
    size = 0
    for piece in pieces:
        if part and size + len(piece) > MESSAGE_BUDGET:
            yield part
            part, size = [], 0
        part.append(piece)
        size += len(piece)
    if part:
        yield part
