"""Following the log: what this process did not commit itself arrives here."""

import asyncio
import random
from contextlib import suppress

import structlog

from vexil.core.errors import VexilError
from vexil.server.control.directory import Directory
from vexil.server.stores.hints import Hint, PendingHint
from vexil.server.stores.port import Store

_LONGEST_PAUSE = 5.0
_log = structlog.get_logger(__name__)


class Follower:
    """Has the directory heed each of the store's hints, and look at everything every `interval` seconds.

    The interval is what a lost hint costs at most, and how the directory knows that the store still answers.
    While the store fails, pauses between attempts grow to 5 seconds.
    """

    def __init__(self, store: Store, directory: Directory, interval: float = 2.0) -> None:
        self._store = store
        self._directory = directory
        self._interval = interval
        self._hint = PendingHint()

    async def run(self) -> None:
        """Follows until cancelled."""
        listening = asyncio.create_task(self._listen())
        try:
            await self._follow()
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)

    async def _listen(self) -> None:
        async for hint in self._store.hints():
            self._hint.add(hint)

    async def _follow(self) -> None:
        failures, hint, look_at = 0, None, 0.0
        while True:
            if hint is None:
                look_at = asyncio.get_running_loop().time() + self._interval
            try:
                await self._directory.heed(hint)
            except VexilError as error:
                failures += 1
                if failures == 1:
                    _log.warning(
                        "store_lost", reason=error.reason, error=error.message, age=self._directory.age
                    )
                await asyncio.sleep(_pause(failures))
                hint = None
                continue
            if failures:
                _log.info("store_back", failures=failures)
                failures = 0
            hint = await self._next(look_at)

    async def _next(self, look_at: float) -> Hint:
        """The next hint; None when its time has come without one."""
        # Not `wait_for`: in Python 3.11 it drops a cancellation that meets a hint.
        with suppress(TimeoutError):
            async with asyncio.timeout_at(look_at):
                return await self._hint.take()
        return None


def _pause(failures: int) -> float:
    return random.uniform(0.5, 1.0) * min(0.1 * 2.0**failures, _LONGEST_PAUSE)  # noqa: S311 - jitter, not a secret
