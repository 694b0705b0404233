"""Calls under way, which a close waits for."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from vexil.server.stores.refusals import closed


class Gate:
    """Lets calls in until it is closed, and knows when the last one has left. Used from one event loop."""

    def __init__(self) -> None:
        self._inside = 0
        self._left = asyncio.Event()
        self._left.set()
        self.closed = False

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Inside for as long as the block runs. Raises Unavailable once the gate is closed."""
        self.require_open()
        self._inside += 1
        self._left.clear()
        try:
            yield
        finally:
            self._inside -= 1
            if not self._inside:
                self._left.set()

    def require_open(self) -> None:
        """Raises Unavailable (STORE_UNAVAILABLE) once the gate is closed."""
        if self.closed:
            raise closed()

    async def close(self) -> None:
        """Lets nobody in any more, and waits until everybody has left."""
        self.closed = True
        await self._left.wait()
