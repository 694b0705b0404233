import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.acceptance.store.drafts import Drafts, put
from vexil.core.errors import Internal
from vexil.core.resource import Revision
from vexil.server.stores.sqlite import SqliteStore, schema


async def make(path: Path) -> None:
    store = await SqliteStore.open(path)
    await store.append(Drafts().next(put("a")))
    await store.close()


def pragma(path: Path, name: str) -> object:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(f"PRAGMA {name}").fetchone()[0]


def columns(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [row[1] for row in connection.execute("PRAGMA table_info(commits)")]


def release(patch: pytest.MonkeyPatch, *migration: str) -> None:
    """Pretends to be a later release, with one migration more."""
    patch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, migration))
    patch.setattr(schema, "SCHEMA_VERSION", schema.SCHEMA_VERSION + 1)


async def test_new_store_says_whose_it_is_and_which_schema_it_has(tmp_path: Path) -> None:
    path = tmp_path / "vexil.db"
    await make(path)
    assert pragma(path, "application_id") == 0x5665786C
    assert pragma(path, "user_version") == schema.SCHEMA_VERSION
    assert pragma(path, "journal_mode") == "wal"


async def test_file_that_was_never_migrated_is_migrated(tmp_path: Path) -> None:
    path = tmp_path / "vexil.db"
    with closing(sqlite3.connect(path)) as connection:
        schema.create(connection)
    await make(path)
    assert pragma(path, "user_version") == schema.SCHEMA_VERSION


async def test_older_store_is_migrated_and_keeps_what_it_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "vexil.db"
    await make(path)
    release(monkeypatch, "ALTER TABLE commits ADD COLUMN approved_by TEXT")
    store = await SqliteStore.open(path)
    assert len(await store.read("shop", Revision(0), 10)) == 1
    await store.close()
    assert pragma(path, "user_version") == schema.SCHEMA_VERSION
    assert columns(path)[-1] == "approved_by"


async def test_migration_that_fails_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "vexil.db"
    await make(path)
    with monkeypatch.context() as patch:
        release(patch, "ALTER TABLE commits ADD COLUMN approved_by TEXT", "ALTER TABLE none ADD COLUMN x")
        with pytest.raises(Internal):
            await SqliteStore.open(path)
    assert "approved_by" not in columns(path)
    await make_again(path)


async def make_again(path: Path) -> None:
    store = await SqliteStore.open(path)
    assert len(await store.read("shop", Revision(0), 10)) == 1
    assert await store.check() == []
    await store.close()


async def test_store_that_was_rewritten_without_a_log_gets_it_back(tmp_path: Path) -> None:
    """As VACUUM INTO and other tools leave copies."""
    path = tmp_path / "vexil.db"
    await make(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    await make_again(path)
    assert pragma(path, "journal_mode") == "wal"
