"""What the store in DynamoDB does besides what every store does."""

import random
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.acceptance.store.backends import PATIENT, dynamodb_database, new_tables
from tests.acceptance.store.drafts import NAMESPACE, Drafts, put, setting
from tests.acceptance.store.model import Model, same_image
from vexil.core.errors import DataLoss, LimitExceeded, Reason
from vexil.core.resource import Commit, Revision
from vexil.server.stores.dynamodb.place import DynamoDBPlace
from vexil.server.stores.port import HeadMoved

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from vexil.server.stores.dynamodb.store import DynamoDBStore

SOME = 12
MANY = 150
"""Changes; more than a transaction takes."""


@dataclass
class Tables:
    """A store, its table, and a look into that from outside."""

    place: DynamoDBPlace
    store: "DynamoDBStore"
    client: "DynamoDBClient"

    def items(self, partition: str) -> list[dict[str, Any]]:
        answer = self.client.query(
            TableName=self.place.table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": partition}},
        )
        return [dict(item) for item in answer["Items"]]

    def put(self, item: dict[str, Any]) -> None:
        self.client.put_item(TableName=self.place.table, Item=item)

    def delete(self, item: dict[str, Any]) -> None:
        key = {"pk": item["pk"], "sk": item["sk"]}
        self.client.delete_item(TableName=self.place.table, Key=key)


async def opened(place: DynamoDBPlace, checkpoint_every: int = 10**9) -> "DynamoDBStore":
    from vexil.server.stores.dynamodb.store import DynamoDBStore  # noqa: PLC0415 - takes time to import

    return await DynamoDBStore.open(
        place, limits=PATIENT, poll=(0.005, 0.05), checkpoint_every=checkpoint_every
    )


@pytest.fixture
def place(request: pytest.FixtureRequest) -> DynamoDBPlace:
    return new_tables(dynamodb_database(request))


@pytest.fixture
def client(place: DynamoDBPlace) -> "Iterator[DynamoDBClient]":
    with closing(place.session().client("dynamodb")) as made:
        yield made


@pytest.fixture
async def tables(place: DynamoDBPlace, client: "DynamoDBClient") -> AsyncIterator[Tables]:
    store = await opened(place)
    yield Tables(place, store, client)
    await store.close()


def noise(seed: int, length: int) -> str:
    """Text that does not get smaller when it is compressed, or not by much."""
    return "".join(random.Random(seed).choices("abcdefghijklmnopqrstuvwxyz0123456789", k=length))


def large(drafts: Drafts, request_id: str = "") -> Commit:
    """A commit of several parts."""
    return drafts.next(*(put(f"k{each}", noise(each, 6000)) for each in range(MANY)), request_id=request_id)


async def append(store: "DynamoDBStore", model: Model, *commits: Commit) -> None:
    for commit in commits:
        await store.append(commit)
        model.commits.append(commit)


async def background(store: "DynamoDBStore") -> None:
    """Waits until the store has written what follows a commit by itself."""
    await store._chores.done()


async def test_large_commit_comes_in_parts_and_reads_as_one(tables: Tables) -> None:
    drafts, model = Drafts(), Model(NAMESPACE)
    commits = drafts.next(put("k1")), large(drafts, "r"), drafts.next(put("k2"))
    await append(tables.store, model, *commits)
    assert len(tables.items(f"parts#{NAMESPACE}")) > 1
    assert await tables.store.read(NAMESPACE, Revision(0), 10) == model.commits
    assert await tables.store.find_request(NAMESPACE, "r") == model.commits[1]
    assert same_image(await tables.store.load(NAMESPACE), model.image(3))
    for key in ("k1", "k2", f"k{MANY - 1}"):
        assert await tables.store.versions(NAMESPACE, setting(key), None, 9) == model.versions(setting(key))
    touched = await tables.store.load_touched(NAMESPACE, Revision(2), Revision(3))
    assert same_image(touched, model.touched(2, 3))
    await background(tables.store)
    assert not any("unsettled" in item for item in tables.items("heads"))
    assert await tables.store.check() == []


async def test_versions_that_a_dead_writer_left_out_are_made_up_for(tables: Tables) -> None:
    drafts, model = Drafts(), Model(NAMESPACE)
    await append(tables.store, model, large(drafts))
    await background(tables.store)
    for key in ("k1", "k2"):
        (item,) = tables.items(f"version#{NAMESPACE}#4#{key}")
        tables.delete(item)
    (head,) = tables.items("heads")
    tables.put({**head, "unsettled": {"NS": ["1"]}})
    other = await opened(tables.place)
    for key in ("k1", "k2"):
        assert await other.versions(NAMESPACE, setting(key), None, 9) == model.versions(setting(key))
    assert await other.check() == []
    await other.close()


async def test_parts_without_their_entry_are_nothing(tables: Tables) -> None:
    drafts, model = Drafts(), Model(NAMESPACE)
    await append(tables.store, model, drafts.next(put("a")))
    rival = large(Drafts())
    with pytest.raises(HeadMoved):
        await tables.store.append(rival)
    late = replace(large(drafts), epoch=7)
    with pytest.raises(HeadMoved):
        await tables.store.append(late)
    assert await tables.store.read(NAMESPACE, Revision(0), 10) == model.commits
    assert await tables.store.check() == []


async def test_resource_that_is_too_large_is_refused_with_its_size(tables: Tables) -> None:
    commit = Drafts().next(put("fits", "x"), put("huge", noise(1, 330_000)))
    with pytest.raises(LimitExceeded) as refusal:
        await tables.store.append(commit)
    assert refusal.value.reason is Reason.LIMIT_EXCEEDED
    assert refusal.value.metadata["key"] == "huge"
    assert await tables.store.heads() == []


async def test_checkpoint_saves_reading_the_log_from_its_start(place: DynamoDBPlace, client: Any) -> None:
    store = await opened(place, checkpoint_every=5)
    tables, drafts, model = Tables(place, store, client), Drafts(), Model(NAMESPACE)
    for number in range(SOME):
        await append(store, model, drafts.next(put(f"k{number % 4}", str(number)), request_id=f"r{number}"))
    await background(store)
    assert [item["complete"] for item in tables.items(f"checkpoints#{NAMESPACE}")] == [{"BOOL": True}] * 2
    await store.compact(NAMESPACE, Revision(11))
    model.compacted = Revision(11)
    kept = [item["revision"]["N"] for item in tables.items(f"log#{NAMESPACE}")]
    assert kept == ["11", "12"]
    assert len(tables.items(f"checkpoints#{NAMESPACE}")) == 1
    assert tables.items(f"request#{NAMESPACE}#r1") == []
    assert len(tables.items(f"version#{NAMESPACE}#4#k0")) == 1
    for revision in (11, 12):
        assert same_image(await store.load(NAMESPACE, Revision(revision)), model.image(revision))
    for each in range(4):
        id = setting(f"k{each}")
        assert await store.versions(NAMESPACE, id, None, 9) == model.versions(id)
    assert await store.check() == []
    await store.close()


async def test_entries_of_a_lost_epoch_do_not_count(tables: Tables) -> None:
    """Another region, which believed to be home, wrote at revision 2; its entry came here later."""
    drafts, model = Drafts(epoch=2), Model(NAMESPACE)
    await append(tables.store, model, *(drafts.next(put("a", str(each))) for each in range(3)))
    second = tables.items(f"log#{NAMESPACE}")[1]
    stray = {**second, "sk": {"S": second["sk"]["S"][:-1] + "1"}, "epoch": {"N": "1"}}
    tables.put(stray)
    assert await tables.store.read(NAMESPACE, Revision(0), 10) == model.commits
    assert same_image(await tables.store.load(NAMESPACE), model.image(3))


@pytest.mark.parametrize("partition", ["heads", f"log#{NAMESPACE}", f"version#{NAMESPACE}#4#a"])
@pytest.mark.parametrize("attribute", ["digest", "content", "revision"])
async def test_item_edited_by_hand_is_found(tables: Tables, partition: str, attribute: str) -> None:
    drafts = Drafts()
    for number in range(3):
        await tables.store.append(drafts.next(put("a", str(number)), put("b")))
    item = tables.items(partition)[-1]
    if attribute not in item:
        pytest.skip("has no such attribute")
    value = item[attribute]
    edited = {"N": "2"} if "N" in value else {"B": value["B"][:-1] + bytes([value["B"][-1] ^ 1])}
    tables.put({**item, attribute: edited})
    assert await tables.store.check() != []
    if not partition.startswith("version"):
        with pytest.raises(DataLoss) as refusal:
            await tables.store.load(NAMESPACE)
        assert refusal.value.reason is Reason.STORE_CORRUPT


async def test_missing_entry_is_damage(tables: Tables) -> None:
    drafts = Drafts()
    for _ in range(3):
        await tables.store.append(drafts.next(put("a")))
    tables.delete(tables.items(f"log#{NAMESPACE}")[1])
    for call in (tables.store.load(NAMESPACE), tables.store.read(NAMESPACE, Revision(0), 9)):
        with pytest.raises(DataLoss):
            await call
    assert "commit 2 of 'shop' is missing" in (await tables.store.check())[0]


@pytest.mark.parametrize(
    ("edit", "text"),
    [
        ({"digest": {"B": b"another"}}, "names another commit"),
        ({"revision": {"N": "2"}}, "is back at 2, after 3"),
        (None, "is missing"),
    ],
)
async def test_nothing_is_appended_to_a_head_that_was_edited_by_hand(
    tables: Tables, edit: dict[str, Any] | None, text: str
) -> None:
    drafts = Drafts()
    for _ in range(3):
        await tables.store.append(drafts.next(put("a")))
    (head,) = tables.items("heads")
    if edit is None:
        tables.delete(head)
    else:
        tables.put({**head, **edit})
    with pytest.raises(DataLoss, match=text) as refusal:
        await tables.store.append(drafts.next(put("a")))
    assert refusal.value.reason is Reason.STORE_CORRUPT
    assert len(tables.items(f"log#{NAMESPACE}")) == 3
