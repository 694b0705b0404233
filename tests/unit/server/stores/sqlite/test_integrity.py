"""Rows changed behind the store's back: what `check` says, and what reading does."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.acceptance.store.drafts import NAMESPACE, Drafts, delete, put, setting
from vexil.core.errors import DataLoss, Reason
from vexil.core.resource import Revision
from vexil.server.stores.sqlite import SqliteStore
from vexil.server.stores.sqlite.integrity import MAX_FINDINGS


@pytest.fixture
async def path(tmp_path: Path) -> Path:
    """Six commits, two of them compacted."""
    path, drafts = tmp_path / "vexil.db", Drafts()
    store = await SqliteStore.open(path)
    for commit in (
        drafts.next(put("a", "1"), put("b", "1")),
        drafts.next(put("a", "2")),
        drafts.next(put("a", "3"), put("c", "1"), request_id="r3"),
        drafts.next(delete("b")),
        drafts.next(put("a", "4")),
        drafts.next(put("c", "2"), put("d", "1")),
    ):
        await store.append(commit)
    await store.compact(NAMESPACE, Revision(2))
    await store.close()
    return path


def tamper(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            assert connection.execute(statement).rowcount != 0, statement


def break_table(path: Path, table: str) -> None:
    """Points the first cell of the table's root page beyond the page."""
    with closing(sqlite3.connect(path)) as connection:
        find = "SELECT rootpage FROM sqlite_schema WHERE name = ?"
        (root,) = connection.execute(find, (table,)).fetchone()
    content = bytearray(path.read_bytes())
    cell = (root - 1) * 4096 + 8
    content[cell : cell + 2] = b"\xff\xff"
    path.write_bytes(content)


def overwrite(path: Path, written: bytes, damaged: bytes) -> None:
    content = path.read_bytes()
    assert content.count(written) == 1
    path.write_bytes(content.replace(written, damaged))


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        ("DELETE FROM commits WHERE revision = 4", "commit 4 is missing"),
        ("DELETE FROM commits WHERE revision = 6", "commit 6 is missing"),
        ("UPDATE commits SET revision = 7 WHERE revision = 6", "commit 7 is outside the log"),
        ("UPDATE commits SET author = 'eve' WHERE revision = 5", "commit 5 of 'shop' differs"),
        ("UPDATE commits SET labels = '{}x' WHERE revision = 5", "commit 5 of 'shop' differs"),
        ("UPDATE commits SET checksum = 0 WHERE revision = 5", "commit 5 of 'shop' differs"),
        ("UPDATE commits SET state_checksum = 0 WHERE revision = 5", "the state at revision 5 differs"),
        ("DELETE FROM changes WHERE revision = 3 AND key = 'c'", "commit 3 of 'shop' differs"),
        ("DELETE FROM changes WHERE revision = 5", "commit 5 of 'shop' differs"),
        ("UPDATE changes SET revision = 9 WHERE key = 'd'", "changes of revision 9, and no such commit"),
        ("UPDATE changes SET key = 'e' WHERE key = 'd'", "change 1 of revision 6, 'e', differs"),
        ("UPDATE changes SET kind = 99 WHERE key = 'd'", "change 1 of revision 6, 'd', differs"),
        ("UPDATE changes SET changed_at = 1 << 62 WHERE key = 'd'", "change 1 of revision 6, 'd', differs"),
        ("UPDATE changes SET resource = x'ff' WHERE key = 'd'", "change 1 of revision 6, 'd', differs"),
        ("UPDATE changes SET resource = NULL WHERE key = 'd'", "change 1 of revision 6, 'd', differs"),
        ("UPDATE changes SET version = 7 WHERE key = 'a' AND version = 4", "'a' has version 7 after 3"),
        (
            "UPDATE changes SET revision = 2, ordinal = 5 WHERE key = 'a' AND version = 3",
            "'a' still has version 2",
        ),
        ("DELETE FROM changes WHERE revision = 2", "the state at revision 2 differs"),
        ("UPDATE namespaces SET revision = 5", "the record of namespace 'shop' differs"),
        ("UPDATE changes SET namespace_id = 9 WHERE key = 'd'", "a namespace with the number 9"),
    ],
)
async def test_check_names_what_is_wrong(path: Path, statement: str, finding: str) -> None:
    store = await SqliteStore.open(path)
    assert await store.check() == []
    tamper(path, statement)
    assert [found for found in await store.check() if finding in found]
    await store.close()


async def test_check_ends_after_so_many_findings(path: Path) -> None:
    store = await SqliteStore.open(path)
    tamper(path, "UPDATE namespaces SET checksum = checksum")
    drafts = Drafts("other")
    for _ in range(MAX_FINDINGS):
        await store.append(drafts.next(put("a")))
    tamper(path, "UPDATE commits SET author = 'eve'")
    assert len(await store.check()) == MAX_FINDINGS
    await store.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE changes SET resource = x'ff' WHERE key = 'd'",
        "UPDATE changes SET key = 'e' WHERE key = 'd'",
        "DELETE FROM changes WHERE key = 'd'",
        "UPDATE changes SET version = 0 WHERE key = 'a' AND version = 4",
        "UPDATE commits SET state_checksum = 0 WHERE revision = 6",
        "DELETE FROM commits WHERE revision = 6",
        "UPDATE namespaces SET revision = 5",
    ],
)
async def test_load_of_a_damaged_state_is_data_loss(path: Path, statement: str) -> None:
    store = await SqliteStore.open(path)
    tamper(path, statement)
    with pytest.raises(DataLoss) as damage:
        await store.load(NAMESPACE)
    assert damage.value.reason is Reason.STORE_CORRUPT
    assert str(path) not in damage.value.message
    await store.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE changes SET resource = x'ff' WHERE revision = 5",
        "DELETE FROM changes WHERE revision = 5",
        "DELETE FROM commits WHERE revision = 5",
        "UPDATE commits SET message = 'no' WHERE revision = 5",
        "UPDATE commits SET committed_at = 1 << 62 WHERE revision = 5",
    ],
)
async def test_reading_a_damaged_commit_is_data_loss(path: Path, statement: str) -> None:
    store = await SqliteStore.open(path)
    tamper(path, statement)
    assert len(await store.read(NAMESPACE, Revision(2), 2)) == 2
    with pytest.raises(DataLoss):
        await store.read(NAMESPACE, Revision(2), 3)
    with pytest.raises(DataLoss):
        await store.read_back(NAMESPACE, Revision(7), 2)
    await store.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE changes SET resource = x'ff' WHERE revision = 5",
        "DELETE FROM commits WHERE revision = 5",
        "UPDATE commits SET message = 'no' WHERE revision = 5",
    ],
)
async def test_damaged_version_is_data_loss(path: Path, statement: str) -> None:
    store = await SqliteStore.open(path)
    tamper(path, statement)
    with pytest.raises(DataLoss):
        await store.versions(NAMESPACE, setting("a"), None, 10)
    await store.close()


async def test_damaged_namespace_is_found_at_the_next_opening(path: Path) -> None:
    tamper(path, "UPDATE namespaces SET name = 'shoq'")
    with pytest.raises(DataLoss, match="shoq"):
        await SqliteStore.open(path)


async def test_structure_is_checked_at_opening_unless_asked_not_to(path: Path) -> None:
    break_table(path, "changes")
    with pytest.raises(DataLoss, match=str(path)):
        await SqliteStore.open(path)
    store = await SqliteStore.open(path, quick_check=False)
    assert await store.check() != []
    with pytest.raises(DataLoss):
        await store.load(NAMESPACE)
    await store.close()


@pytest.mark.parametrize(
    ("written", "damaged"),
    [
        (b"CREATE TABLE commits", b"CREATE TABLE \xe3ommits"),
        (b"CREATE TABLE commits", b"CREATE TABL\xc5 commits"),
        (b"compact_revision INTEGER", b"compact_revisiof INTEGER"),
    ],
)
async def test_damaged_schema_is_data_loss(path: Path, written: bytes, damaged: bytes) -> None:
    overwrite(path, written, damaged)
    with pytest.raises(DataLoss, match="restore the newest backup") as damage:
        await SqliteStore.open(path)
    assert damage.value.reason is Reason.STORE_CORRUPT
