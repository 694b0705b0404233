"""The outbox in several regions: the home announces, and after a move the new one."""

from collections.abc import Iterator
from contextlib import AsyncExitStack, closing

import pytest

from tests.acceptance.store.drafts import START, Drafts, put
from tests.support.engines.dynamodb import DynamoDB
from tests.support.regions.world import World, world_of
from vexil.core.resource import Revision
from vexil.server.clock import Clock
from vexil.server.stores.dynamodb.layout import EXPIRES_AT
from vexil.server.stores.dynamodb.outbox import DynamoDBOutbox
from vexil.server.stores.outbox import Backlog

HOME, EAST = "eu-central-1", "us-east-1"


@pytest.fixture
def world(dynamodb: DynamoDB, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Two regions. Nothing expires there: the tests' clocks stand in the past."""
    databases = dynamodb.databases(HOME, EAST)
    for name, value in databases[HOME].variables().items():
        monkeypatch.setenv(name, value)
    with world_of(databases, seed=1) as world:
        for database in databases.values():
            with closing(database.client()) as client:
                client.update_time_to_live(
                    TableName=world.table,
                    TimeToLiveSpecification={"Enabled": False, "AttributeName": EXPIRES_AT},
                )
        yield world


async def test_new_home_announces_what_the_old_one_had_not(world: World) -> None:
    async with AsyncExitStack() as stack:
        stores, outboxes = {}, {}
        for region in (HOME, EAST):
            stores[region] = await world.store(region)
            stack.push_async_callback(stores[region].close)
            outboxes[region] = await DynamoDBOutbox.open(stores[region], world.place(region), Clock())
            stack.push_async_callback(outboxes[region].close)
        drafts = Drafts("shop", stores[HOME].first_epoch)
        for number in range(4):
            await stores[HOME].append(drafts.next(put("a", str(number))))
        await outboxes[HOME].mark("shop", Revision(2))
        await world.settle()
        assert await outboxes[EAST].backlogs() == []

        async with world.desk(EAST) as desk:
            await desk.promote(await desk.survey("shop"), "ada", START)
        await world.settle()

        assert await outboxes[HOME].backlogs() == []
        assert await outboxes[EAST].backlogs() == [Backlog("shop", Revision(3), Revision(5))]
        pending = await outboxes[EAST].pending("shop", 10)
        assert [commit.revision for commit in pending] == [3, 4, 5]
