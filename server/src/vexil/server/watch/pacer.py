"""Spreading work over turns of the event loop, so that nobody else waits long for theirs."""

import asyncio
from collections import deque
from collections.abc import Callable

_PIECES_PER_TURN = 20
"""A piece is waking a stream, which costs 20 to 50 microseconds until it waits again, or encoding a commit
for a group, which costs as much where the commit is small: a turn takes half a millisecond to one."""

Work = Callable[[], bool]
"""Does the next piece of something, and says whether there may be more."""


class Pacer:
    """Does work in small pieces, so many in a turn of the loop; what else the loop has to do comes between.

    Everybody's work has its piece in turn: little work is not held up by much.
    """

    def __init__(self, pieces_per_turn: int = _PIECES_PER_TURN) -> None:
        self._pieces_per_turn = pieces_per_turn
        self._queue: deque[Work] = deque()
        self._queued: set[Work] = set()

    def add(self, work: Work) -> None:
        """Has this work done, until it says that there is no more; work that waits already, waits once."""
        if work not in self._queued:
            if not self._queue:
                asyncio.get_running_loop().call_soon(self._turn)
            self._queue.append(work)
            self._queued.add(work)

    def _turn(self) -> None:
        try:
            for _ in range(self._pieces_per_turn):
                self._piece(self._queue[0])
                if not self._queue:
                    return
        finally:
            # Also after a piece that failed, which the loop reports: what is left is not left behind.
            if self._queue:
                asyncio.get_running_loop().call_soon(self._turn)

    def _piece(self, work: Work) -> None:
        if work():
            self._queue.rotate(-1)
        else:
            self._queue.popleft()
            self._queued.discard(work)
