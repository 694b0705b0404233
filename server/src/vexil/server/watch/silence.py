"""Who has heard nothing for too long."""

import asyncio
from typing import Protocol


class Listener(Protocol):
    """One who is to be told something now and then."""

    def silent_for_too_long(self) -> None:
        """Called once the silence has lasted for the whole interval; it then begins anew."""
        ...


class Silence:
    """Listeners with the same interval, in seconds, between being told something.

    One timer is enough: who began to wait first is also first to have waited for too long.
    """

    __slots__ = ("__weakref__", "_began", "_interval", "_loop", "_timer")

    def __init__(self, interval: float) -> None:
        self._interval = interval
        self._loop = asyncio.get_running_loop()
        self._began: dict[Listener, float] = {}
        self._timer: asyncio.TimerHandle | None = None

    def begin(self, listener: Listener) -> None:
        """It is silent from now on."""
        self._began[listener] = self._loop.time()
        if self._timer is None:
            self._timer = self._loop.call_later(self._interval, self._look)

    def end(self, listener: Listener) -> None:
        """It was told something, or has gone."""
        self._began.pop(listener, None)

    def _look(self) -> None:
        now = self._loop.time()
        while self._began:
            listener, began = next(iter(self._began.items()))
            left = began + self._interval - now
            if left > 0:
                self._timer = self._loop.call_later(left, self._look)
                return
            # To the end of the queue, where those belong whose silence begins now.
            del self._began[listener]
            self._began[listener] = now
            listener.silent_for_too_long()
        self._timer = None
