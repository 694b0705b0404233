"""From a commit to a record: a server process, a queue, and consumers that are killed."""

import asyncio
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from tests.e2e.cli import Cli
from tests.support.backend import put
from tests.support.engines.moto import Account, MotoServer
from tests.support.fleet import fleet
from tests.support.queues import Queues, queues_of
from tests.support.server import PATIENCE, server_process

COMMITS = 30


@pytest.fixture
def account(moto_server: MotoServer) -> Account:
    return moto_server.account()


@pytest.fixture
def queues(account: Account) -> Iterator[Queues]:
    with queues_of(account) as queues:
        yield queues


def revisions(path: Path) -> list[int]:
    """Those of which there are records; none while there is no file."""
    with (
        suppress(sqlite3.OperationalError),
        closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as file,
    ):
        return [revision for (revision,) in file.execute("SELECT revision FROM records ORDER BY revision")]
    return []


def wait_for(path: Path, count: int) -> None:
    """Waits until there are that many records."""
    deadline = time.monotonic() + PATIENCE
    while len(revisions(path)) < count:
        assert time.monotonic() < deadline
        time.sleep(0.05)


async def test_every_commit_is_one_record_though_consumers_are_killed(
    account: Account, queues: Queues, tmp_path: Path
) -> None:
    queue = queues.queue("audit")
    queues.sqs.set_queue_attributes(QueueUrl=queue, Attributes={"VisibilityTimeout": "1"})
    path = tmp_path / "audit.db"
    cli = Cli("", tmp_path, "shop", variables=dict(account.variables()))
    consume = ("audit", "consume", "--queue", queue, "--sink", f"sqlite:{path}")
    announce = f"sqs:{queue}"
    with server_process(tmp_path / "vexil.db", account.variables(), announce=announce) as server:
        async with fleet(server.target) as client:
            await client.create()
            for number in range(COMMITS - 1):
                await client.commit(put("x", str(number)))
            for least in (1, 10):
                killed = cli.start(*consume)
                await asyncio.to_thread(wait_for, path, least)
                killed.kill()
                killed.wait(PATIENCE)
            last = cli.start(*consume)
            await asyncio.to_thread(wait_for, path, COMMITS)
            last.terminate()
            last.wait(PATIENCE)
    assert revisions(path) == list(range(1, COMMITS + 1))
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("SELECT count(*) FROM changes WHERE key = 'x'").fetchone() == (COMMITS - 1,)
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
