"""A region's tables, for those who look after homes."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from vexil.core.resource import Commit, Revision
from vexil.server.stores.dynamodb.clients import Limits, open_client
from vexil.server.stores.dynamodb.connection import Connection
from vexil.server.stores.dynamodb.errors import translated
from vexil.server.stores.dynamodb.heads import StoredHead, fence, read_heads, require_head
from vexil.server.stores.dynamodb.opening import require_usable
from vexil.server.stores.dynamodb.place import DynamoDBPlace
from vexil.server.stores.dynamodb.regions.promotion import promote
from vexil.server.stores.dynamodb.regions.survey import Survey, survey
from vexil.server.stores.dynamodb.table import Table


@dataclass(frozen=True, slots=True)
class Desk:
    """The tables of one region. Methods raise what the store raises."""

    region: str
    table: Table

    async def surveys(self) -> Sequence[Survey]:
        """Where every namespace stands of which something is here."""
        with translated():
            heads = await read_heads(self.table)
            return [await survey(self.table, self.region, head) for head in heads]

    async def survey(self, namespace: str) -> Survey:
        """Where one namespace stands. Raises NotFound."""
        with translated():
            return await survey(self.table, self.region, await require_head(self.table, namespace))

    async def fence(self, head: StoredHead) -> Revision:
        """Lets this region, the home, take no more commits; the revision that it stops at."""
        with translated():
            await fence(self.table, head)
            return (await require_head(self.table, head.namespace)).head.revision

    async def promote(self, surveyed: Survey, author: str, now: datetime) -> Commit:
        """Makes this region the home of what has arrived here. Raises Aborted when somebody was first."""
        with translated():
            return await promote(self.table, surveyed.seen, self.region, author, now)


@asynccontextmanager
async def opened(place: DynamoDBPlace, region: str | None, limits: Limits) -> AsyncIterator[Desk]:
    """The tables at a place, in another region than the place says where one is given."""
    client = await asyncio.to_thread(open_client, replace(place, region=region or place.region), limits)
    connection = Connection(client, limits)
    try:
        await asyncio.to_thread(require_usable, client, place.table)
        yield Desk(region or client.meta.region_name, Table(connection, place.table))
    finally:
        await asyncio.to_thread(connection.close)
