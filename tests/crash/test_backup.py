"""Killed or out of room, a backup is there as a whole or not at all, and so is what is restored."""

# ruff: noqa: ASYNC221
# Nothing else runs in these tests' loops.

import random
import subprocess
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from tests.acceptance.store.drafts import Drafts, put
from tests.crash.conftest import Mount
from tests.crash.processes import running
from tests.crash.test_kill import received, wait_busily
from tests.unit.server.backup.portraits import portraits
from tests.unit.server.backup.shop import Shop, quiet
from vexil.core.errors import LimitExceeded, Reason
from vexil.server.backup import places
from vexil.server.backup.chain import open_chain
from vexil.server.backup.creation import Request, create
from vexil.server.backup.restoration import restore
from vexil.server.backup.vault import Vault
from vexil.server.stores.sqlite import SqliteStore

KILLS = 8


async def back_up_for_ever(sender: Connection, path: Path, directory: Path, begun: datetime) -> None:
    """One backup after the other, each after a commit, every third one full; sends their ids."""
    store = await SqliteStore.open(path)
    drafts = Drafts()
    drafts.revision = (await store.heads())[0].revision
    number = 0
    while True:
        number += 1
        await store.append(drafts.next(put(f"more-{drafts.revision}")))
        request = Request(begun + timedelta(hours=number), "0.1.0", full=number % 3 == 0)
        made = await create(store, Vault(directory), request, None, quiet)
        sender.send(made.manifest.id)


async def restore_once(sender: Connection, directory: Path, path: Path, resume: bool) -> None:
    """The newest backup to a SQLite file."""
    vault = Vault(directory)
    sender.send("begun")
    async with places.target(f"sqlite:{path}", resume=resume) as store:
        await restore(store, vault, open_chain(vault, vault.find(None), None), quiet, resume=resume)
    sender.send("done")


async def large_store(path: Path) -> SqliteStore:
    store = await SqliteStore.open(path)
    drafts = Drafts()
    for number in range(60):
        await store.append(drafts.next(*(put(f"key-{number}-{each}", "x" * 500) for each in range(20))))
    return store


async def test_killed_backup_is_there_as_a_whole_or_not_at_all(tmp_path: Path) -> None:
    dice = random.Random(7)
    path, directory = tmp_path / "vexil.db", tmp_path / "backups"
    store = await large_store(path)
    await store.close()
    made: list[str] = []
    for attempt in range(KILLS):
        begun = datetime(2026, 1, 1 + attempt, tzinfo=UTC)
        with running(back_up_for_ever, path, directory, begun) as (process, sent):
            made.append(sent.recv())
            wait_busily(dice.uniform(0, 0.15))
            process.kill()
            process.join()
            made += map(str, received(sent))
        ids = Vault(directory).ids()
        assert set(made) <= set(ids)
        # What was complete and not told is as good as the others.
        assert len(ids) <= len(made) + attempt + 1
    shop = Shop(directory, now=datetime(2026, 2, 1, tzinfo=UTC))
    report = shop.verify()
    assert report.findings == []
    assert list(report.sound) == list(shop.vault.ids())

    shop.store = await SqliteStore.open(path)
    await shop.back_up()

    assert shop.vault.leftovers() == []
    assert await portraits(await shop.restored()) == await portraits(shop.store)
    await shop.store.close()


@pytest.mark.parametrize("resume", [False, True], ids=["anew", "resumed"])
async def test_killed_restore_leaves_no_store(tmp_path: Path, resume: bool) -> None:
    dice = random.Random(8)
    shop = Shop(tmp_path / "backups", store=await large_store(tmp_path / "vexil.db"))
    await shop.back_up()
    expected = await portraits(shop.store)
    await shop.store.close()
    path = tmp_path / "restored.db"
    for _ in range(KILLS):
        with running(restore_once, shop.directory, path, resume) as (process, sent):
            sent.recv()
            wait_busily(dice.uniform(0, 0.08))
            process.kill()
            process.join()
            is_done = bool(received(sent))
        assert path.exists() or not is_done
        if path.exists():
            path.unlink()
    with running(restore_once, shop.directory, path, resume) as (_, sent):
        assert [str(each) for each in received(sent)] == ["begun", "done"]

    store = await SqliteStore.open(path)
    assert await portraits(store) == expected
    await store.close()
    assert not path.with_name(".restored.db.restoring").exists()


async def test_backup_on_a_full_disk_leaves_nothing(tmp_path: Path, mount: Mount) -> None:
    disk = mount("size=64k")
    dice = random.Random(9)
    shop = Shop(disk / "backups")
    await shop.write("small")
    first = await shop.back_up()
    for number in range(3):
        await shop.write(f"large-{number}", dice.randbytes(40_000).hex())
    with pytest.raises(LimitExceeded) as refusal:
        await shop.back_up()

    assert refusal.value.reason is Reason.STORE_FULL
    assert "make room, or prune" in refusal.value.message
    assert shop.vault.ids() == [first.manifest.id]
    assert shop.vault.leftovers() == []
    subprocess.run(["mount", "-o", "remount,size=1m", str(disk)], check=True)
    await shop.back_up()
    assert shop.verify().findings == []
    assert await portraits(await shop.restored()) == await portraits(shop.store)


async def test_restore_on_a_full_disk_leaves_no_store(tmp_path: Path, mount: Mount) -> None:
    disk = mount("size=300k")
    shop = Shop(tmp_path / "backups", store=await large_store(tmp_path / "vexil.db"))
    await shop.back_up()
    path = disk / "vexil.db"
    vault = shop.vault
    chain = open_chain(vault, vault.find(None), None)
    with pytest.raises(LimitExceeded) as refusal:
        async with places.target(f"sqlite:{path}", resume=False) as store:
            await restore(store, vault, chain, quiet)

    assert refusal.value.reason is Reason.STORE_FULL
    assert not path.exists()
    subprocess.run(["mount", "-o", "remount,size=8m", str(disk)], check=True)
    async with places.target(f"sqlite:{path}", resume=True) as store:
        await restore(store, vault, chain, quiet, resume=True)
    restored = await SqliteStore.open(path)
    assert await portraits(restored) == await portraits(shop.store)
    await restored.close()
    await shop.store.close()
