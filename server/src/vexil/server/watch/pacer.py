"""Spreading work over turns of the event loop, so that nobody else waits long for theirs."""

import asyncio
from collections import deque
from collections.abc import Callable

from vexil.server.giving_way import let_threads_go_on

_PIECES_AT_ONCE = 32
"""A piece is waking a stream, which costs 20 to 50 microseconds until it waits again, or encoding a few
changes for a group, which costs as much where they are small: together about a millisecond."""

_PATIENCE = 0.004
"""Seconds after which those who were woken are not waited for any more: their readers may be slow."""

Work = Callable[[], bool]
"""Does the next piece of something, and says whether there may be more."""


class Pacer:
    """Does work in small pieces, so many at once; what else the loop or a thread has to do comes between.

    Everybody's work has its piece in turn: little work is not held up by much. A piece may only be the
    beginning of something (see `began`); the next pieces are done when all of that is finished, so that what
    it leads to, in the loop and in the transport, does not pile up before others.
    """

    def __init__(self, pieces_at_once: int = _PIECES_AT_ONCE, patience: float = _PATIENCE) -> None:
        self._pieces_at_once = pieces_at_once
        self._patience = patience
        self._queue: deque[Work] = deque()
        self._queued: set[Work] = set()
        self._under_way: set[object] = set()
        self._pause: asyncio.TimerHandle | None = None

    def add(self, work: Work) -> None:
        """Has this work done, until it says that there is no more; work that waits already, waits once."""
        if work not in self._queued:
            if not self._queue:
                asyncio.get_running_loop().call_soon(self._turn)
            self._queue.append(work)
            self._queued.add(work)

    def began(self, who: object) -> None:
        """Somebody has begun what will be `finished` later."""
        self._under_way.add(who)

    def finished(self, who: object) -> None:
        """They have done it. Without effect for those who had not begun."""
        self._under_way.discard(who)
        if self._pause is not None and not self._under_way:
            self._pause.cancel()
            self._go_on()

    def _turn(self) -> None:
        try:
            for _ in range(self._pieces_at_once):
                self._piece(self._queue[0])
                if not self._queue:
                    return
        finally:
            # Also after a piece that failed, which the loop reports: what is left is not left behind.
            if self._queue:
                self._next_turn()

    def _next_turn(self) -> None:
        let_threads_go_on()
        loop = asyncio.get_running_loop()
        if self._under_way:
            self._pause = loop.call_later(self._patience, self._go_on)
        else:
            loop.call_soon(self._turn)

    def _go_on(self) -> None:
        self._pause = None
        self._under_way.clear()
        asyncio.get_running_loop().call_soon(self._turn)

    def _piece(self, work: Work) -> None:
        if work():
            self._queue.rotate(-1)
        else:
            self._queue.popleft()
            self._queued.discard(work)
