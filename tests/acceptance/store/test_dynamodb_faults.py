"""A DynamoDB that throttles, fails and drops connections: nothing is lost, and all goes on by itself."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.acceptance.store.backends import PATIENT, dynamodb_database, new_tables
from tests.acceptance.store.drafts import NAMESPACE, Drafts, put
from tests.acceptance.store.writers import append_until_there
from tests.support.engines.dynamodb import DynamoDB
from tests.support.unreliable_dynamodb import BREAKS, Fault, UnreliableDynamoDB, unreliable_dynamodb
from vexil.core.errors import Reason, Unavailable
from vexil.core.resource import Revision
from vexil.server.stores.dynamodb.breaker import FAILURES
from vexil.server.stores.dynamodb.place import DynamoDBPlace
from vexil.server.stores.dynamodb.store import DynamoDBStore

COMMITS = 8  # of each of two writers
ONE_ATTEMPT = replace(PATIENT, attempts=1)
"""So that every fault comes through boto3, to the store and its callers."""


@pytest.fixture
def engine(dynamodb: DynamoDB) -> Iterator[UnreliableDynamoDB]:
    with unreliable_dynamodb(dynamodb.endpoint) as server:
        yield server


@pytest.fixture
def place(request: pytest.FixtureRequest, engine: UnreliableDynamoDB) -> DynamoDBPlace:
    return replace(new_tables(dynamodb_database(request)), endpoint=engine.endpoint)


async def write(store: DynamoDBStore, writer: str) -> set[Reason]:
    """Appends this many commits; why they were refused meanwhile."""
    reasons: set[Reason] = set()
    for number in range(COMMITS):
        reasons |= await append_until_there(store, f"{writer}-{number}")
    return reasons


@pytest.mark.timeout(600)
async def test_nothing_is_lost_or_doubled_whatever_fails(
    place: DynamoDBPlace, engine: UnreliableDynamoDB
) -> None:
    one, other = [await DynamoDBStore.open(place, limits=ONE_ATTEMPT) for _ in range(2)]
    engine.share = 0.25
    reasons = await asyncio.gather(write(one, "a"), write(other, "b"))
    engine.share = 0.0
    assert set(engine.happened) == set(BREAKS)
    assert set().union(*reasons) <= {Reason.STORE_UNAVAILABLE}
    commits = await one.read(NAMESPACE, Revision(0), 1000)
    assert [commit.revision for commit in commits] == list(range(1, 2 * COMMITS + 1))
    assert len({commit.request_id for commit in commits}) == 2 * COMMITS
    assert await one.check() == []
    await one.close()
    await other.close()


async def test_nobody_waits_while_nothing_answers_and_it_goes_on_when_something_does(
    place: DynamoDBPlace, engine: UnreliableDynamoDB
) -> None:
    store = await DynamoDBStore.open(place, limits=ONE_ATTEMPT)
    await store.append(Drafts().next(put("a")))
    engine.faults, engine.share = (Fault.FAILED,), 1.0
    happened = -1
    while happened < engine.happened.total():
        happened = engine.happened.total()
        with pytest.raises(Unavailable) as refusal:
            await store.read(NAMESPACE, Revision(0), 10)
        assert refusal.value.reason is Reason.STORE_UNAVAILABLE
    # A read may be two calls at once, of which the first failure is the read's.
    assert FAILURES <= happened <= 2 * FAILURES
    engine.share = 0.0
    async with asyncio.timeout(60):
        await write(store, "later")
    assert len(await store.read(NAMESPACE, Revision(0), 100)) == 1 + COMMITS
    await store.close()
