"""Tasks that run beside the calls, and end with the server."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import structlog

from vexil.core.errors import VexilError

_log = structlog.get_logger(__name__)


class Background:
    """A server's own tasks. None of them ends by itself; one that fails is found by `watch_over`."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def start(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Runs it until `stop`."""
        task = asyncio.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def every(self, seconds: float, action: Callable[[], Awaitable[None] | None]) -> None:
        """Runs the action again and again, a pause before each time.

        A VexilError is logged and forgotten; while they go on only the first is logged, and then their end.
        """
        self.start(_repeat(seconds, action))

    async def watch_over(self, stop: asyncio.Event) -> None:
        """Waits until `stop` is set, and raises what a task fails with before that."""
        stopped = asyncio.create_task(stop.wait())
        ends: set[asyncio.Future[Any]] = {stopped, self._failed}
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if self._failed.done():
            self._failed.result()

    async def stop(self) -> None:
        """Cancels the tasks and waits for their end."""
        tasks = set(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._failed.cancel()

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None and not self._failed.done():
            self._failed.set_exception(error)


async def _repeat(seconds: float, action: Callable[[], Awaitable[None] | None]) -> None:
    failures = 0
    while True:
        await asyncio.sleep(seconds)
        try:
            done = action()
            if done is not None:
                await done
        except VexilError as error:
            failures += 1
            if failures == 1:
                _log.warning(
                    "task_failed", task=action.__qualname__, reason=error.reason, error=error.message
                )
        else:
            if failures:
                _log.info("task_back", task=action.__qualname__, failures=failures)
                failures = 0
