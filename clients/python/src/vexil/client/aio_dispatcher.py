"""The task that calls back."""

import asyncio
import inspect
import logging

from vexil.client.watches import Job

log = logging.getLogger("vexil.client")


class AioDispatcher:
    """Runs jobs in the order given, in one task that starts with the first; awaits what they return.

    So a callback that waits delays other callbacks, and nothing else.
    """

    def __init__(self) -> None:
        self._jobs: asyncio.Queue[Job] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self._closed = False

    def submit(self, job: Job) -> None:
        """Queues a job, which must not raise; what it returns may. After `close` it is dropped."""
        if self._closed:
            return
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run(), name="vexil-callbacks")
        self._jobs.put_nowait(job)

    async def close(self) -> None:
        """Drops what is queued and cancels the job that runs, unless that is the caller."""
        self._closed = True
        if self._task is not None and self._task is not asyncio.current_task():
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while not self._closed:
            result = (await self._jobs.get())()
            if inspect.isawaitable(result):
                try:
                    await result
                except Exception:
                    log.exception("a callback failed: %r", result)
