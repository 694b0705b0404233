"""Changes as an asynchronous iterator."""

import asyncio
import weakref
from collections.abc import AsyncIterator

from vexil.client.change import Change
from vexil.client.watches import ChangeWatches, Job
from vexil.core.resource import Kind


def _at_once(job: Job) -> None:
    job()


class ChangeStream(AsyncIterator[Change]):
    """The changes since it was made, in revision order; ends when the client is closed.

    Changes that are not read yet are kept; dropping the iterator drops them.
    """

    def __init__(self, watches: ChangeWatches, pattern: str, kind: Kind) -> None:
        self._queue: asyncio.Queue[Change | None] = asyncio.Queue()
        watch = watches.add(pattern, kind, self._queue.put_nowait, _at_once)
        self._withdraw = weakref.finalize(self, watch.cancel)
        self._withdraw.atexit = False
        self._ended = False

    def end(self) -> None:
        """Ends the iteration after what is there already."""
        self._withdraw()
        self._queue.put_nowait(None)

    def __aiter__(self) -> "ChangeStream":
        return self

    async def __anext__(self) -> Change:
        change = None if self._ended else await self._queue.get()
        if change is None:
            self._ended = True
            raise StopAsyncIteration
        return change
