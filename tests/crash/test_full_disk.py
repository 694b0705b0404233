"""No room: a clear error, nothing lost, and on it goes once there is room."""

# ruff: noqa: ASYNC221
# Nothing else runs in these tests' loops.

import asyncio
import resource
import subprocess
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from tests.acceptance.store.drafts import Drafts, put
from tests.acceptance.store.model import Model, same_image
from tests.crash.conftest import Mount
from tests.crash.processes import outcome
from vexil.core.errors import LimitExceeded, Reason, Unavailable, VexilError
from vexil.core.resource import Revision
from vexil.server.stores.sqlite import SqliteStore


async def fill(store: SqliteStore) -> tuple[Model, Drafts, VexilError]:
    """Appends until there is an error; the model holds what was acknowledged."""
    drafts, model = Drafts(), Model("shop")
    while True:
        commit = drafts.next(*(put(f"key-{number}", "x" * 2000) for number in range(3)))
        try:
            await store.append(commit)
        except VexilError as error:
            return model, _back_one(drafts), error
        model.commits.append(commit)
        assert len(model.commits) < 10_000, "it never fills"


def _back_one(drafts: Drafts) -> Drafts:
    drafts.revision = Revision(drafts.revision - 1)
    return drafts


async def assert_holds(store: SqliteStore, model: Model) -> None:
    assert await store.head("shop") == model.head
    assert await store.read("shop", Revision(0), 10_000) == model.commits
    assert same_image(await store.load("shop"), model.image(len(model.commits)))
    assert await store.check() == []


async def assert_goes_on(store: SqliteStore, path: Path, model: Model) -> None:
    """Appends work again, and everything is there after a reopening."""
    drafts = Drafts()
    drafts.revision = model.head.revision
    model.commits.append(drafts.next(put("after")))
    await store.append(model.commits[-1])
    await assert_holds(store, model)
    await store.close()
    store = await SqliteStore.open(path)
    await assert_holds(store, model)
    await store.close()


async def test_append_on_a_full_disk_loses_nothing(mount: Mount) -> None:
    disk = mount("size=2m")
    ballast = disk / "ballast"
    ballast.write_bytes(b"x" * 500_000)
    store = await SqliteStore.open(disk / "vexil.db")
    model, drafts, error = await fill(store)
    assert isinstance(error, LimitExceeded)
    assert error.reason is Reason.STORE_FULL
    assert "make room" in error.message
    await assert_holds(store, model)
    with pytest.raises(LimitExceeded):
        await store.append(drafts.next(*(put(f"key-{number}", "x" * 2000) for number in range(3))))
    ballast.unlink()
    await assert_goes_on(store, disk / "vexil.db", model)


async def test_store_closed_on_a_full_disk_is_whole_when_there_is_room(mount: Mount) -> None:
    disk = mount("size=1m")
    store = await SqliteStore.open(disk / "vexil.db")
    model, _, _ = await fill(store)
    with suppress(OSError):
        (disk / "ballast").write_bytes(b"x" * 100_000)
    await store.close()
    (disk / "ballast").unlink()
    store = await SqliteStore.open(disk / "vexil.db")
    await assert_holds(store, model)
    await store.close()


async def test_store_is_made_once_there_is_room(mount: Mount) -> None:
    """Page by page there is more room: it runs out at every step of the making."""
    disk, refusals = mount("size=8k"), 0
    path = disk / "vexil.db"
    for kilobytes in range(12, 400, 4):
        try:
            store = await SqliteStore.open(path)
            break
        except LimitExceeded as refusal:
            refusals += refusal.reason is Reason.STORE_FULL and str(path) in refusal.message
            subprocess.run(["mount", "-o", f"remount,size={kilobytes}k", str(disk)], check=True)
    else:
        pytest.fail("it is never made")
    assert refusals > 5
    subprocess.run(["mount", "-o", "remount,size=1m", str(disk)], check=True)
    await store.append(Drafts().next(put("a")))
    assert await store.check() == []
    await store.close()
    assert list(disk.iterdir()) == [path]


async def test_append_beyond_the_largest_file_loses_nothing(tmp_path: Path) -> None:
    store = await SqliteStore.open(tmp_path / "vexil.db")
    await store._writer.run(lambda connection: connection.execute("PRAGMA max_page_count = 60").fetchall())
    model, _, error = await fill(store)
    assert (type(error), error.reason) == (LimitExceeded, Reason.STORE_FULL)
    await assert_holds(store, model)
    await store._writer.run(lambda connection: connection.execute("PRAGMA max_page_count = 9999").fetchall())
    await assert_goes_on(store, tmp_path / "vexil.db", model)


async def append_within_a_limit(sender: Connection, path: Path) -> None:
    store = await SqliteStore.open(path)
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, most))
    model, _, error = await fill(store)
    sender.send((type(error), error.reason, error.retry_after, error.message))
    await assert_holds(store, model)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    await assert_goes_on(store, path, model)
    sender.send("goes on")


async def test_append_that_the_system_refuses_loses_nothing(tmp_path: Path) -> None:
    """A limit on file sizes makes writes fail in the middle, as a broken disk does."""
    (kind, reason, retry_after, message), last = await asyncio.to_thread(
        outcome, append_within_a_limit, tmp_path / "vexil.db"
    )
    assert (kind, reason, retry_after) == (Unavailable, Reason.STORE_UNAVAILABLE, 1.0)
    assert "look at the disk" in message
    assert last == "goes on"
