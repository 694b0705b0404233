"""Waking many waiters at once."""

import asyncio


class Signal:
    """Something that happens now and then. An idle waiter is one future and one timer."""

    __slots__ = ("_waiters",)

    def __init__(self) -> None:
        self._waiters: set[asyncio.Future[bool]] = set()

    def fire(self) -> None:
        """Wakes all who wait."""
        for waiter in self._waiters:
            _resolve(waiter, True)

    async def wait(self, timeout: float) -> bool:  # noqa: ASYNC109 - a timer, not a cancellation: thousands wait
        """Waits until the next `fire`, and returns True; or False after `timeout` seconds."""
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[bool] = loop.create_future()
        timer = loop.call_later(timeout, _resolve, waiter, False)
        self._waiters.add(waiter)
        try:
            return await waiter
        finally:
            timer.cancel()
            self._waiters.discard(waiter)


def _resolve(waiter: asyncio.Future[bool], result: bool) -> None:
    if not waiter.done():
        waiter.set_result(result)
