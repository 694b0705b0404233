"""What a store does by itself, beside its callers."""

import asyncio
from collections.abc import Awaitable

import structlog

from vexil.core.errors import VexilError
from vexil.server.stores.dynamodb.errors import translated

_log = structlog.get_logger(__name__)


class Chores:
    """Work that nobody waits for. What fails is logged, and must be made up for by somebody else."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def later(self, work: Awaitable[None]) -> None:
        """Does the work, soon."""
        task = asyncio.ensure_future(_guarded(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def done(self) -> None:
        """Waits until nothing is left to do."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def give_up(self) -> None:
        """Leaves undone what is not done yet."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def _guarded(work: Awaitable[None]) -> None:
    try:
        with translated():
            await work
    except VexilError as error:
        _log.warning("store_background", reason=error.reason, error=error.message)
