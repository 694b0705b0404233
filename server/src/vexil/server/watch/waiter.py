"""How a stream waits: for news, for a question, or until it has been silent for too long."""

import asyncio

from vexil.server.watch.signal import Signal


class Waiter:
    """One stream's place among those who wait for a signal. `overdue` says that it was silent for too long.

    Idle, it is one future and one timer. The timer is not set anew with each wait, which would cost more than
    all the rest: when it is up it looks how long the stream has been silent.
    """

    __slots__ = ("_future", "_interval", "_loop", "_signal", "_since", "_timer", "overdue")

    def __init__(self, signal: Signal, interval: float) -> None:
        self.overdue = False
        self._signal = signal
        self._interval = interval
        self._loop = asyncio.get_running_loop()
        self._since = 0.0
        self._future: asyncio.Future[None] | None = None
        self._timer: asyncio.TimerHandle | None = None

    async def wait(self) -> None:
        """Waits until the next signal, `wake`, or the end of the interval, which begins now."""
        self._since = self._loop.time()
        self._future = self._loop.create_future()
        if self._timer is None:
            self._timer = self._loop.call_later(self._interval, self._look)
        self._signal.enter(self)
        try:
            await self._future
        finally:
            self._future = None
            self._signal.leave(self)

    def wake(self) -> None:
        """Ends the wait, if there is one."""
        if self._future is not None and not self._future.done():
            self._future.set_result(None)

    def close(self) -> None:
        """Stops the timer."""
        if self._timer is not None:
            self._timer.cancel()

    def _look(self) -> None:
        left = self._interval
        if self._future is not None:  # else it has something to say just now
            left += self._since - self._loop.time()
            if left <= 0:
                self.overdue = True
                self._signal.call(self)
                left = self._interval
        self._timer = self._loop.call_later(left, self._look)
