"""What only the SQLite store promises: threads, locks, durability."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.acceptance.store.drafts import NAMESPACE, Drafts, put
from vexil.core.errors import Reason, Unavailable
from vexil.core.resource import Revision
from vexil.server.stores.sqlite import SqliteStore, writes

DEADLINE = 10.0


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    store = await SqliteStore.open(tmp_path / "vexil.db", busy_timeout=0.05)
    yield store
    await store.close()


async def test_commits_are_on_the_disk_before_append_returns(store: SqliteStore) -> None:
    def settings(connection: sqlite3.Connection) -> list[int | str]:
        names = ("journal_mode", "synchronous", "fullfsync")
        return [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names]

    full = 2
    assert await store._writer.run(settings) == ["wal", full, 1]


async def test_write_lock_held_by_another_process_is_unavailable(store: SqliteStore, tmp_path: Path) -> None:
    drafts = Drafts()
    await store.append(drafts.next(put("a")))
    commit = drafts.next(put("a"))
    with closing(sqlite3.connect(tmp_path / "vexil.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for call in (store.append(commit), store.compact(NAMESPACE, Revision(1))):
            with pytest.raises(Unavailable) as refusal:
                await call
            assert refusal.value.reason is Reason.STORE_UNAVAILABLE
            assert refusal.value.retry_after == 1.0
        assert len((await store.load(NAMESPACE)).states) == 1
    await store.append(commit)
    assert await store.check() == []


async def test_reading_goes_on_while_an_append_waits(tmp_path: Path) -> None:
    store = await SqliteStore.open(tmp_path / "vexil.db", busy_timeout=60)
    drafts = Drafts()
    await store.append(drafts.next(put("a")))
    with closing(sqlite3.connect(tmp_path / "vexil.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        appending = asyncio.ensure_future(store.append(drafts.next(put("a"))))
        for _ in range(20):
            assert (await store.heads())[0].revision == 1
        assert not appending.done()
    await asyncio.wait_for(appending, DEADLINE)
    await store.close()


async def test_append_cancelled_once_begun_is_made_and_hinted(tmp_path: Path) -> None:
    store = await SqliteStore.open(tmp_path / "vexil.db", poll_interval=3600)
    drafts, hints = Drafts(), store.hints()
    await store.append(drafts.next(put("a")))
    await anext(hints)
    with closing(sqlite3.connect(tmp_path / "vexil.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        appending = asyncio.ensure_future(store.append(drafts.next(put("a"))))
        async with asyncio.timeout(DEADLINE):
            while not store._writer._idle.empty():  # noqa: ASYNC110
                await asyncio.sleep(0)
        appending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await appending
    await asyncio.wait_for(anext(hints), DEADLINE)
    assert (await store.heads())[0].revision == 2
    await store.close()


async def test_compaction_of_many_commits_lets_appends_in_between(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writes, "COMPACTION_STEP", 10)
    drafts, length = Drafts(), 100
    for _ in range(length):
        await store.append(drafts.next(put("a")))
    compacting = asyncio.ensure_future(store.compact(NAMESPACE, Revision(length)))
    seen = set()
    while not compacting.done():
        await store.append(drafts.next(put("a")))
        head = await store.head(NAMESPACE)
        assert head is not None
        seen.add(head.compact_revision)
    await compacting
    assert len(seen) > 1
    assert await store.check() == []


async def test_leftover_loop_does_not_trouble_the_follower(tmp_path: Path) -> None:
    """A program that ends without closing the store ends quietly."""

    def leave() -> SqliteStore:
        async def main() -> SqliteStore:
            store = await SqliteStore.open(tmp_path / "vexil.db", poll_interval=0.001)
            await anext(store.hints())
            return store

        return asyncio.run(main())

    left = await asyncio.to_thread(leave)
    other = await SqliteStore.open(tmp_path / "vexil.db", poll_interval=0.001)
    hints = other.hints()
    await anext(hints)
    await other.append(Drafts().next(put("a")))
    await anext(hints)
    await other.close()
    await left.close()


async def test_store_behind_a_symbolic_link_is_the_store_itself(tmp_path: Path) -> None:
    drafts, link = Drafts(), tmp_path / "link.db"
    (tmp_path / "data").mkdir()
    link.symlink_to(tmp_path / "data" / "vexil.db")
    for _ in range(2):
        store = await SqliteStore.open(link)
        await store.append(drafts.next(put("a")))
        await store.close()
    store = await SqliteStore.open(tmp_path / "data" / "vexil.db")
    assert (await store.heads())[0].revision == 2
    await store.close()


async def test_store_at_a_relative_path_with_odd_characters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    name = "a b?mode=ro#%41 ü.db"
    store = await SqliteStore.open(Path(name))
    await store.append(Drafts().next(put("a")))
    await store.close()
    assert [entry.name for entry in tmp_path.iterdir()] == [name]  # noqa: ASYNC240
