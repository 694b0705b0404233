"""What can't be written is refused, and keeps what it holds."""

# ruff: noqa: ASYNC221, ASYNC240
# Nothing else runs in these tests' loops.

import asyncio
import os
import subprocess
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.acceptance.store.drafts import Drafts, put
from tests.crash.conftest import Mount
from tests.crash.processes import outcome, report_open
from vexil.core.resource import Revision
from vexil.server.stores.sqlite import SqliteStore

NOBODY = 65534


@pytest.fixture
def directory() -> Iterator[Path]:
    """A directory that every user can enter; pytest's own are private."""
    with TemporaryDirectory() as directory:
        path = Path(directory)
        path.chmod(0o777)
        yield path
        path.chmod(0o777)


async def make(path: Path) -> None:
    store = await SqliteStore.open(path)
    await store.append(Drafts().next(put("a")))
    await store.close()


async def report_open_as_nobody(sender: Connection, path: Path) -> None:
    """To root everything is writable: the process becomes somebody else first."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    await report_open(sender, path)


async def assert_unchanged(path: Path) -> None:
    store = await SqliteStore.open(path)
    assert len(await store.read("shop", Revision(0), 10)) == 1
    assert await store.check() == []
    await store.close()


async def open_as_nobody(path: Path) -> tuple[str, str, str]:
    (reported,) = await asyncio.to_thread(outcome, report_open_as_nobody, path)
    assert isinstance(reported, tuple)
    return reported


async def test_open_of_a_read_only_file_is_refused(directory: Path) -> None:
    path = directory / "vexil.db"
    await make(path)
    path.chmod(0o444)
    code, reason, message = await open_as_nobody(path)
    assert (code, reason) == ("FAILED_PRECONDITION", "STORE_READ_ONLY")
    assert "write access to the file and its directory" in message
    path.chmod(0o644)
    await assert_unchanged(path)


async def test_open_in_a_read_only_directory_is_refused(directory: Path) -> None:
    path = directory / "vexil.db"
    await make(path)
    path.chmod(0o666)
    directory.chmod(0o555)
    for place in (path, directory / "new.db"):
        code, reason, _ = await open_as_nobody(place)
        assert (code, reason) == ("FAILED_PRECONDITION", "STORE_READ_ONLY")
    directory.chmod(0o777)
    await assert_unchanged(path)


async def test_open_of_an_unreadable_file_is_refused(directory: Path) -> None:
    path = directory / "vexil.db"
    await make(path)
    path.chmod(0o200)
    code, reason, message = await open_as_nobody(path)
    assert (code, reason) == ("UNAVAILABLE", "STORE_UNAVAILABLE")
    assert "can't be read" in message
    path.chmod(0o644)
    await assert_unchanged(path)


async def test_open_on_a_read_only_file_system_is_refused(mount: Mount) -> None:
    disk = mount("size=2m")
    await make(disk / "vexil.db")
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    for place in (disk / "vexil.db", disk / "new.db"):
        (reported,) = await asyncio.to_thread(outcome, report_open, place)
        assert reported[:2] == ("FAILED_PRECONDITION", "STORE_READ_ONLY")
    subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
    await assert_unchanged(disk / "vexil.db")
