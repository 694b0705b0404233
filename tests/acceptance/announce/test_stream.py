"""Real records of DynamoDB Streams, handed to the function for Lambda, and what arrives in a queue."""

import asyncio
import random
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

import pytest

from tests.acceptance.store.backends import new_tables
from tests.acceptance.store.drafts import Drafts, put
from tests.support.engines.dynamodb import Database, DynamoDB
from tests.support.engines.moto import Account
from tests.support.queues import Queues
from tests.support.server import PATIENCE
from tests.support.streams import stream_records
from vexil.core.access.system import SYSTEM_NAMESPACE
from vexil.core.errors import DataLoss
from vexil.core.resource import Commit, Revision
from vexil.server.announce import stream_handler
from vexil.server.announce.announcement import announcement_of
from vexil.server.stores.dynamodb import layout
from vexil.server.stores.dynamodb.consistency import Consistency
from vexil.server.stores.dynamodb.items import Item, keyed
from vexil.server.stores.dynamodb.place import DynamoDBPlace
from vexil.server.stores.dynamodb.store import DynamoDBStore
from vexil.server.stores.port import Store

Invoke = Callable[[Sequence[dict[str, Any]]], list[str]]
RecordsOf = Callable[[int], Awaitable[list[dict[str, Any]]]]


@pytest.fixture
def database(dynamodb: DynamoDB, account: Account, monkeypatch: pytest.MonkeyPatch) -> Database:
    """A database of the account whose queues are moto's."""
    database = Database(dynamodb.endpoint, account.region, account.access_key, account.secret_key)
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", database.endpoint)
    return database


@pytest.fixture
def place(request: pytest.FixtureRequest, database: Database) -> DynamoDBPlace:
    """Empty tables, of eventual consistency where a test does not say otherwise."""
    return new_tables(database, getattr(request, "param", Consistency.EVENTUAL))


@pytest.fixture
async def store(place: DynamoDBPlace) -> AsyncIterator[Store]:
    store = await DynamoDBStore.open(place, checkpoint_every=3)
    yield store
    await store.close()


@pytest.fixture
def queue(queues: Queues) -> str:
    return queues.queue("changes.fifo")


@pytest.fixture
def invoke(queue: str, monkeypatch: pytest.MonkeyPatch) -> Invoke:
    """Calls the function; the sequence numbers that it reports as failed."""
    monkeypatch.setenv("VEXIL_ANNOUNCE", f"sqs:{queue}")
    stream_handler._destination.cache_clear()
    stream_handler._table.cache_clear()

    def invoked(records: Sequence[dict[str, Any]]) -> list[str]:
        answer = stream_handler.handler({"Records": records}, None)
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    return invoked


@pytest.fixture
def records_of(database: Database, place: DynamoDBPlace) -> RecordsOf:
    """The table's stream, once it has so many commits; it lags a little."""

    async def records(commits: int) -> list[dict[str, Any]]:
        async with asyncio.timeout(PATIENCE):
            while True:
                found = await asyncio.to_thread(stream_records, database, place.table)
                if sum(map(is_commit, found)) >= commits:
                    return found

    return records


@contextmanager
def head_instead(database: Database, place: DynamoDBPlace, changes: Item | None) -> Iterator[None]:
    """The namespace's head with other attributes, None: without a head, while the block runs."""
    key = keyed(layout.head("shop", 1))
    with closing(database.client()) as client:
        head = client.get_item(TableName=place.table, Key=key)["Item"]
        client.delete_item(TableName=place.table, Key=key)
        if changes is not None:
            client.put_item(TableName=place.table, Item={**head, **changes})
        yield
        client.put_item(TableName=place.table, Item=head)


def sequence_of(records: Sequence[dict[str, Any]], commit: int) -> str:
    number: str = list(filter(is_commit, records))[commit]["dynamodb"]["SequenceNumber"]
    return number


async def written(store: Store, *commits: Commit) -> None:
    for commit in commits:
        await store.append(commit)


def is_commit(record: dict[str, Any]) -> bool:
    key: str = record["dynamodb"]["Keys"]["pk"]["S"]
    return record["eventName"] == "INSERT" and key.startswith("log#")


async def test_each_commit_is_announced_and_nothing_else(
    records_of: RecordsOf, store: Store, queues: Queues, queue: str, invoke: Invoke
) -> None:
    drafts = Drafts()
    commits = [drafts.next(put("a", str(number)), request_id=f"r{number}") for number in range(7)]
    await written(store, *commits)
    await store.compact("shop", Revision(4))
    records = await records_of(7)
    assert len(records) > 4 * len(commits), "heads, versions, requests, outbox, checkpoints"
    assert await asyncio.to_thread(invoke, records) == []
    messages = queues.receive_all(queue)
    assert [message.body for message in messages] == [announcement_of(commit).body for commit in commits]


@pytest.mark.parametrize("place", Consistency, indirect=True)
async def test_records_that_come_again_are_dropped_by_the_queue(
    records_of: RecordsOf, store: Store, queues: Queues, queue: str, invoke: Invoke
) -> None:
    drafts, other = Drafts(), Drafts("other")
    await written(store, drafts.next(put("a")), other.next(put("a")), drafts.next(put("b")))
    records = await records_of(3)
    for _ in range(2):
        assert await asyncio.to_thread(invoke, records) == []
    found = [(message.group, message.document["revision"]) for message in queues.receive_all(queue)]
    assert sorted(found) == [("other", 1), ("shop", 1), ("shop", 2)]
    assert [revision for group, revision in found if group == "shop"] == [1, 2]


async def test_names_of_keys_and_users_are_announced_to_nobody(
    records_of: RecordsOf, store: Store, queues: Queues, queue: str, invoke: Invoke
) -> None:
    permissions, drafts = Drafts(SYSTEM_NAMESPACE), Drafts()
    await written(store, permissions.next(put("a")), drafts.next(put("a")), permissions.next(put("b")))
    assert await asyncio.to_thread(invoke, await records_of(3)) == []
    assert [message.group for message in queues.receive_all(queue)] == ["shop"]


@pytest.mark.parametrize("place", Consistency, indirect=True)
async def test_commit_in_parts_is_announced_once(
    records_of: RecordsOf, store: Store, queues: Queues, queue: str, invoke: Invoke
) -> None:
    dice = random.Random(6)
    commit = Drafts().next(*(put(f"key-{number}", dice.randbytes(50_000).hex()) for number in range(16)))
    await written(store, commit)
    records = await records_of(1)
    parts = [each for each in records if each["dynamodb"]["Keys"]["pk"]["S"].startswith("parts#")]
    assert len(parts) > 1
    assert await asyncio.to_thread(invoke, records) == []
    [message] = queues.receive_all(queue)
    assert message.body == announcement_of(commit).body


async def test_failure_is_reported_where_it_begins(
    records_of: RecordsOf, store: Store, queues: Queues, queue: str, invoke: Invoke
) -> None:
    drafts = Drafts()
    await written(store, *(drafts.next(put("a", str(number))) for number in range(4)))
    records = await records_of(4)
    entries = [each for each in records if is_commit(each)]
    content = entries[2]["dynamodb"]["NewImage"].pop("content")
    failed = entries[2]["dynamodb"]["SequenceNumber"]
    assert await asyncio.to_thread(invoke, records) == [failed]
    entries[2]["dynamodb"]["NewImage"]["content"] = content
    again = [each for each in records if int(each["dynamodb"]["SequenceNumber"]) >= int(failed)]
    assert await asyncio.to_thread(invoke, again) == []
    assert [each.document["revision"] for each in queues.receive_all(queue)] == [1, 2, 3, 4]


async def test_missing_queue_fails_from_the_first_record_on(
    records_of: RecordsOf, store: Store, queues: Queues, queue: str, invoke: Invoke
) -> None:
    drafts = Drafts()
    await written(store, drafts.next(put("a")), drafts.next(put("b")))
    records = await records_of(2)
    queues.sqs.delete_queue(QueueUrl=queue)
    first = next(each for each in records if is_commit(each))
    assert await asyncio.to_thread(invoke, records) == [first["dynamodb"]["SequenceNumber"]]


async def test_only_the_home_announces(
    records_of: RecordsOf,
    store: Store,
    queues: Queues,
    queue: str,
    invoke: Invoke,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A server's region may be called otherwise than AWS calls it, and so a function's."""
    await written(store, Drafts().next(put("a")))
    records = await records_of(1)
    monkeypatch.setenv("VEXIL_REGION", "elsewhere")
    assert await asyncio.to_thread(invoke, records) == []
    assert queues.receive_all(queue) == []
    monkeypatch.delenv("VEXIL_REGION")
    assert await asyncio.to_thread(invoke, records) == []
    assert len(queues.receive_all(queue)) == 1


async def test_commit_waits_until_its_head_is_there(
    database: Database, place: DynamoDBPlace, records_of: RecordsOf, store: Store, invoke: Invoke
) -> None:
    """In a replica the entry may arrive first."""
    await written(store, Drafts().next(put("a")))
    records = await records_of(1)
    with head_instead(database, place, None):
        assert await asyncio.to_thread(invoke, records) == [sequence_of(records, 0)]
    assert await asyncio.to_thread(invoke, records) == []


async def test_commit_waits_until_it_counts(
    database: Database, place: DynamoDBPlace, records_of: RecordsOf, store: Store, invoke: Invoke
) -> None:
    """Without transactions the entry is there before the head says that it counts."""
    drafts = Drafts()
    await written(store, drafts.next(put("a")), drafts.next(put("a")))
    records = await records_of(2)
    shared: Item = {"home": {"S": ""}}
    with head_instead(database, place, {**shared, "revision": {"N": "1"}}):
        assert await asyncio.to_thread(invoke, records) == [sequence_of(records, 1)]
    with head_instead(database, place, shared):
        assert await asyncio.to_thread(invoke, records) == []


def test_stream_without_images_is_refused(invoke: Invoke) -> None:
    record = {
        "eventName": "INSERT",
        "eventSourceARN": "arn:aws:dynamodb:eu-central-1:123456789012:table/vexil/stream/x",
        "dynamodb": {"Keys": {"pk": {"S": "log#shop"}, "sk": {"S": "1#1"}}, "SequenceNumber": "1"},
    }
    with pytest.raises(DataLoss, match="NEW_AND_OLD_IMAGES"):
        invoke([record])


def test_function_loads_no_grpc() -> None:
    """A Lambda function's cold start is what it imports."""
    script = "import sys, vexil.server.announce.stream_handler; sys.exit('grpc' in sys.modules)"
    subprocess.run([sys.executable, "-c", script], check=True)
