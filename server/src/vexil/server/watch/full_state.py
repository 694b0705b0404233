"""A full state as messages, made once for all who ask for it, while they read it."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from itertools import islice

from vexil.convert.resources import fill_state
from vexil.core.resource import ResourceState
from vexil.core.view import View
from vexil.server.giving_way import give_way
from vexil.server.watch.encoding import MESSAGE_BUDGET, varint
from vexil.server.watch.selection import Selection
from vexil.v1 import watch_pb2

_LOOKS = 512
"""So many resources are looked at before others get their turn."""

_BREATH = 8 * 1024
"""So many bytes are encoded before others get their turn: half a millisecond's work."""

_STATE_CHUNK_TAG = bytes([watch_pb2.WatchResponse.STATE_CHUNK_FIELD_NUMBER << 3 | 2])


class FullState:
    """What is selected of a view, encoded by a task of its own from the moment that it is asked for.

    The first chunks can be read before the last are made.
    """

    def __init__(self, selection: Selection, view: View, token: bytes) -> None:
        self.revision = view.revision
        self._token = token
        self._count: int | None = None
        self._chunks: list[bytes] = []
        self._news = asyncio.Event()
        self._making = asyncio.create_task(self._make(selection, view))
        self._making.add_done_callback(lambda _: self._tell())

    @property
    def done(self) -> bool:
        """Whether all of it is made, or that has failed."""
        return self._making.done()

    @property
    def failed(self) -> bool:
        """Whether it will never be complete."""
        return self.done and (self._making.cancelled() or self._making.exception() is not None)

    async def wait(self) -> None:
        """Waits until it is done."""
        await asyncio.wait([self._making])

    async def messages(self, reason: watch_pb2.StateReason) -> AsyncIterator[bytes]:
        """Its begin, which says why there is a full state, its chunks, and its end."""
        while self._count is None and not self.done:
            await self._news.wait()
        if self._count is not None:
            begin = watch_pb2.StateBegin(reason=reason, resource_count=self._count)
            yield watch_pb2.WatchResponse(revision=self.revision, state_begin=begin).SerializeToString()
        sent = 0
        while not self.done or sent < len(self._chunks):
            if sent < len(self._chunks):
                yield self._chunks[sent]
                sent += 1
            else:
                await self._news.wait()
        end = watch_pb2.StateEnd(resource_count=self._making.result())
        yield watch_pb2.WatchResponse(
            resume_token=self._token, revision=self.revision, state_end=end
        ).SerializeToString()

    async def _make(self, selection: Selection, view: View) -> int:
        """Makes all chunks; the number of resources."""
        states: Iterable[ResourceState] = selection.candidates(view)
        count = selection.count(view)
        if count is None:
            states = selected = await _selected(selection, view)
            count = len(selected)
        self._count = count
        self._tell()
        parts: list[bytes] = []
        size = unbroken = 0
        for state in states:
            part = _encode_part(state)
            if parts and size + len(part) > MESSAGE_BUDGET:
                self._add(parts)
                parts, size = [], 0
            parts.append(part)
            size += len(part)
            unbroken += len(part)
            if unbroken > _BREATH:
                unbroken = 0
                await give_way()
        if parts:
            self._add(parts)
        return count

    def _add(self, parts: Sequence[bytes]) -> None:
        chunk = b"".join(parts)
        head = watch_pb2.WatchResponse(revision=self.revision).SerializeToString()
        self._chunks.append(b"".join([head, _STATE_CHUNK_TAG, varint(len(chunk)), chunk]))
        self._tell()

    def _tell(self) -> None:
        self._news.set()
        self._news = asyncio.Event()


async def _selected(selection: Selection, view: View) -> Sequence[ResourceState]:
    candidates = selection.candidates(view)
    states: list[ResourceState] = []
    while some := list(islice(candidates, _LOOKS)):
        states += selection.among(some)
        await give_way()
    return states


def _encode_part(state: ResourceState) -> bytes:
    """A chunk with one resource. Chunks put one after the other are one chunk: that is protobuf's rule."""
    chunk = watch_pb2.StateChunk()
    fill_state(chunk.resources.add(), state, revealed=True)
    return chunk.SerializeToString()
