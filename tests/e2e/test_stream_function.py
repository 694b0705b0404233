"""The function for DynamoDB Streams on Lambda's runtime: from commits in a table to messages in a queue."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any, Protocol

import pytest

from tests.acceptance.store.backends import new_tables
from tests.acceptance.store.drafts import Drafts, put
from tests.support.engines.dynamodb import Database, DynamoDB
from tests.support.engines.fixtures import RunLambda
from tests.support.engines.lambda_runtime import LambdaRuntime
from tests.support.engines.moto import Account, MotoServer
from tests.support.queues import Queues, queues_of
from tests.support.regions.world import World, world_of
from tests.support.server import PATIENCE
from tests.support.streams import EventSource, stream_records
from vexil.core.resource import Commit
from vexil.server.stores.dynamodb.place import DynamoDBPlace
from vexil.server.stores.dynamodb.store import DynamoDBStore

HANDLER = "vexil.server.announce.stream_handler.handler"
HOME, EAST = "eu-central-1", "us-east-1"


class StartFunction(Protocol):
    """Starts the function in a region, with a destination."""

    def __call__(
        self, destination: str, region: str, more: Mapping[str, str] | None = None, timeout: int = 30
    ) -> LambdaRuntime: ...


@pytest.fixture
def account(moto_server: MotoServer, dynamodb: DynamoDB, monkeypatch: pytest.MonkeyPatch) -> Account:
    """An account with queues of moto's and tables of DynamoDB Local's; this process uses it, too."""
    account = moto_server.account(HOME)
    for name, value in variables(account, dynamodb).items():
        monkeypatch.setenv(name, value)
    return account


def variables(account: Account, dynamodb: DynamoDB) -> Mapping[str, str]:
    return {**account.variables(), "AWS_ENDPOINT_URL_DYNAMODB": dynamodb.endpoint}


@pytest.fixture
def queues(account: Account) -> Iterator[Queues]:
    with queues_of(account) as queues:
        yield queues


@pytest.fixture
def database(account: Account, dynamodb: DynamoDB) -> Database:
    return Database(dynamodb.endpoint, HOME, account.access_key, account.secret_key)


@pytest.fixture
def place(database: Database, account: Account) -> DynamoDBPlace:
    return new_tables(database)


@pytest.fixture
async def store(place: DynamoDBPlace) -> AsyncIterator[DynamoDBStore]:
    store = await DynamoDBStore.open(place)
    yield store
    await store.close()


@pytest.fixture
def start_function(run_lambda: RunLambda, account: Account, dynamodb: DynamoDB) -> StartFunction:
    def start(
        destination: str, region: str, more: Mapping[str, str] | None = None, timeout: int = 30
    ) -> LambdaRuntime:
        environment = {
            **variables(account, dynamodb),
            "AWS_REGION": region,
            "AWS_DEFAULT_REGION": region,
            "VEXIL_ANNOUNCE": destination,
            **(more or {}),
        }
        return run_lambda(HANDLER, environment, timeout)

    return start


def source(function: LambdaRuntime, records: Sequence[Mapping[str, Any]], size: int = 25) -> EventSource:
    return EventSource(lambda event: function.invoke(event).payload, records, size)


async def records_of(database: Database, table: str, commits: int) -> list[dict[str, Any]]:
    """The table's stream, once it has so many commits; it lags a little."""
    async with asyncio.timeout(PATIENCE):
        while True:
            records = await asyncio.to_thread(stream_records, database, table)
            if sum(map(is_commit, records)) >= commits:
                return records


def is_commit(record: Mapping[str, Any]) -> bool:
    key: str = record["dynamodb"]["Keys"]["pk"]["S"]
    return record["eventName"] == "INSERT" and key.startswith("log#")


def announced(queues: Queues, queue: str) -> list[tuple[str, int]]:
    documents = [message.document for message in queues.receive_all(queue)]
    return [(document["namespace"], document["revision"]) for document in documents]


async def append(store: DynamoDBStore, *commits: Commit) -> None:
    for commit in commits:
        await store.append(commit)


@pytest.mark.parametrize("service", ["sqs", "sns"])
async def test_commits_arrive_in_order_and_once_though_records_come_again(
    service: str,
    database: Database,
    place: DynamoDBPlace,
    store: DynamoDBStore,
    queues: Queues,
    start_function: StartFunction,
) -> None:
    queue = queues.queue("changes.fifo")
    destination = f"sqs:{queue}"
    if service == "sns":
        topic = queues.topic("changes.fifo")
        queues.subscribe(topic, queue)
        destination = f"sns:{topic}"
    drafts = [Drafts("shop"), Drafts("clinic"), Drafts("bank")]
    for number in range(8):
        await append(store, *(each.next(put("a", str(number))) for each in drafts))
    records = await records_of(database, place.table, 24)
    function = start_function(destination, HOME)
    for _ in range(2):
        await asyncio.to_thread(source(function, records).hand_over_all)
    found = announced(queues, queue)
    for namespace in ("shop", "clinic", "bank"):
        assert [revision for name, revision in found if name == namespace] == list(range(1, 9))
    assert len(found) == 24
    assert function.starts == 1


async def test_batch_goes_on_where_it_failed(
    database: Database,
    place: DynamoDBPlace,
    store: DynamoDBStore,
    queues: Queues,
    start_function: StartFunction,
) -> None:
    """The queue is a standard one, which would show what is published twice."""
    queue = queues.queue("changes")
    drafts = Drafts()
    await append(store, *(drafts.next(put("a", str(number))) for number in range(6)))
    records = [record for record in await records_of(database, place.table, 6) if is_commit(record)]
    image = records[3]["dynamodb"]["NewImage"]
    content = image.pop("content")
    function = start_function(f"sqs:{queue}", HOME)
    feed = source(function, records)
    for _ in range(2):
        assert not await asyncio.to_thread(feed.hand_over)
        assert feed.waiting == records[3:]
    function.wait_for_log("commit_unreadable")
    assert sorted(announced(queues, queue)) == [("shop", revision) for revision in (1, 2, 3)]
    image["content"] = content
    await asyncio.to_thread(feed.hand_over_all)
    assert sorted(announced(queues, queue)) == [("shop", revision) for revision in (4, 5, 6)]


async def test_missing_queue_loses_nothing(
    database: Database,
    place: DynamoDBPlace,
    store: DynamoDBStore,
    queues: Queues,
    start_function: StartFunction,
) -> None:
    queue = queues.queue("late.fifo")
    queues.sqs.delete_queue(QueueUrl=queue)
    drafts = Drafts()
    await append(store, *(drafts.next(put("a", str(number))) for number in range(3)))
    function = start_function(f"sqs:{queue}", HOME)
    feed = source(function, await records_of(database, place.table, 3))
    assert not await asyncio.to_thread(feed.hand_over)
    function.wait_for_log("NOT_FOUND.*announcing_failed")
    queues.queue("late.fifo")
    await asyncio.to_thread(feed.hand_over_all)
    assert announced(queues, queue) == [("shop", 1), ("shop", 2), ("shop", 3)]


async def test_function_that_runs_out_of_time_is_given_the_batch_again(
    database: Database,
    place: DynamoDBPlace,
    store: DynamoDBStore,
    account: Account,
    start_function: StartFunction,
) -> None:
    await append(store, Drafts().next(put("a")))
    records = await records_of(database, place.table, 1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        more = {"AWS_ENDPOINT_URL_SQS": url}
        function = start_function(f"sqs:{url}/{account.number}/changes", HOME, more, 2)
        feed = source(function, records)
        assert not await asyncio.to_thread(feed.hand_over)
    assert feed.waiting == records
    function.wait_for_log("Timeout")


async def test_wrong_destination_fails_the_invocation(start_function: StartFunction) -> None:
    function = start_function("sns:my-topic", HOME)
    answer = await asyncio.to_thread(function.invoke, {"Records": []})
    assert answer.error == "InvalidRequest"
    assert "sns:TOPIC-ARN" in answer.payload["errorMessage"]


@pytest.fixture
def world(account: Account, dynamodb: DynamoDB) -> Iterator[World]:
    """Two regions of the account, with a replicator between them."""
    keys = (account.access_key, account.secret_key)
    databases = {region: Database(dynamodb.endpoint, region, *keys) for region in (HOME, EAST)}
    with world_of(databases, seed=6) as world:
        yield world


async def test_of_all_regions_the_home_announces(
    world: World, queues: Queues, start_function: StartFunction
) -> None:
    """The queue is a standard one: what two regions announce would be there twice."""
    topic, queue = queues.topic("changes"), queues.queue("consumer")
    queues.subscribe(topic, queue)
    functions = {region: start_function(f"sns:{topic}", region) for region in (HOME, EAST)}
    told = dict.fromkeys(functions, 0)

    async def announced_in(region: str, commits: int) -> list[tuple[str, int]]:
        """What this region's function announces of its new records; there are so many commits by now."""
        records = await records_of(world.databases[region], world.table, commits)
        new, told[region] = records[told[region] :], len(records)
        await asyncio.to_thread(source(functions[region], new).hand_over_all)
        return sorted(announced(queues, queue))

    home, east = await world.store(HOME), await world.store(EAST)
    try:
        drafts = Drafts("shop", home.first_epoch)
        await append(home, *(drafts.next(put("a", str(number))) for number in range(3)))
        await world.settle()
        assert await announced_in(EAST, 3) == []
        assert await announced_in(HOME, 3) == [("shop", 1), ("shop", 2), ("shop", 3)]

        world.replicator.cut(HOME, EAST)
        await append(home, drafts.next(put("a", "left behind")))
        async with world.desk(EAST) as desk:
            moved = await desk.promote(await desk.survey("shop"), "ada", drafts.next().committed_at)
        drafts = Drafts("shop", moved.epoch)
        drafts.revision = moved.revision
        await append(east, drafts.next(put("b")))
        assert await announced_in(EAST, 5) == [("shop", 4), ("shop", 5)]

        world.replicator.mend()
        await world.settle()
        assert await announced_in(HOME, 6) == []
        functions[HOME].wait_for_log("shop.*commit_left_behind")
        assert await announced_in(EAST, 6) == []
    finally:
        await home.close()
        await east.close()
