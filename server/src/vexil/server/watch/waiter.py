"""How a stream waits: for news, for a question, or until it has been silent for too long."""

import asyncio

from vexil.server.watch.signal import Signal
from vexil.server.watch.silence import Silence


class Waiter:
    """One stream's place among those who wait for a signal; `overdue`: it was silent for too long."""

    __slots__ = ("_future", "_signal", "_silence", "overdue")

    def __init__(self, signal: Signal, silence: Silence) -> None:
        self.overdue = False
        self._signal = signal
        self._silence = silence
        self._future: asyncio.Future[None] | None = None

    async def wait(self) -> None:
        """Waits until the next signal, `wake`, or the end of the silence, which begins now."""
        self._future = asyncio.get_running_loop().create_future()
        self._signal.enter(self)
        self._silence.begin(self)
        try:
            await self._future
        finally:
            self._future = None
            self._signal.leave(self)
            self._silence.end(self)

    def wake(self) -> bool:
        """Ends the wait; False: there is none."""
        if self._future is None or self._future.done():
            return False
        self._future.set_result(None)
        return True

    def silent_for_too_long(self) -> None:
        """Has the wait end when its turn comes."""
        self.overdue = True
        self._signal.call(self)
