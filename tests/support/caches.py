"""Readers of the bridge's cache whose connecting is done when a test says so."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Self

from vexil.bridge.cache import ConfigurationCache
from vexil.bridge.entry import CacheEntry, CacheKey
from vexil.bridge.redis.address import RedisAddress
from vexil.bridge.redis.link import Link, Wire
from vexil.bridge.redis.protocol import Command, Reply

PATIENCE = 10.0
"""Seconds that calls may take where a test is not about time: machines may be busy."""

KEY = CacheKey("shop", "prod", "main-flow")


@dataclass
class Beside:
    """What would be done in a thread, and is done by `run`."""

    waiting: list[Callable[[], None]] = field(default_factory=list)

    def __call__(self, work: Callable[[], None]) -> None:
        self.waiting.append(work)

    def run(self) -> int:
        """Does what waits; how much that was."""
        works, self.waiting = self.waiting, []
        for work in works:
            work()
        return len(works)


class CountingWire:
    """A wire that counts its calls: each is a wait."""

    def __init__(self, wire: Wire, counted: Callable[[], None]) -> None:
        self._wire = wire
        self._counted = counted

    def call(self, commands: Sequence[Command], timeout: float) -> list[Reply]:
        self._counted()
        return self._wire.call(commands, timeout)

    def close(self) -> None:
        self._wire.close()


class Reader:
    """A cache with its own connection, when it stands still in `seconds`, and how often it was waited for."""

    def __init__(self, url: str, timeout: float = PATIENCE) -> None:
        self.seconds = 0.0
        self.waits = 0
        self.beside = Beside()
        self._address = RedisAddress.of(url)
        link = Link(self._connect, timeout, clock=lambda: self.seconds, run=self.beside)
        self.cache = ConfigurationCache(link, clock=lambda: self.seconds)
        self.beside.run()

    def get(self, key: CacheKey = KEY) -> tuple[int, bytes] | None:
        """Revision and value of a hit."""
        entry = self.cache.get(key)
        return None if entry is None else (entry.revision, entry.value)

    def put(self, revision: int, value: bytes = b"v", key: CacheKey = KEY) -> None:
        """Puts an entry."""
        self.cache.put(key, CacheEntry(revision, value))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.cache.close()

    def _connect(self, timeout: float) -> Wire:
        return CountingWire(self._address.connect(timeout), self._count)

    def _count(self) -> None:
        self.waits += 1
