"""A world of a few regions: a table in each, a replicator between them, stores, and desks."""

import asyncio
import itertools
import random
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

from tests.support.engines.dynamodb import Database
from tests.support.regions.replicator import Replicator, tables_in
from vexil.server.stores.dynamodb.clients import Limits
from vexil.server.stores.dynamodb.place import DynamoDBPlace

if TYPE_CHECKING:
    from vexil.server.stores.dynamodb.regions.desk import Desk
    from vexil.server.stores.dynamodb.store import DynamoDBStore

PATIENT = Limits(connect_timeout=30, read_timeout=60, call_timeout=100)
"""The engine shares a busy machine with the test."""

_numbers = itertools.count(1)


class World:
    """The regions."""

    def __init__(self, databases: Mapping[str, Database], table: str, replicator: Replicator) -> None:
        self.databases = databases
        self.table = table
        self.replicator = replicator

    def place(self, region: str) -> DynamoDBPlace:
        """Where a region's tables are."""
        return DynamoDBPlace(self.table, region, self.databases[region].endpoint)

    async def store(self, region: str, checkpoint_every: int = 10**9) -> "DynamoDBStore":
        """A region's store."""
        from vexil.server.stores.dynamodb.store import DynamoDBStore  # noqa: PLC0415 - takes time to import

        return await DynamoDBStore.open(
            self.place(region), limits=PATIENT, poll=(0.005, 0.05), checkpoint_every=checkpoint_every
        )

    def desk(self, region: str) -> "AbstractAsyncContextManager[Desk]":
        """What an operator has of a region."""
        from vexil.server.stores.dynamodb.regions.desk import opened  # noqa: PLC0415 - takes time to import

        return opened(self.place(region), region, PATIENT)

    async def settle(self) -> None:
        """Waits until every region has everything that can reach it."""
        await asyncio.to_thread(self.replicator.settle)

    @asynccontextmanager
    async def replicating(
        self, chance: float = 0.3, hurdle: Callable[[], None] = lambda: None
    ) -> AsyncIterator[None]:
        """Replicates while the block runs, in no good order; `hurdle` is called before each step."""
        ended = asyncio.Event()

        async def replicate() -> None:
            while not ended.is_set():
                hurdle()
                await asyncio.to_thread(self.replicator.step, chance)

        task = asyncio.create_task(replicate())
        try:
            yield
        finally:
            ended.set()
            await task


@contextmanager
def world_of(databases: Mapping[str, Database], seed: int) -> Iterator[World]:
    """Empty tables in every region."""
    table = f"regions-{next(_numbers)}"
    tables_in(databases, table)
    replicator = Replicator(table, databases, random.Random(seed))
    try:
        yield World(databases, table, replicator)
    finally:
        replicator.close()
