"""Not too often."""

import asyncio
from collections.abc import Callable


class Pace:
    """Runs an action when asked: at once after a quiet time, and then at most every `apart` seconds.

    What is asked for meanwhile is done once, when its time has come. Used from one event loop.
    """

    def __init__(self, apart: float, action: Callable[[], None]) -> None:
        self._apart = apart
        self._action = action
        self._next = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def ask(self) -> None:
        """Has the action run now or soon."""
        if self._timer is not None:
            return
        loop = asyncio.get_running_loop()
        if loop.time() >= self._next:
            self._run()
        else:
            self._timer = loop.call_at(self._next, self._run)

    def stop(self) -> None:
        """Forgets what was asked for."""
        if self._timer is not None:
            self._timer.cancel()

    def _run(self) -> None:
        self._timer = None
        self._next = asyncio.get_running_loop().time() + self._apart
        self._action()
