"""A SQLite store with many settings and a long history."""

from dataclasses import replace
from pathlib import Path

from loadtest.settings import NAMESPACE, commit, plain_settings
from loadtest.snapshot.filling import fill
from vexil.core.resource import Revision, Version
from vexil.server.stores.sqlite import SqliteStore


async def fill_with_history(path: Path, count: int, commits: int) -> int:
    """Makes the store with so many settings, then so many commits, each of one change; the newest revision.

    The changes go round through the settings: a setting changes again when all others have.
    """
    await fill(path, count)
    store = await SqliteStore.open(path)
    try:
        head = await store.head(NAMESPACE)
        assert head is not None
        revision = head.revision
        states = list(plain_settings(count, 1))
        for i in range(commits):
            revision = Revision(revision + 1)
            state = states[i % count]
            changed = replace(state, version=Version(2 + i // count), revision=revision)
            await store.append(commit(revision, (changed,)))
        return revision
    finally:
        await store.close()
