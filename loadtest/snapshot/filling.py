"""A SQLite store with many settings."""

from itertools import islice
from pathlib import Path

from loadtest.settings import commit, first_commit, plain_settings
from vexil.server.stores.sqlite import SqliteStore

CHANGES_A_COMMIT = 5_000


async def fill(path: Path, count: int) -> None:
    """Makes the store, with so many settings."""
    store = await SqliteStore.open(path)
    try:
        await store.append(first_commit())
        revision, written = 2, 0
        while written < count:
            states = plain_settings(count, revision)
            changes = tuple(islice(states, written, written + CHANGES_A_COMMIT))
            await store.append(commit(revision, changes))
            revision, written = revision + 1, written + len(changes)
    finally:
        await store.close()
