"""What processes do that share tables in DynamoDB, and are killed."""

import os
from collections.abc import Mapping
from contextlib import suppress
from multiprocessing.connection import Connection

from tests.acceptance.store.drafts import Drafts, put
from tests.crash.history import History
from vexil.core.resource import Revision
from vexil.server.stores.dynamodb.clients import Limits
from vexil.server.stores.dynamodb.place import DynamoDBPlace
from vexil.server.stores.dynamodb.store import DynamoDBStore
from vexil.server.stores.port import HeadMoved

PATIENT = Limits(connect_timeout=30, read_timeout=60, call_timeout=100)


async def open_store(table: str, variables: Mapping[str, str]) -> DynamoDBStore:
    """The store in the table, of the engine that the variables name; checkpoints are frequent."""
    os.environ.update(variables)
    return await DynamoDBStore.open(DynamoDBPlace(table), limits=PATIENT, checkpoint_every=4)


async def write_history(acknowledged: Connection, table: str, variables: Mapping[str, str]) -> None:
    """Appends for ever, and sends each revision once it is appended; compacts now and then."""
    store = await open_store(table, variables)
    head = await store.head("shop")
    revision = 0 if head is None else head.revision
    history = History(LARGE)
    acknowledged.send(revision)
    while True:
        revision += 1
        # The entry that it put before it was killed may still lack its place in the log: that is made up for.
        with suppress(HeadMoved):
            await store.append(history.up_to(revision)[-1])
        acknowledged.send(revision)
        if revision % 6 == 0:
            await store.compact("shop", Revision(revision - 3))


LARGE = 120
"""So many changes has every fifth commit of `write_history`: more than a transaction takes."""


async def append_many(
    acknowledged: Connection, table: str, variables: Mapping[str, str], writer: str, count: int
) -> None:
    """Appends so many commits of its own, whoever else does; sends each revision that it got."""
    store = await open_store(table, variables)
    drafts = Drafts()
    for number in range(count):
        while True:
            head = await store.head("shop")
            drafts.revision = Revision(0) if head is None else head.revision
            commit = drafts.next(put(f"{writer}-{number}"), request_id=f"{writer}-{number}", author=writer)
            try:
                await store.append(commit)
            except HeadMoved:
                continue
            break
        acknowledged.send(commit.revision)
    await store.close()
