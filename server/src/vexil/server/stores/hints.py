"""Telling listeners that there may be something new."""

import asyncio
from collections.abc import AsyncIterator


class Hints:
    """Wakes any number of listeners. Used from one event loop; hints are merged while nobody waits."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Event] = set()
        self._closed = False

    def notify(self) -> None:
        """Wakes every listener, those too that are busy with an earlier hint."""
        for listener in self._listeners:
            listener.set()

    async def listen(self) -> AsyncIterator[None]:
        """Yields at once, and after each `notify`; ends after `close`."""
        wake = asyncio.Event()
        wake.set()
        self._listeners.add(wake)
        try:
            while True:
                await wake.wait()
                if self._closed:
                    return
                wake.clear()
                yield
        finally:
            self._listeners.discard(wake)

    def close(self) -> None:
        """Ends every listener, present and future."""
        self._closed = True
        self.notify()
