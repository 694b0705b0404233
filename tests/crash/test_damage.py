"""Files that are damaged, cut off, foreign, missing or from the future."""

# ruff: noqa: ASYNC240
# Nothing else runs in these tests' loops.

import asyncio
import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.acceptance.store.drafts import Drafts, put
from tests.acceptance.store.model import Model, same_image
from tests.crash.history import History
from tests.crash.processes import outcome, report_open, running, write_history
from vexil.core.errors import DataLoss, FailedPrecondition, Reason, Unavailable
from vexil.core.resource import Revision
from vexil.server.stores.sqlite import SqliteStore
from vexil.server.stores.sqlite.schema import SCHEMA_VERSION

LENGTH = 30
PAGE = 4096


@pytest.fixture
async def path(tmp_path: Path) -> Path:
    """A store of `LENGTH` commits, some of them compacted, closed."""
    path = tmp_path / "vexil.db"
    store = await SqliteStore.open(path)
    for commit in History().up_to(LENGTH):
        await store.append(commit)
    await store.compact("shop", Revision(10))
    await store.close()
    return path


@pytest.fixture
def crashed(tmp_path: Path) -> Path:
    """A store whose process was killed: its newest commits are in its log."""
    path = tmp_path / "crashed.db"
    with running(write_history, path) as (process, acknowledged):
        while acknowledged.recv() < LENGTH:
            pass
        process.kill()
        process.join()
    return path


def model() -> Model:
    model = Model("shop")
    model.commits = History().up_to(LENGTH)
    model.compacted = Revision(10)
    return model


async def refused(path: Path) -> DataLoss:
    with pytest.raises(DataLoss) as refusal:
        await SqliteStore.open(path)
    assert refusal.value.reason is Reason.STORE_CORRUPT
    assert str(path) in refusal.value.message
    return refusal.value


async def found(path: Path) -> bool:
    """Whether damage is found; where it is not, every answer is what was written."""
    truth = model()
    try:
        store = await SqliteStore.open(path)
    except (DataLoss, FailedPrecondition):
        return True
    try:
        assert await store.heads() == [truth.head]
        assert same_image(await store.load("shop"), truth.image(LENGTH))
        assert same_image(await store.load("shop", Revision(10)), truth.image(10))
        assert await store.read("shop", Revision(10), 1000) == truth.kept
    except DataLoss:
        assert await store.check() != []
        return True
    finally:
        await store.close()
    return False


@pytest.mark.parametrize("seed", range(4))
async def test_changed_bit_is_found_or_harmless(path: Path, seed: int) -> None:
    dice, whole = random.Random(seed), path.read_bytes()
    findings = []
    for _ in range(60):
        damaged = bytearray(whole)
        damaged[dice.randrange(len(whole))] ^= 1 << dice.randrange(8)
        path.write_bytes(damaged)
        findings.append(await found(path))
    assert any(findings)


async def test_page_of_zeros_is_found_or_harmless(path: Path) -> None:
    """Harmless where nothing is: compaction left free pages."""
    whole = path.read_bytes()
    findings = []
    for page in range(len(whole) // PAGE):
        path.write_bytes(whole[: page * PAGE] + bytes(PAGE) + whole[(page + 1) * PAGE :])
        findings.append(await found(path))
    assert any(findings)


async def test_swapped_pages_are_found_or_harmless(path: Path) -> None:
    dice, whole = random.Random(1), path.read_bytes()
    findings = []
    for _ in range(30):
        pages = [whole[start : start + PAGE] for start in range(0, len(whole), PAGE)]
        first, second = dice.sample(range(len(pages)), 2)
        pages[first], pages[second] = pages[second], pages[first]
        path.write_bytes(b"".join(pages))
        findings.append(await found(path))
    assert any(findings)


@pytest.mark.parametrize("share", [0.0, 0.001, 0.2, 0.5, 0.9])
async def test_file_cut_off_is_refused(path: Path, share: float) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    cut = path.read_bytes()
    await refused(path)
    assert path.read_bytes() == cut


@pytest.mark.parametrize("content", [b"hello", b"\0" * 5000, b"SQLite format 3\0" + b"\xff" * 5000])
async def test_file_that_is_no_database_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "vexil.db"
    path.write_bytes(content)
    await refused(path)
    assert path.read_bytes() == content


async def test_database_of_another_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "vexil.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE songs (title)")
    content = path.read_bytes()
    assert "not a Vexil store" in (await refused(path)).message
    assert path.read_bytes() == content


async def test_newer_schema_is_refused_with_both_numbers(path: Path) -> None:
    with closing(sqlite3.connect(path)) as later:
        later.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 4}")
    content = path.read_bytes()
    with pytest.raises(FailedPrecondition) as refusal:
        await SqliteStore.open(path)
    assert refusal.value.reason is Reason.STORE_SCHEMA_NEWER
    assert refusal.value.metadata == {"found": str(SCHEMA_VERSION + 4), "supported": str(SCHEMA_VERSION)}
    assert f"schema {SCHEMA_VERSION + 4}" in refusal.value.message
    assert f"up to {SCHEMA_VERSION}" in refusal.value.message
    assert path.read_bytes() == content


async def test_missing_directory_is_refused_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as refusal:
        await SqliteStore.open(tmp_path / "none" / "vexil.db")
    assert refusal.value.reason is Reason.STORE_UNAVAILABLE
    assert "create it" in refusal.value.message
    assert not (tmp_path / "none").exists()


async def test_directory_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="is a directory"):
        await SqliteStore.open(tmp_path)


async def test_log_removed_after_a_crash_is_noticed(crashed: Path) -> None:
    """Without its log the database looks whole and is older: going on would give revisions out twice."""
    log = Path(f"{crashed}-wal")
    whole = log.read_bytes()
    log.unlink()
    assert "put it back" in (await refused(crashed)).message
    log.write_bytes(whole)
    await assert_opens(crashed, at_least=LENGTH)


async def test_store_opens_without_the_lost_commits_when_told_to(crashed: Path) -> None:
    Path(f"{crashed}-wal").unlink()
    await refused(crashed)
    Path(f"{crashed}-shm").unlink()
    await assert_opens(crashed, at_least=0)


async def test_log_without_its_database_is_refused(crashed: Path) -> None:
    away = crashed.with_name("away.db")
    crashed.rename(away)
    assert "has gone" in (await refused(crashed)).message
    away.rename(crashed)
    await assert_opens(crashed, at_least=LENGTH)


async def test_crashed_store_copied_whole_opens_elsewhere(crashed: Path) -> None:
    copy = crashed.with_name("copy.db")
    for suffix in ("", "-wal"):
        shutil.copyfile(f"{crashed}{suffix}", f"{copy}{suffix}")
    await assert_opens(copy, at_least=LENGTH)


async def assert_opens(path: Path, at_least: int) -> None:
    store = await SqliteStore.open(path)
    heads = await store.heads()
    assert (heads[0].revision if heads else 0) >= at_least
    assert await store.check() == []
    await store.close()


@pytest.mark.parametrize("suffix", ["", "-wal"])
async def test_append_after_the_file_was_moved_away_is_refused(tmp_path: Path, suffix: str) -> None:
    """Into a file without a name nothing more is acknowledged."""
    path, drafts = tmp_path / "vexil.db", Drafts()
    store = await SqliteStore.open(path)
    await store.append(drafts.next(put("a")))
    named = Path(f"{path}{suffix}")
    named.rename(tmp_path / "away")
    with pytest.raises(Unavailable) as refusal:
        await store.append(drafts.next(put("b")))
    assert "moved, removed or replaced" in refusal.value.message
    assert len((await store.load("shop")).states) == 1
    (tmp_path / "away").rename(named)
    drafts.revision = Revision(1)
    await store.append(drafts.next(put("b")))
    await store.close()


async def test_many_processes_may_make_the_store_at_once(tmp_path: Path) -> None:
    path = tmp_path / "vexil.db"
    opened = await asyncio.gather(*(asyncio.to_thread(outcome, report_open, path) for _ in range(8)))
    assert opened == [[None]] * 8
    assert [entry.name for entry in tmp_path.iterdir()] == ["vexil.db"]
