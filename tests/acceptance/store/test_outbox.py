"""The outbox's promises, for every implementation."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.acceptance.store.backends import agreeing_regions, dynamodb_database, new_tables
from tests.acceptance.store.drafts import Drafts, put
from tests.support.clock import ManualClock
from vexil.core.errors import Reason, Unavailable
from vexil.core.resource import Commit, Revision
from vexil.server.clock import Clock
from vexil.server.stores.dynamodb.outbox import DynamoDBOutbox
from vexil.server.stores.dynamodb.place import DynamoDBPlace
from vexil.server.stores.dynamodb.store import DynamoDBStore
from vexil.server.stores.log_outbox import LogOutbox
from vexil.server.stores.memory import MemoryStore
from vexil.server.stores.memory_marks import MemoryMarks
from vexil.server.stores.outbox import Backlog, Outbox
from vexil.server.stores.port import Store
from vexil.server.stores.sqlite import SqliteMarks, SqliteStore


@dataclass(frozen=True)
class Place:
    """A store, and its outbox as two processes see it."""

    store: Store
    outbox: Outbox
    other: Outbox


async def in_memory(clock: Clock, stack: AsyncExitStack) -> Place:
    store, marks = MemoryStore(), MemoryMarks(clock)
    stack.push_async_callback(store.close)
    return Place(store, LogOutbox(store, marks), LogOutbox(store, marks))


async def in_sqlite(path: Path, clock: Clock, stack: AsyncExitStack) -> Place:
    file = path / "vexil.db"
    store = await SqliteStore.open(file)
    stack.push_async_callback(store.close)
    outboxes = [LogOutbox(store, SqliteMarks(file, clock)) for _ in range(2)]
    for outbox in outboxes:
        stack.push_async_callback(outbox.close)
    return Place(store, *outboxes)


async def in_dynamodb(
    place: DynamoDBPlace, other: DynamoDBPlace, clock: Clock, stack: AsyncExitStack
) -> Place:
    store = await DynamoDBStore.open(place)
    stack.push_async_callback(store.close)
    outboxes = [await DynamoDBOutbox.open(store, each, clock) for each in (place, other)]
    for outbox in outboxes:
        stack.push_async_callback(outbox.close)
    return Place(store, *outboxes)


OUTBOXES = ("memory", "sqlite", "dynamodb", "dynamodb-strong")


@pytest.fixture
def time() -> ManualClock:
    return ManualClock()


@pytest.fixture(params=OUTBOXES)
async def place(request: pytest.FixtureRequest, tmp_path: Path, time: ManualClock) -> AsyncIterator[Place]:
    async with AsyncExitStack() as stack:
        match request.param:
            case "memory":
                yield await in_memory(time.clock, stack)
            case "sqlite":
                yield await in_sqlite(tmp_path, time.clock, stack)
            case "dynamodb":
                tables = new_tables(dynamodb_database(request))
                yield await in_dynamodb(tables, tables, time.clock, stack)
            case "dynamodb-strong":
                places = agreeing_regions(request, dynamodb_database(request))()
                yield await in_dynamodb(*places, time.clock, stack)


async def written(store: Store, count: int, namespace: str = "shop") -> list[Commit]:
    """So many commits in a new namespace."""
    drafts = Drafts(namespace)
    commits = [drafts.next(put(f"key-{number}")) for number in range(count)]
    for commit in commits:
        await store.append(commit)
    return commits


async def test_empty_store_has_nothing_to_announce(place: Place) -> None:
    assert await place.outbox.backlogs() == []
    assert await place.outbox.pending("shop", 10) == []


async def test_commits_wait_in_order_until_they_are_marked(place: Place) -> None:
    commits = await written(place.store, 5)
    assert await place.outbox.backlogs() == [Backlog("shop", Revision(1), Revision(5))]
    assert await place.outbox.pending("shop", 3) == commits[:3]
    assert await place.outbox.pending("shop", 3) == commits[:3]
    await place.outbox.mark("shop", Revision(3))
    assert await place.outbox.backlogs() == [Backlog("shop", Revision(4), Revision(5))]
    assert await place.outbox.pending("shop", 3) == commits[3:]
    await place.outbox.mark("shop", Revision(5))
    assert await place.outbox.backlogs() == []
    assert await place.outbox.pending("shop", 3) == []


async def test_commit_with_all_that_it_says_comes_back(place: Place) -> None:
    commit = Drafts().next(
        put("a"), put("b"), author="ada", message="why", labels={"ticket": "7"}, request_id="r-1"
    )
    await place.store.append(commit)
    [pending] = await place.outbox.pending("shop", 10)
    assert pending == commit


async def test_namespaces_wait_for_themselves_by_name(place: Place) -> None:
    for namespace in ("b", "a", "c"):
        await written(place.store, 2, namespace)
    await place.outbox.mark("b", Revision(1))
    await place.outbox.mark("c", Revision(2))
    assert await place.outbox.backlogs() == [
        Backlog("a", Revision(1), Revision(2)),
        Backlog("b", Revision(2), Revision(2)),
    ]


async def test_marking_again_or_lower_changes_nothing(place: Place) -> None:
    commits = await written(place.store, 4)
    for revision in (3, 3, 1):
        await place.outbox.mark("shop", Revision(revision))
    assert await place.outbox.pending("shop", 10) == commits[3:]


async def test_marks_are_seen_by_other_processes(place: Place) -> None:
    commits = await written(place.store, 4)
    await place.outbox.mark("shop", Revision(3))
    assert await place.other.pending("shop", 10) == commits[3:]


async def test_compacted_commits_are_passed_over(place: Place) -> None:
    commits = await written(place.store, 6)
    await place.outbox.mark("shop", Revision(1))
    await place.store.compact("shop", Revision(4))
    assert await place.outbox.pending("shop", 10) == commits[4:]
    assert await place.outbox.backlogs() == [Backlog("shop", Revision(5), Revision(6))]


async def test_one_holder_announces_until_its_claim_has_expired(place: Place, time: ManualClock) -> None:
    assert await place.outbox.claim("a", 10)
    assert not await place.other.claim("b", 10)
    time.advance(9)
    assert await place.outbox.claim("a", 10), "renewed"
    time.advance(9)
    assert not await place.other.claim("b", 10)
    time.advance(1)
    assert await place.other.claim("b", 10)
    assert not await place.outbox.claim("a", 10)


async def test_released_claim_is_free_at_once(place: Place) -> None:
    assert await place.outbox.claim("a", 10)
    await place.other.release("b")
    assert not await place.other.claim("b", 10)
    await place.outbox.release("a")
    assert await place.other.claim("b", 10)


async def test_closed_outbox_answers_no_calls(place: Place) -> None:
    await place.outbox.close()
    await place.outbox.close()
    for call in (
        place.outbox.backlogs(),
        place.outbox.pending("shop", 1),
        place.outbox.mark("shop", Revision(1)),
        place.outbox.claim("a", 1),
        place.outbox.release("a"),
    ):
        with pytest.raises(Unavailable) as caught:
            await call
        assert caught.value.reason is Reason.STORE_UNAVAILABLE
