"""The backends that pass this suite. A new one joins with an entry here."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from vexil.server.stores.memory import MemoryStore
from vexil.server.stores.port import Store
from vexil.server.stores.sqlite import SqliteStore


@dataclass(frozen=True)
class Backend:
    """`open` gives a store; when it is `shared`, all opened stores hold the same data, also after a close."""

    open: Callable[[], Awaitable[Store]]
    shared: bool


async def memory() -> Store:
    return MemoryStore()


BACKENDS: dict[str, Callable[[Path], Backend]] = {
    "memory": lambda _: Backend(memory, shared=False),
    "sqlite": lambda path: Backend(
        lambda: SqliteStore.open(path / "vexil.db", poll_interval=0.005), shared=True
    ),
}
