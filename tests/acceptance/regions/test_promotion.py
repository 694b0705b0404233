"""Moving a home: in time, too late, and twice at once."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from tests.acceptance.regions.conftest import ASIA, EAST, HOME
from tests.acceptance.store.drafts import NAMESPACE, START, Drafts, put
from tests.support.regions.world import World
from vexil.core.errors import Aborted, FailedPrecondition, Reason
from vexil.core.resource import Commit, ResourceState, Revision
from vexil.core.setting import Setting
from vexil.server.audit.chains import verify_chains
from vexil.server.stores.dynamodb.regions.epochs import first_epoch
from vexil.server.stores.port import Store

REGIONS = (HOME, EAST, ASIA)


class Split:
    """Stores in all regions; what each commits follows what it has committed itself."""

    def __init__(self, world: World, stores: dict[str, Store]) -> None:
        self.world = world
        self.stores = stores
        self.drafts = {HOME: Drafts(epoch=first_epoch(HOME))}

    async def commit(self, region: str, value: str, request_id: str = "") -> Commit:
        commit = self.drafts[region].next(put("a", value), request_id=request_id)
        await self.stores[region].append(commit)
        return commit

    async def promote(self, region: str) -> Commit:
        async with self.world.desk(region) as desk:
            commit = await desk.promote(await desk.survey(NAMESPACE), "ada", START)
        drafts = self.drafts[region] = Drafts(epoch=commit.epoch)
        drafts.revision = commit.revision
        image = await self.stores[region].load(NAMESPACE)
        drafts.newest = {state.id: state for state in image.states}
        return commit

    async def values(self, region: str) -> list[object]:
        """What the region's log says that the setting was, one after the other."""
        commits = await self.stores[region].read(NAMESPACE, Revision(0), 1000)
        resources = [
            change.resource
            for commit in commits
            for change in commit.changes
            if isinstance(change, ResourceState)
        ]
        return [each.value.data for each in resources if isinstance(each, Setting) and each.value]

    async def left_behind(self, region: str) -> list[tuple[int, int, str]]:
        async with self.world.desk(region) as desk:
            found = (await desk.survey(NAMESPACE)).left_behind
        assert found.incomplete == []
        return [(commit.revision, commit.epoch, commit.request_id) for commit in found.commits]


@pytest.fixture
async def split(world: World) -> AsyncIterator[Split]:
    async with AsyncExitStack() as stack:
        stores: dict[str, Store] = {}
        for region in REGIONS:
            stores[region] = await world.store(region, checkpoint_every=4)
            stack.push_async_callback(stores[region].close)
        yield Split(world, stores)


async def test_promotion_moves_the_home_and_loses_nothing_that_has_arrived(split: Split) -> None:
    for number in range(5):
        await split.commit(HOME, f"{number}", f"r{number}")
    await split.world.settle()
    moved = await split.promote(EAST)
    assert (moved.revision, moved.changes) == (6, ())
    await split.commit(EAST, "later")
    await split.world.settle()
    for region in REGIONS:
        head = await split.stores[region].head(NAMESPACE)
        assert head is not None
        assert (head.revision, head.epoch, head.home) == (7, moved.epoch, EAST)
        assert head.writable is (region == EAST)
        assert await split.values(region) == ["0", "1", "2", "3", "4", "later"]
        assert await split.left_behind(region) == []
        assert await split.stores[region].check() == []
    with pytest.raises(FailedPrecondition, match=EAST):
        await split.commit(HOME, "no")
    found = await split.stores[EAST].find_request(NAMESPACE, "r3")
    assert found is not None
    assert found.revision == 4


async def test_what_a_split_home_commits_is_left_behind_and_reported(split: Split) -> None:
    """Both believe to be home. The one that was promoted wins; each of the other's commits is reported."""
    await split.commit(HOME, "both")
    await split.world.settle()
    split.world.replicator.cut(HOME, EAST)
    split.world.replicator.cut(HOME, ASIA)
    lost = [await split.commit(HOME, f"lost {number}", f"lost-{number}") for number in range(4)]
    moved = await split.promote(EAST)
    await split.commit(EAST, "new", "kept")
    split.world.replicator.mend()
    await split.world.settle()
    for region in REGIONS:
        assert await split.values(region) == ["both", "new"]
        assert await split.left_behind(region) == [
            (commit.revision, commit.epoch, commit.request_id) for commit in lost
        ]
        head = await split.stores[region].head(NAMESPACE)
        assert head is not None
        assert (head.revision, head.epoch, head.home) == (3, moved.epoch, EAST)
        assert await split.stores[region].check() == []
        assert await split.stores[region].find_request(NAMESPACE, "lost-1") is None
        (version, *_) = await split.stores[region].versions(NAMESPACE, put("a").id, None, 9)
        assert (version.change.version, version.commit.revision) == (2, 3)
    with pytest.raises(FailedPrecondition) as raised:
        await split.commit(HOME, "more")
    assert raised.value.reason is Reason.NOT_HOME_REGION
    # Sent again by its client, the request is made anew: nothing of it is in the log.
    again = await split.commit(EAST, "lost 1", "lost-1")
    assert again.revision == 4


async def test_third_region_gives_up_what_it_had_of_the_loser(split: Split) -> None:
    """It was told of the old home's commits before the move: then the log there is another one."""
    await split.commit(HOME, "both")
    await split.world.settle()
    split.world.replicator.cut(HOME, EAST)
    split.world.replicator.cut(EAST, ASIA)
    await split.commit(HOME, "lost")
    await split.commit(HOME, "lost too")
    await split.world.settle()
    assert await split.values(ASIA) == ["both", "lost", "lost too"]
    before = await split.stores[ASIA].head(NAMESPACE)
    await split.promote(EAST)
    await split.commit(EAST, "new")
    split.world.replicator.mend()
    await split.world.settle()
    assert await split.values(ASIA) == ["both", "new"]
    after = await split.stores[ASIA].head(NAMESPACE)
    assert before is not None
    assert after is not None
    assert not after.lineage.keeps(before.revision, before.epoch)
    assert after.lineage.keeps(1, before.epoch)


async def test_two_promotions_at_once_have_one_winner(split: Split) -> None:
    await split.commit(HOME, "both")
    await split.world.settle()
    for left, right in ((HOME, EAST), (HOME, ASIA), (EAST, ASIA)):
        split.world.replicator.cut(left, right)
    await split.commit(HOME, "old home", "old")
    moves = {region: await split.promote(region) for region in (EAST, ASIA)}
    for region in (EAST, ASIA):
        await split.commit(region, region, region)
    winner = max(moves, key=lambda region: moves[region].epoch)
    loser = EAST if winner == ASIA else ASIA
    split.world.replicator.mend()
    await split.world.settle()
    for region in REGIONS:
        assert await split.values(region) == ["both", winner]
        reported = await split.left_behind(region)
        assert {request for _, _, request in reported} == {"old", "", loser}
        if region != winner:
            with pytest.raises(FailedPrecondition):
                await split.commit(region, "no")


async def test_same_namespace_made_in_two_regions_has_one_winner(split: Split) -> None:
    for region in (HOME, EAST):
        split.drafts[region] = Drafts(epoch=first_epoch(region))
        await split.commit(region, region, region)
    await split.world.settle()
    winner = max((HOME, EAST), key=first_epoch)
    loser = min((HOME, EAST), key=first_epoch)
    for region in REGIONS:
        assert await split.values(region) == [winner]
        assert await split.left_behind(region) == [(1, first_epoch(loser), loser)]


async def test_promotion_twice_in_one_region_is_refused(split: Split) -> None:
    await split.commit(HOME, "both")
    await split.world.settle()
    async with split.world.desk(EAST) as desk:
        surveyed = await desk.survey(NAMESPACE)
        await desk.promote(surveyed, "ada", START)
        with pytest.raises(Aborted):
            await desk.promote(surveyed, "grace", START)


async def test_fenced_home_takes_no_more(split: Split) -> None:
    await split.commit(HOME, "both")
    async with split.world.desk(HOME) as desk:
        assert await desk.fence((await desk.survey(NAMESPACE)).stored) == 1
    with pytest.raises(FailedPrecondition):
        await split.commit(HOME, "no")
    await split.world.settle()
    await split.promote(EAST)
    await split.commit(EAST, "new")
    await split.world.settle()
    assert await split.values(HOME) == ["both", "new"]


@pytest.mark.parametrize("count", [3, 4])
async def test_audit_chain_goes_on_with_the_entry_that_a_promotion_follows(split: Split, count: int) -> None:
    """Also where the newest entry that has arrived is one that a checkpoint was made of."""
    for number in range(count):
        await split.commit(HOME, f"{number}")
    await split.world.settle()
    await split.promote(EAST)
    await split.commit(EAST, "later")
    await split.world.settle()
    for region in REGIONS:
        [report] = await verify_chains(split.stores[region])
        assert (report.findings, report.sealed_from, report.last) == ([], 1, count + 2)
        head = await split.stores[region].head(NAMESPACE)
        assert head is not None
        assert report.position is not None
        assert head.chain == report.position.chain
