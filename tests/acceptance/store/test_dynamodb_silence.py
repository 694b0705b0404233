"""A DynamoDB whose answers come late, in pieces, or never: nobody waits for ever, nothing is done twice."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from tests.acceptance.store.backends import PATIENT, dynamodb_database, new_tables
from tests.acceptance.store.drafts import NAMESPACE, Drafts, put, setting
from tests.acceptance.store.writers import append_until_there
from tests.support.clock import START, ManualClock
from tests.support.engines.dynamodb import DynamoDB
from tests.support.unreliable_dynamodb import Fault, UnreliableDynamoDB, unreliable_dynamodb
from vexil.core.errors import Reason, Unavailable, VexilError
from vexil.core.resource import Commit, Revision
from vexil.server.stores.board import Notice
from vexil.server.stores.dynamodb.board import DynamoDBBoard
from vexil.server.stores.dynamodb.breaker import FAILURES
from vexil.server.stores.dynamodb.clients import Limits
from vexil.server.stores.dynamodb.place import DynamoDBPlace
from vexil.server.stores.dynamodb.store import DynamoDBStore

HASTY = Limits(connect_timeout=30, read_timeout=0.5, attempts=1, call_timeout=100)
"""One attempt, so that whatever happens to a call comes through boto3."""

STUBBORN = replace(HASTY, attempts=4)

IMPATIENT = replace(PATIENT, attempts=1, call_timeout=0.5)
"""Nobody waits for the whole of a call, though each piece of it comes in time."""

SILENCES = (Fault.IGNORED, Fault.SILENT, Fault.HALVED)


@dataclass
class Shop:
    """A store whose engine answers everything, and the way to the same tables through one that does not."""

    place: DynamoDBPlace
    engine: UnreliableDynamoDB
    store: DynamoDBStore

    async def open(self, limits: Limits) -> DynamoDBStore:
        # Opening is not what is tested: it has time.
        place = replace(self.place, endpoint=self.engine.endpoint)
        while True:
            try:
                return await DynamoDBStore.open(place, limits=limits, poll=(0.005, 0.05))
            except Unavailable:
                continue

    async def commits(self) -> list[Commit]:
        is_there = await self.store.head(NAMESPACE) is not None
        return list(await self.store.read(NAMESPACE, Revision(0), 1000)) if is_there else []


@pytest.fixture
def engine(dynamodb: DynamoDB) -> Iterator[UnreliableDynamoDB]:
    with unreliable_dynamodb(dynamodb.endpoint) as server:
        yield server


@pytest.fixture
async def shop(request: pytest.FixtureRequest, engine: UnreliableDynamoDB) -> AsyncIterator[Shop]:
    place = new_tables(dynamodb_database(request))
    store = await DynamoDBStore.open(place, limits=PATIENT)
    yield Shop(place, engine, store)
    assert await store.check() == []
    await store.close()


def require_plain(error: VexilError) -> None:
    """An error as callers may see it: Vexil's reason, and nothing of the driver's."""
    assert error.reason is Reason.STORE_UNAVAILABLE
    assert error.retry_after
    assert not [word for word in ("boto", "urllib3", "Exception", "127.0.0.1") if word in error.message]


@pytest.mark.parametrize("fault", SILENCES, ids=lambda fault: fault.name)
async def test_commit_without_an_answer_is_unknown_and_made_once(shop: Shop, fault: Fault) -> None:
    store = await shop.open(HASTY)
    shop.engine.plan("TransactWriteItems", fault)
    commit = Drafts().next(put("a"), request_id="r")
    with pytest.raises(Unavailable) as unknown:
        await store.append(commit)
    require_plain(unknown.value)
    assert await shop.commits() == ([] if fault is Fault.IGNORED else [commit])

    await append_until_there(store, "r")

    assert [each.request_id for each in await shop.commits()] == ["r"]
    shop.engine.heal()
    await store.close()


@pytest.mark.parametrize("fault", [*SILENCES, Fault.UNANSWERED], ids=lambda fault: fault.name)
async def test_commit_whose_answer_was_lost_is_acknowledged_by_the_next_attempt(
    shop: Shop, fault: Fault
) -> None:
    store = await shop.open(STUBBORN)
    shop.engine.plan("TransactWriteItems", fault)
    commit = Drafts().next(put("a"))
    await store.append(commit)
    assert await shop.commits() == [commit]
    assert shop.engine.calls["TransactWriteItems"] > 1
    shop.engine.heal()
    await store.close()


async def test_transaction_that_the_network_repeats_is_made_once(shop: Shop) -> None:
    store = await shop.open(PATIENT)
    shop.engine.always("TransactWriteItems", Fault.REPEATED)
    drafts = Drafts()
    commits = [drafts.next(put("a", str(each)), request_id=f"r{each}") for each in range(3)]
    for commit in commits:
        await store.append(commit)
    assert await shop.commits() == commits
    await store.close()


@pytest.mark.parametrize("fault", SILENCES, ids=lambda fault: fault.name)
async def test_read_without_an_answer_fails_in_time(shop: Shop, fault: Fault) -> None:
    drafts = Drafts()
    for each in range(3):
        await shop.store.append(drafts.next(put("a", str(each))))
    store = await shop.open(HASTY)
    calls: dict[str, Callable[[], Awaitable[object]]] = {
        "Query": lambda: store.read(NAMESPACE, Revision(0), 10),
        "BatchGetItem": lambda: store.versions(NAMESPACE, setting("a"), None, 10),
    }
    for operation, call in calls.items():
        shop.engine.always(operation, fault)
        with pytest.raises(Unavailable) as refusal:
            await call()
        require_plain(refusal.value)
        shop.engine.heal()
    await store.close()
    stubborn = await shop.open(STUBBORN)
    shop.engine.plan("Query", fault)
    shop.engine.plan("BatchGetItem", fault)
    assert len(await stubborn.versions(NAMESPACE, setting("a"), None, 10)) == 3
    shop.engine.heal()
    await stubborn.close()


@pytest.mark.parametrize("fault", SILENCES, ids=lambda fault: fault.name)
async def test_server_that_opens_before_silence_gives_up(shop: Shop, fault: Fault) -> None:
    place = replace(shop.place, endpoint=shop.engine.endpoint)
    for operation in ("DescribeTable", "GetItem"):
        shop.engine.always(operation, fault)
        with pytest.raises(Unavailable) as refusal:
            await DynamoDBStore.open(place, limits=HASTY)
        require_plain(refusal.value)
        shop.engine.heal()


async def test_answer_that_comes_byte_by_byte_is_not_waited_for(shop: Shop) -> None:
    drafts = Drafts()
    await shop.store.append(drafts.next(put("a")))
    store = await shop.open(IMPATIENT)
    shop.engine.always("*", Fault.TRICKLING)
    lost = drafts.next(put("b"), request_id="b")
    for call in (store.read(NAMESPACE, Revision(0), 10), store.append(lost)):
        with pytest.raises(Unavailable) as refusal:
            await call
        require_plain(refusal.value)
    shop.engine.heal()
    await append_until_there(store, "b")
    assert [each.revision for each in await shop.commits()] == [1, 2]
    await store.close()


async def test_circuit_opens_in_silence_and_closes_after_it(shop: Shop) -> None:
    await shop.store.append(Drafts().next(put("a")))
    store = await shop.open(HASTY)
    shop.engine.always("*", Fault.IGNORED)
    refusals: list[Unavailable] = []
    # Once nobody is asked any more, nothing is said about how they did not answer.
    while not refusals or refusals[-1].metadata:
        with pytest.raises(Unavailable) as refusal:
            await store.read(NAMESPACE, Revision(0), 10)
        refusals.append(refusal.value)
    assert 1 < len(refusals) <= FAILURES + 1
    assert refusals[0].metadata == {"problem": "UNREACHABLE"}
    shop.engine.heal()
    async with asyncio.timeout(60):
        await append_until_there(store, "later")
    assert len(await shop.commits()) == 2
    await store.close()


async def test_what_dynamodb_hands_back_unprocessed_is_done_in_the_end(shop: Shop) -> None:
    drafts = Drafts()
    many = drafts.next(*(put(f"k{each}") for each in range(150)))
    store = await shop.open(PATIENT)
    shop.engine.always("BatchWriteItem", Fault.PARTIAL)
    shop.engine.always("BatchGetItem", Fault.PARTIAL)
    await store.append(many)
    for each in range(5):
        await store.append(drafts.next(put("k1", str(each))))
    assert len(await store.versions(NAMESPACE, setting("k1"), None, 10)) == 6
    assert await store.check() == []
    assert shop.engine.happened[Fault.PARTIAL] > 10
    await store.close()


async def test_what_dynamodb_never_processes_is_throttling(shop: Shop) -> None:
    drafts = Drafts()
    for each in range(3):
        await shop.store.append(drafts.next(put("a", str(each))))
    store = await shop.open(PATIENT)
    shop.engine.always("BatchGetItem", Fault.UNPROCESSED)
    with pytest.raises(Unavailable) as refusal:
        await store.versions(NAMESPACE, setting("a"), None, 10)
    require_plain(refusal.value)
    assert "throttled" in refusal.value.message
    await store.close()


async def test_post_that_was_done_in_part_is_made_whole_by_the_next(shop: Shop) -> None:
    clock = ManualClock()
    board = DynamoDBBoard(replace(shop.place, endpoint=shop.engine.endpoint), clock.clock)
    notices = [Notice("a", f"{author:03}", b"here", START + timedelta(seconds=60)) for author in range(60)]
    shop.engine.plan("BatchWriteItem", Fault.PARTIAL, *[Fault.UNPROCESSED] * 100)
    with pytest.raises(Unavailable) as refusal:
        await board.post(notices)
    require_plain(refusal.value)
    shop.engine.heal()
    assert 0 < len(await board.notices("a")) < len(notices)
    await board.post(notices)
    assert await board.notices("a") == notices
    await board.close()
