"""Noticing what other processes append."""

import asyncio
from collections.abc import Awaitable, Callable

from vexil.core.errors import VexilError
from vexil.server.stores.dynamodb.pauses import Pauses


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
        self._pauses = Pauses(shortest, longest)
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
        while True:
            try:
                found = await self._look()
            except VexilError:
                self._failed()
                pause = self._pauses.after_failure()
            else:
                pause = self._pauses.after_news() if found else self._pauses.after_nothing()
            if await self._hurried_within(pause):
                await asyncio.sleep(self._pauses.after_news())

    async def _hurried_within(self, seconds: float) -> bool:
        """Waits for so long, or until somebody hurries; whether somebody did."""
        try:
            async with asyncio.timeout(seconds):
                await self._hurried.wait()
        except TimeoutError:
            return False
        self._hurried.clear()
        return True
