"""Telling listeners what may be new."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import TypeAlias

from vexil.core.resource import Revision

Hint: TypeAlias = Mapping[str, Revision] | None
"""Which revisions the logs are said to have, by namespace; None: there may be anything new."""

_MANY = 64
"""When more namespaces than this are named one look at everything is less work."""


class PendingHint:
    """Hints that nobody has taken yet, merged into one. Used from one event loop."""

    def __init__(self) -> None:
        self._merged: dict[str, Revision] | None = {}
        self._there = asyncio.Event()

    def add(self, hint: Hint) -> None:
        """Merges a hint into what is there, and wakes whoever waits for it."""
        if hint is None:
            self._merged = None
        elif self._merged is not None:
            for namespace, revision in hint.items():
                self._merged[namespace] = max(revision, self._merged.get(namespace, revision))
            if len(self._merged) > _MANY:
                self._merged = None
        self._there.set()

    async def take(self) -> Hint:
        """What there is, which is waited for; nothing is left of it here."""
        await self._there.wait()
        self._there.clear()
        merged, self._merged = self._merged, {}
        return merged


class Hints:
    """Wakes any number of listeners. Used from one event loop; hints are merged while nobody waits."""

    def __init__(self) -> None:
        self._listeners: set[PendingHint] = set()
        self._closed = False

    def notify(self, hint: Hint = None) -> None:
        """Wakes every listener, those too that are busy with an earlier hint."""
        for listener in self._listeners:
            listener.add(hint)

    async def listen(self) -> AsyncIterator[Hint]:
        """Yields None at once, and what there is after each `notify`; ends after `close`."""
        pending = PendingHint()
        pending.add(None)
        self._listeners.add(pending)
        try:
            while True:
                hint = await pending.take()
                if self._closed:
                    return
                yield hint
        finally:
            self._listeners.discard(pending)

    def close(self) -> None:
        """Ends every listener, present and future."""
        self._closed = True
        self.notify()
