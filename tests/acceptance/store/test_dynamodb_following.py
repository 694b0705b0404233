"""Following a log in DynamoDB: what it costs, and when the head has to be asked."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from tests.acceptance.store.backends import PATIENT, dynamodb_database, new_tables
from tests.acceptance.store.drafts import NAMESPACE, Drafts, put
from vexil.core.errors import OutOfRange
from vexil.core.resource import Revision
from vexil.server.stores.dynamodb.place import DynamoDBPlace

if TYPE_CHECKING:
    from vexil.server.stores.dynamodb.store import DynamoDBStore

NEVER = 3600.0


@dataclass
class Follower:
    """A store that does not look by itself, and the partitions that it asks for."""

    store: "DynamoDBStore"
    asked: list[str] = field(default_factory=list)

    async def read(self, after: int) -> list[int]:
        """The revisions above one."""
        self.asked.clear()
        return [commit.revision for commit in await self.store.read(NAMESPACE, Revision(after), 100)]


@pytest.fixture
def place(request: pytest.FixtureRequest) -> DynamoDBPlace:
    return new_tables(dynamodb_database(request))


@pytest.fixture
async def writer(place: DynamoDBPlace) -> "AsyncIterator[DynamoDBStore]":
    store = await opened(place)
    yield store
    await store.close()


@pytest.fixture
async def follower(place: DynamoDBPlace, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Follower]:
    made = Follower(await opened(place))
    table = made.store._table
    query = table.query

    async def counted(partition: str, *arguments: Any, **more: Any) -> Any:
        made.asked.append(partition)
        return await query(partition, *arguments, **more)

    monkeypatch.setattr(table, "query", counted)
    yield made
    await made.store.close()


async def opened(place: DynamoDBPlace) -> "DynamoDBStore":
    from vexil.server.stores.dynamodb.store import DynamoDBStore  # noqa: PLC0415 - takes time to import

    return await DynamoDBStore.open(place, limits=PATIENT, poll=(NEVER, NEVER))


async def test_what_follows_the_head_as_last_seen_is_one_query(
    writer: "DynamoDBStore", follower: Follower
) -> None:
    drafts = Drafts()
    await writer.append(drafts.next(put("a")))
    await follower.store.heads()
    for _ in range(3):
        await writer.append(drafts.next(put("a")))
    assert await follower.read(1) == [2, 3, 4]
    assert follower.asked == [f"log#{NAMESPACE}"]
    await writer.append(drafts.next(put("a")))
    assert await follower.read(4) == [5]
    assert follower.asked == [f"log#{NAMESPACE}"]


async def test_who_has_read_on_can_append_at_once(writer: "DynamoDBStore", follower: Follower) -> None:
    drafts = Drafts()
    await writer.append(drafts.next(put("a")))
    await follower.store.heads()
    await writer.append(drafts.next(put("a")))
    assert await follower.read(1) == [2]
    follower.asked.clear()
    await follower.store.append(drafts.next(put("a")))
    assert follower.asked == []


async def test_head_is_asked_where_the_log_does_not_go_on(
    writer: "DynamoDBStore", follower: Follower
) -> None:
    drafts = Drafts()
    await writer.append(drafts.next(put("a")))
    await follower.store.heads()
    assert await follower.read(1) == []
    assert "heads" in follower.asked
    for _ in range(3):
        await writer.append(drafts.next(put("a")))
    assert await follower.read(2) == [3, 4]
    assert "heads" in follower.asked


async def test_log_that_was_removed_meanwhile_is_told_as_compacted(place: DynamoDBPlace) -> None:
    from vexil.server.stores.dynamodb.store import DynamoDBStore  # noqa: PLC0415 - takes time to import

    drafts = Drafts()
    writer = await DynamoDBStore.open(place, limits=PATIENT, poll=(NEVER, NEVER), checkpoint_every=3)
    follower = await opened(place)
    await writer.append(drafts.next(put("a")))
    await follower.heads()
    for _ in range(2):
        await writer.append(drafts.next(put("a")))
    await writer._chores.done()
    await writer.compact(NAMESPACE, Revision(3))
    with pytest.raises(OutOfRange):
        await follower.read(NAMESPACE, Revision(1), 100)
    await writer.close()
    await follower.close()
