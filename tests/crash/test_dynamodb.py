"""A server that is killed while it writes to DynamoDB leaves no half of anything, and others go on."""

import random
import time
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection

import pytest

from tests.acceptance.store.backends import agreeing_regions, dynamodb_database, new_tables
from tests.acceptance.store.model import Model, same_image
from tests.crash.dynamodb_processes import LARGE, append_many, open_store, write_history
from tests.crash.history import History
from tests.crash.processes import running
from vexil.core.resource import Revision
from vexil.server.stores.dynamodb.consistency import Consistency

KILLS = 8
COMMITS = {Consistency.EVENTUAL: 500, Consistency.STRONG: 150}
"""Of each of two writers; where there are no transactions they are slower."""


@dataclass(frozen=True)
class Shared:
    """Tables, and how another process finds them: by `other` in another region, where there is one."""

    table: str
    variables: Mapping[str, str]
    other: Mapping[str, str]
    commits: int


@pytest.fixture(params=Consistency)
def shared(request: pytest.FixtureRequest) -> Shared:
    database = dynamodb_database(request)
    variables, commits = database.variables(), COMMITS[request.param]
    if request.param is Consistency.EVENTUAL:
        return Shared(new_tables(database).table, variables, variables, commits)
    here, there = agreeing_regions(request, database)()
    first, second = ({**variables, "AWS_ENDPOINT_URL_DYNAMODB": str(each.endpoint)} for each in (here, there))
    return Shared(here.table, first, second, commits)


def wait(seconds: float) -> None:
    """Lets the writer get on with what it is at; that the kill comes at any moment is the point."""
    time.sleep(seconds)


def received(acknowledged: Connection) -> list[int]:
    """What is in the pipe, until the end of it."""
    revisions = []
    try:
        while True:
            revisions.append(acknowledged.recv())
    except EOFError:
        return revisions


async def verify(shared: Shared, history: History, acknowledged: int) -> int:
    """All that was acknowledged is there, at most one commit more, as it was written; the newest revision."""
    store = await open_store(shared.table, shared.other)
    assert await store.check() == []
    head = await store.head("shop")
    newest = 0 if head is None else head.revision
    assert acknowledged <= newest <= acknowledged + 1
    if head is not None:
        model = Model("shop")
        model.commits = history.up_to(newest)
        model.compacted = head.compact_revision
        assert await store.read("shop", head.compact_revision, 1000) == model.kept
        for revision in {head.compact_revision, head.revision}:
            assert same_image(await store.load("shop", Revision(revision)), model.image(revision))
        for id in random.Random(newest).choices(sorted(model.ids()), k=5):
            assert await store.versions("shop", id, None, 100) == model.versions(id)
        last = model.commits[-1]
        assert await store.find_request("shop", last.request_id) == (last if model.kept else None)
        assert await store.check() == []
    await store.close()
    return newest


@pytest.mark.timeout(1200)
async def test_killed_writer_loses_nothing_acknowledged(shared: Shared) -> None:
    """Killed while appending, writing parts, versions and checkpoints, and compacting, at random points."""
    dice = random.Random(1)
    history, newest = History(LARGE), 0
    for _ in range(KILLS):
        with running(write_history, shared.table, shared.variables) as (process, acknowledged):
            for _ in range(dice.randint(1, 6)):
                newest = acknowledged.recv()
            wait(dice.uniform(0, 0.1))
            process.kill()
            process.join()
            newest = max([newest, *received(acknowledged)])
        newest = await verify(shared, history, newest)


@pytest.mark.timeout(1200)
async def test_two_processes_append_without_gap_or_duplicate(shared: Shared) -> None:
    with (
        running(append_many, shared.table, shared.variables, "a", shared.commits) as (_, first),
        running(append_many, shared.table, shared.other, "b", shared.commits) as (_, second),
    ):
        revisions = [*received(first), *received(second)]
    assert sorted(revisions) == list(range(1, 2 * shared.commits + 1))
    store = await open_store(shared.table, shared.variables)
    commits = await store.read("shop", Revision(0), 2000)
    assert [commit.revision for commit in commits] == list(range(1, 2 * shared.commits + 1))
    assert len({commit.request_id for commit in commits}) == 2 * shared.commits
    assert len((await store.load("shop")).states) == 2 * shared.commits
    assert await store.check() == []
    await store.close()
