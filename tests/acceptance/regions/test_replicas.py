"""Regions that are not home: what they show, while items arrive one by one in any order."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from structlog.testing import capture_logs

from tests.acceptance.regions.conftest import ASIA, EAST, HOME
from tests.acceptance.store.drafts import NAMESPACE, Drafts, delete, put
from tests.acceptance.store.model import Model, same_image
from tests.support.regions.world import World
from vexil.core.errors import FailedPrecondition, OutOfRange, Reason, Unavailable
from vexil.core.resource import Revision
from vexil.server.stores.dynamodb import layout
from vexil.server.stores.dynamodb.heads import require_head
from vexil.server.stores.dynamodb.regions.horizon import PATIENCE, Horizon
from vexil.server.stores.gaps import Gap
from vexil.server.stores.port import Store

LARGE = "".join(chr(33 + n * n % 90) for n in range(150_000))


@pytest.fixture
async def home(world: World) -> AsyncIterator[Store]:
    store = await world.store(HOME, checkpoint_every=5)
    yield store
    await store.close()


@pytest.fixture
async def away(world: World) -> AsyncIterator[Store]:
    store = await world.store(EAST)
    yield store
    await store.close()


async def test_replica_shows_a_prefix_whatever_the_order(world: World, home: Store, away: Store) -> None:
    """What it shows at any time is what was there at that revision, and it never goes back."""
    model, drafts = Model(NAMESPACE), Drafts()
    done = asyncio.Event()

    async def write() -> None:
        for number in range(24):
            changes = [
                put(f"k{number % 3}", f"{number}"),
                put("b", LARGE if number % 8 == 5 else f"{number}"),
            ]
            commit = drafts.next(
                *changes, *([delete("k9")] if number == 9 else [put("k9")]), request_id=f"r{number}"
            )
            model.commits.append(commit)
            await home.append(commit)
            if number == 15:
                await home.compact(NAMESPACE, Revision(7))
        done.set()

    shown: list[int] = []
    async with world.replicating():
        writing = asyncio.create_task(write())
        while not done.is_set() or shown[-1:] != [24]:
            head = await away.head(NAMESPACE)
            if head is None:
                continue
            assert not head.writable
            assert head.home == HOME
            shown.append(head.revision)
            # What compaction removed at home may be gone here before what makes up for it has arrived, and a
            # revision may be compacted between two questions.
            with suppress(Unavailable, OutOfRange):
                image = await away.load(NAMESPACE, head.revision)
                assert same_image(image, model.image(head.revision))
                after = max(head.revision - 5, head.compact_revision)
                commits = await away.read(NAMESPACE, Revision(after), 100)
                revisions = [each.revision for each in commits]
                assert revisions[: head.revision - after] == [*range(after + 1, head.revision + 1)]
        await writing
    assert shown == sorted(shown)
    await world.settle()
    for store in (home, away):
        assert same_image(await store.load(NAMESPACE), model.image(24))
        assert await store.check() == []
        found = await store.find_request(NAMESPACE, "r23")
        assert found is not None
        assert found.revision == 24
    assert await away.versions(NAMESPACE, put("b").id, None, 9) == await home.versions(
        NAMESPACE, put("b").id, None, 9
    )


async def test_write_elsewhere_is_refused_with_the_home(world: World, home: Store, away: Store) -> None:
    drafts = Drafts()
    await home.append(drafts.next(put("a")))
    await world.settle()
    # It knows the head, which stands here as it does at home: only the home's name is in the way.
    assert [head.revision for head in await away.heads()] == [1]
    with pytest.raises(FailedPrecondition, match=HOME) as raised:
        await away.append(drafts.next(put("a")))
    assert raised.value.reason is Reason.NOT_HOME_REGION
    assert raised.value.metadata == {"namespace": NAMESPACE, "home_region": HOME}
    with pytest.raises(FailedPrecondition):
        await away.compact(NAMESPACE, Revision(1))
    await world.settle()
    assert [head.revision for head in await home.heads()] == [1]


async def test_replica_waits_at_a_gap_and_says_so(world: World, away: Store) -> None:
    drafts = Drafts()
    world.replicator.hold(ASIA, layout.entry(NAMESPACE, Revision(3), 1))
    for _ in range(5):
        await away.append(drafts.next(put("a")))
    await world.settle()
    now = 0.0
    async with world.desk(ASIA) as desk:
        horizon = Horizon(desk.table, ASIA, lambda: now)

        async def revision() -> int:
            seen = await horizon.seen(await require_head(desk.table, NAMESPACE))
            assert seen is not None
            return seen.head.revision

        with capture_logs() as logs:
            assert await revision() == 2
            now = PATIENCE - 1
            assert await revision() == 2
            assert logs == []
            now = PATIENCE + 1
            assert await revision() == await revision() == 2
        (told,) = logs
        assert (told["event"], told["missing"], told["newest"]) == ("region_gap", 3, 5)
        assert (await desk.survey(NAMESPACE)).missing == 3
        assert horizon.gaps == {NAMESPACE: Gap(Revision(3), Revision(5), PATIENCE + 1)}
        world.replicator.mend()
        await world.settle()
        with capture_logs() as logs:
            assert await revision() == 5
        assert [line["event"] for line in logs] == ["region_gap_closed"]
        assert horizon.gaps == {}


async def test_cold_start_takes_a_checkpoint_beyond_a_gap(world: World) -> None:
    """The checkpoint is all there, an entry below it is not: the state is known, some history is not."""
    drafts, model = Drafts(), Model(NAMESPACE)
    world.replicator.hold(ASIA, layout.entry(NAMESPACE, Revision(3), 1))
    home = await world.store(HOME, checkpoint_every=5)
    for number in range(6):
        model.commits.append(drafts.next(put("a", f"{number}")))
        await home.append(model.commits[-1])
    await home._chores.done()
    await home.close()
    await world.settle()

    asia = await world.store(ASIA)
    assert [head.revision for head in await asia.heads()] == [6]
    assert asia.gaps == {}
    assert same_image(await asia.load(NAMESPACE), model.image(6))
    assert await asia.read(NAMESPACE, Revision(5), 10) == model.commits[5:]
    with pytest.raises(Unavailable):
        await asia.read(NAMESPACE, Revision(2), 10)
    world.replicator.mend()
    await world.settle()
    assert await asia.read(NAMESPACE, Revision(0), 10) == model.commits
    await asia.close()
