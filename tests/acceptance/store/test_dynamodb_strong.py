"""The store in DynamoDB where regions agree on one order of writes, and there are no transactions."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from typing import Any

import pytest

from tests.acceptance.store.backends import PATIENT, agreeing_regions, dynamodb_database
from tests.acceptance.store.drafts import NAMESPACE, Drafts, put, setting
from tests.acceptance.store.model import Model, same_image
from tests.acceptance.store.writers import append_until_there
from tests.support.unreliable_dynamodb import BREAKS, Fault, unreliable_dynamodb
from vexil.core.errors import Unavailable
from vexil.core.resource import Commit, Revision
from vexil.server.stores.dynamodb import layout
from vexil.server.stores.dynamodb.heads import require_head
from vexil.server.stores.dynamodb.place import DynamoDBPlace
from vexil.server.stores.dynamodb.settling import Settler
from vexil.server.stores.dynamodb.store import DynamoDBStore
from vexil.server.stores.dynamodb.strong import appending
from vexil.server.stores.dynamodb.strong.stragglers import PATIENCE, Stragglers
from vexil.server.stores.dynamodb.table import Table
from vexil.server.stores.port import HeadMoved

COMMITS = 40  # of each of two writers
FEWER = 10
FEW_ATTEMPTS = replace(PATIENT, attempts=2)
"""So that faults come through boto3, to the store and its callers."""


@dataclass
class Regions:
    """One store in each of two regions, and where their tables are."""

    places: tuple[DynamoDBPlace, DynamoDBPlace]
    here: DynamoDBStore
    there: DynamoDBStore

    def items(self, partition: str) -> list[dict[str, Any]]:
        return items(self.places[0], partition)


def items(place: DynamoDBPlace, partition: str) -> list[dict[str, Any]]:
    """What is in the table, as seen from outside."""
    with closing(place.session().client("dynamodb")) as client:
        answer = client.query(
            TableName=place.table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": partition}},
        )
        return [dict(item) for item in answer["Items"]]


async def opened(place: DynamoDBPlace, checkpoint_every: int = 10**9) -> DynamoDBStore:
    return await DynamoDBStore.open(
        place, limits=PATIENT, poll=(0.005, 0.05), checkpoint_every=checkpoint_every
    )


@pytest.fixture
async def regions(request: pytest.FixtureRequest) -> AsyncIterator[Regions]:
    places = agreeing_regions(request, dynamodb_database(request), share=0.05)()
    here, there = [await opened(place) for place in places]
    yield Regions(places, here, there)
    await here.close()
    await there.close()


async def background(store: DynamoDBStore) -> None:
    """Waits until the store has written what follows a commit by itself."""
    await store._chores.done()


class Died(Exception):
    """The process ends here."""


class Dying(Table):
    """A table whose process ends before it changes a head."""

    async def act(self, action: Mapping[str, Mapping[str, Any]]) -> bool:
        if "Update" in action:
            raise Died
        return await super().act(action)


async def die(store: DynamoDBStore, commit: Commit) -> None:
    """Puts the commit's entry, and ends there."""
    await background(store)
    table = Dying(store._table.connection, store._table.name)
    head = await require_head(table, commit.namespace)
    with pytest.raises(Died):
        await appending.append(table, Settler(table), head, commit)


async def append_until_done(store: DynamoDBStore, writer: str) -> None:
    for number in range(COMMITS):
        request_id = f"{writer}-{number}"
        while await store.find_request(NAMESPACE, request_id) is None:
            drafts = Drafts()
            head = await store.head(NAMESPACE)
            drafts.revision = Revision(0) if head is None else head.revision
            with suppress(HeadMoved):
                await store.append(drafts.next(put(request_id), request_id=request_id, author=writer))


@pytest.mark.timeout(600)
async def test_two_regions_race_without_gap_or_duplicate(regions: Regions) -> None:
    await asyncio.gather(append_until_done(regions.here, "a"), append_until_done(regions.there, "b"))
    for store in (regions.here, regions.there):
        commits = await store.read(NAMESPACE, Revision(0), 1000)
        assert [commit.revision for commit in commits] == list(range(1, 2 * COMMITS + 1))
        assert len({commit.request_id for commit in commits}) == 2 * COMMITS
        assert await store.check() == []


async def write_whatever_fails(store: DynamoDBStore, writer: str) -> None:
    for number in range(FEWER):
        await append_until_there(store, f"{writer}-{number}")


@pytest.mark.timeout(600)
async def test_nothing_is_lost_or_doubled_whatever_fails_on_the_way_to_one_region(regions: Regions) -> None:
    """Answers get lost after a call was made, too: an entry may turn out to be one's own."""
    place, _ = regions.places
    with unreliable_dynamodb(str(place.endpoint)) as engine:
        one = await DynamoDBStore.open(replace(place, endpoint=engine.endpoint), limits=FEW_ATTEMPTS)
        engine.share = 0.25
        await asyncio.gather(write_whatever_fails(one, "a"), write_whatever_fails(regions.there, "b"))
        engine.heal()
        assert set(engine.happened) == set(BREAKS)
        commits = await one.read(NAMESPACE, Revision(0), 1000)
        assert [commit.revision for commit in commits] == list(range(1, 2 * FEWER + 1))
        assert len({commit.request_id for commit in commits}) == 2 * FEWER
        await background(one)
        assert await one.check() == []
        await one.close()


@pytest.mark.parametrize("fault", [Fault.FAILED, Fault.LOST, Fault.UNANSWERED])
@pytest.mark.parametrize("operation", ["GetItem", "PutItem", "UpdateItem", "BatchWriteItem"])
async def test_writer_that_loses_touch_at_any_call_leaves_no_half_of_a_commit(
    request: pytest.FixtureRequest, operation: str, fault: Fault
) -> None:
    """Its client repeats the request in the other region."""
    places = agreeing_regions(request, dynamodb_database(request), share=0.0)()
    there = await opened(places[1])
    with unreliable_dynamodb(str(places[0].endpoint)) as engine:
        here = await DynamoDBStore.open(
            replace(places[0], endpoint=engine.endpoint), limits=replace(PATIENT, attempts=1)
        )
        drafts = Drafts()
        await here.append(drafts.next(put("a")))
        await background(here)
        commit, is_acknowledged = drafts.next(put("a"), request_id="r"), True
        engine.plan(operation, fault)
        try:
            await here.append(commit)
        except Unavailable:
            is_acknowledged = False
        await background(here)
        while await there.find_request(NAMESPACE, "r") is None:
            with suppress(HeadMoved):
                await there.append(replace(commit, author="the other region"))
        await background(there)
        assert engine.happened == {fault: 1}

        commits = await there.read(NAMESPACE, Revision(0), 10)
        assert [made.revision for made in commits] == [1, 2]
        assert commits[1] == commit or not is_acknowledged
        assert await here.read(NAMESPACE, Revision(0), 10) == commits
        assert [item["revision"]["N"] for item in items(places[1], layout.OUTBOX)] == ["1", "2"]
        assert await there.check() == []
        await here.close()
    await there.close()


async def test_commit_costs_six_writes_and_a_read(request: pytest.FixtureRequest) -> None:
    """What docs/regions.md reckons with: the batch holds the version and the outbox's entry."""
    place, _ = agreeing_regions(request, dynamodb_database(request), share=0.0)()
    with unreliable_dynamodb(str(place.endpoint)) as engine:
        store = await opened(replace(place, endpoint=engine.endpoint))
        drafts = Drafts()
        await store.append(drafts.next(put("a"), request_id="r1"))
        await background(store)
        engine.calls.clear()
        await store.append(drafts.next(put("a"), request_id="r2"))
        assert (engine.calls["PutItem"], engine.calls["UpdateItem"], engine.calls["GetItem"]) == (1, 1, 1)
        await background(store)
        assert engine.calls == {"GetItem": 1, "PutItem": 2, "UpdateItem": 2, "BatchWriteItem": 1}
        await store.close()


async def test_what_others_have_announced_is_not_put_into_the_outbox_again(regions: Regions) -> None:
    """The other region knows the head from when its newest commit was just made."""
    drafts = Drafts()
    await regions.here.append(drafts.next(put("a")))
    await background(regions.here)
    head = await require_head(regions.here._table, NAMESPACE)
    regions.there._heads._known[NAMESPACE] = replace(head, unsettled=frozenset({Revision(1)}))
    await regions.here._table.delete_many(layout.key_of(item) for item in regions.items(layout.OUTBOX))
    await regions.there.append(drafts.next(put("a")))
    await background(regions.there)
    assert [item["revision"]["N"] for item in regions.items(layout.OUTBOX)] == ["2"]


async def test_namespace_made_in_both_regions_at_once_is_one(regions: Regions) -> None:
    assert regions.here.first_epoch == regions.there.first_epoch
    results = await asyncio.gather(
        regions.here.append(Drafts().next(put("a"))),
        regions.there.append(Drafts().next(put("b"))),
        return_exceptions=True,
    )
    assert sorted(type(result).__name__ for result in results) == ["Commit", "HeadMoved"]
    assert [head.revision for head in await regions.here.heads()] == [1]


async def test_commit_of_a_dead_writer_is_nothing_until_the_next_one_finishes_it(regions: Regions) -> None:
    drafts, model = Drafts(), Model(NAMESPACE)
    model.commits.append(drafts.next(put("a")))
    await regions.here.append(model.commits[0])
    lost = drafts.next(put("a", "lost"), request_id="r")
    await die(regions.here, lost)
    assert await regions.there.read(NAMESPACE, Revision(0), 10) == model.commits
    assert await regions.there.find_request(NAMESPACE, "r") is None

    with pytest.raises(HeadMoved):
        await regions.there.append(replace(lost, author="somebody else", request_id="other"))

    model.commits.append(lost)
    assert await regions.here.read(NAMESPACE, Revision(0), 10) == model.commits
    assert await regions.here.find_request(NAMESPACE, "r") == lost
    assert await regions.here.versions(NAMESPACE, setting("a"), None, 9) == model.versions(setting("a"))
    with pytest.raises(HeadMoved, match="'r'"):
        await regions.there.append(drafts.next(put("a"), request_id="r"))


async def test_writer_that_comes_too_late_changes_nothing(regions: Regions) -> None:
    """Its revision was compacted, so that the key of its entry is free again."""
    here = await opened(regions.places[0], checkpoint_every=3)
    drafts, model = Drafts(), Model(NAMESPACE)

    async def write(count: int) -> None:
        for number in range(count):
            commit = drafts.next(put("often", f"{number}"))
            model.commits.append(commit)
            await here.append(commit)

    model.commits.append(drafts.next(put("seldom")))
    await here.append(model.commits[0])
    late, old = Drafts(), await require_head(here._table, NAMESPACE)
    late.newest, late.revision = dict(drafts.newest), drafts.revision
    await write(5)
    await background(here)
    await here.compact(NAMESPACE, Revision(6))

    with pytest.raises(Unavailable):
        await appending.append(here._table, Settler(here._table), old, late.next(put("seldom", "late")))

    assert [item["revision"]["N"] for item in regions.items(f"log#{NAMESPACE}")] == ["2"]
    await write(3)
    await background(here)
    await here.compact(NAMESPACE, Revision(9))
    model.compacted = Revision(9)
    assert regions.items(f"log#{NAMESPACE}") == []
    assert same_image(await regions.there.load(NAMESPACE), model.image(9))
    for key in ("seldom", "often"):
        found = await regions.there.versions(NAMESPACE, setting(key), None, 9)
        assert found == model.versions(setting(key))
    assert await here.check() == []
    await here.close()


async def test_outbox_does_not_grow_for_ever_where_nobody_announces(regions: Regions) -> None:
    here = await opened(regions.places[0], checkpoint_every=3)
    drafts = Drafts()
    for _ in range(6):
        await here.append(drafts.next(put("a")))
    await background(here)
    await here.compact(NAMESPACE, Revision(6))
    assert [item["revision"]["N"] for item in regions.items(layout.OUTBOX)] == ["6"]
    await here.close()


async def test_what_a_dead_writer_left_out_is_made_up_for_unasked(regions: Regions) -> None:
    now = 0.0
    stragglers = Stragglers(lambda: now)
    drafts = Drafts()
    await regions.here.append(drafts.next(put("a")))
    head = replace(await require_head(regions.here._table, NAMESPACE), unsettled=frozenset({Revision(1)}))
    assert not stragglers.left(head)
    now = PATIENCE[1]
    assert not stragglers.left(replace(head, unsettled=frozenset({Revision(2)})))
    assert not stragglers.left(head)
    now = 2 * PATIENCE[1]
    assert stragglers.left(head)
    assert not stragglers.left(replace(head, unsettled=frozenset()))
