"""Noticing what other processes append."""

import asyncio
from collections.abc import Awaitable, Callable

from vexil.core.errors import VexilError

_SLOWER = 1.5
"""Each pause is so many times the one before, while nothing happens."""


class Follower:
    """Looks again and again: often while something happens, seldom while nothing does.

    `look` says whether there was something new, and sees to it that everybody is told. `shortest` and
    `longest` are the pauses between two looks, in seconds. `failed` is called when looking fails.
    """

    def __init__(
        self,
        look: Callable[[], Awaitable[bool]],
        failed: Callable[[], None],
        shortest: float,
        longest: float,
    ) -> None:
        self._look = look
        self._failed = failed
        self._shortest, self._longest = shortest, longest
        self._hurried = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins, unless it has begun."""
        if self._task is None:
            self._task = asyncio.create_task(self._follow())

    def hurry(self) -> None:
        """Makes pauses short again: something is happening."""
        self._hurried.set()

    async def close(self) -> None:
        """Ends looking."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _follow(self) -> None:
        pause = self._shortest
        while True:
            try:
                found = await self._look()
            except VexilError:
                self._failed()
                pause = self._longest
            else:
                pause = self._shortest if found else min(pause * _SLOWER, self._longest)
            if await self._hurried_within(pause):
                pause = self._shortest
                await asyncio.sleep(pause)

    async def _hurried_within(self, seconds: float) -> bool:
        """Waits for so long, or until somebody hurries; whether somebody did."""
        try:
            async with asyncio.timeout(seconds):
                await self._hurried.wait()
        except TimeoutError:
            return False
        self._hurried.clear()
        return True
