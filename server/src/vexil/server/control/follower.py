"""Following the log: what this process did not commit itself arrives here."""

import asyncio
import random
from contextlib import suppress

import structlog

from vexil.core.errors import VexilError
from vexil.server.control.directory import Directory
from vexil.server.stores.port import Store

_LONGEST_PAUSE = 5.0
_log = structlog.get_logger(__name__)


class Follower:
    """Refreshes the directory after each of the store's hints, and every `interval` seconds without one.

    The interval is what a lost hint costs, and how the directory knows that the store still answers. While
    the store fails, pauses between attempts grow to 5 seconds.
    """

    def __init__(self, store: Store, directory: Directory, interval: float = 2.0) -> None:
        self._store = store
        self._directory = directory
        self._interval = interval
        self._hinted = asyncio.Event()

    async def run(self) -> None:
        """Follows until cancelled."""
        listening = asyncio.create_task(self._listen())
        try:
            await self._follow()
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)

    async def _listen(self) -> None:
        async for _ in self._store.hints():
            self._hinted.set()

    async def _follow(self) -> None:
        failures = 0
        while True:
            self._hinted.clear()
            try:
                await self._directory.refresh()
            except VexilError as error:
                failures += 1
                if failures == 1:
                    _log.warning(
                        "store_lost", reason=error.reason, error=error.message, age=self._directory.age
                    )
                await asyncio.sleep(_pause(failures))
                continue
            if failures:
                _log.info("store_back", failures=failures)
                failures = 0
            # Not `wait_for`: in Python 3.11 it drops a cancellation that meets a hint.
            with suppress(TimeoutError):
                async with asyncio.timeout(self._interval):
                    await self._hinted.wait()


def _pause(failures: int) -> float:
    return random.uniform(0.5, 1.0) * min(0.1 * 2.0**failures, _LONGEST_PAUSE)  # noqa: S311 - jitter, not a secret
