"""A process that is killed loses nothing that it acknowledged, and leaves no half of anything."""

import random
import time
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from tests.acceptance.store.model import Model, same_image
from tests.crash.history import History
from tests.crash.processes import append_many, running, write_history
from vexil.core.resource import Revision
from vexil.server.stores.port import Head
from vexil.server.stores.sqlite import SqliteStore

FILES = 5
KILLS = 20  # of each file


def received(acknowledged: Connection) -> list[int]:
    """What is in the pipe, until the end of it."""
    revisions = []
    try:
        while True:
            revisions.append(acknowledged.recv())
    except EOFError:
        return revisions


def wait_busily(seconds: float) -> None:
    """Waits more finely than sleeping can."""
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        pass


async def verify(path: Path, history: History, acknowledged: int) -> Head | None:
    """Everything acknowledged is there, at most one commit more, and all of it as it was written."""
    store = await SqliteStore.open(path)
    assert await store.check() == []
    head = await store.head("shop")
    if head is None:
        assert acknowledged == 0
    else:
        assert acknowledged <= head.revision <= acknowledged + 1
        model = Model("shop")
        model.commits = history.up_to(head.revision)
        model.compacted = head.compact_revision
        assert await store.read("shop", head.compact_revision, 1000) == model.kept
        for revision in (head.compact_revision, head.revision):
            assert same_image(await store.load("shop", Revision(revision)), model.image(revision))
        last = model.commits[-1]
        assert await store.find_request("shop", last.request_id) == (last if model.kept else None)
    await store.close()
    return head


@pytest.mark.parametrize("seed", range(FILES))
async def test_killed_writer_loses_nothing_acknowledged(tmp_path: Path, seed: int) -> None:
    """Killed while opening, appending and compacting, at a random point, again and again on one file."""
    dice = random.Random(seed)
    path, history = tmp_path / "vexil.db", History()
    newest = 0
    for _ in range(KILLS):
        with running(write_history, path) as (process, acknowledged):
            commits = dice.randint(0, 12)
            for _ in range(commits):
                newest = acknowledged.recv()
            # Without a commit to wait for, the process may not even have begun.
            wait_busily(dice.uniform(0, 0.003 if commits else 0.03))
            process.kill()
            process.join()
            newest = max([newest, *received(acknowledged)])
        head = await verify(path, history, newest)
        # What was committed and not yet acknowledged is the next writer's start.
        newest = 0 if head is None else head.revision


async def test_killed_neighbour_does_not_stop_other_processes(tmp_path: Path) -> None:
    dice = random.Random(1)
    path = tmp_path / "vexil.db"
    with running(append_many, path, "survivor", 300) as (_, acknowledged):
        seen = [acknowledged.recv()]
        for number in range(10):
            with running(append_many, path, f"victim-{number}", 1000) as (victim, victims):
                seen.append(victims.recv())
                wait_busily(dice.uniform(0, 0.01))
                victim.kill()
                victim.join()
                seen += received(victims)
        seen += received(acknowledged)
    store = await SqliteStore.open(path)
    commits = await store.read("shop", Revision(0), 10_000)
    assert [commit.revision for commit in commits] == list(range(1, len(commits) + 1))
    assert len(set(seen)) == len(seen)
    assert {commit.revision for commit in commits}.issuperset(seen)
    assert sum(commit.author == "survivor" for commit in commits) == 300
    assert await store.check() == []
    await store.close()


async def test_two_processes_append_without_gap_or_duplicate(tmp_path: Path) -> None:
    path = tmp_path / "vexil.db"
    with (
        running(append_many, path, "a", 500) as (_, first),
        running(append_many, path, "b", 500) as (_, second),
    ):
        revisions = [*received(first), *received(second)]
    assert sorted(revisions) == list(range(1, 1001))
    store = await SqliteStore.open(path)
    commits = await store.read("shop", Revision(0), 2000)
    assert [commit.revision for commit in commits] == list(range(1, 1001))
    assert len({commit.request_id for commit in commits}) == 1000
    assert len((await store.load("shop")).states) == 1000
    assert await store.check() == []
    await store.close()
