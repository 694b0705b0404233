"""A store in DynamoDB with many settings, a checkpoint of them, and commits after it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from itertools import islice

from loadtest.dynamodb.engines import TABLE, Tables
from loadtest.settings import NAMESPACE, commit, first_commit, plain_settings
from vexil.core.resource import Revision, Version
from vexil.server.stores.dynamodb import layout
from vexil.server.stores.dynamodb.place import DynamoDBPlace
from vexil.server.stores.dynamodb.store import DynamoDBStore

_CHANGES_A_COMMIT = 5_000
_LOOK_AGAIN = 0.2
_PATIENCE = 120.0


async def fill(tables: Tables, count: int, tail: int) -> None:
    """Makes so many settings and a checkpoint of them, then `tail` commits of one change.

    That is what a server finds at worst where there is a checkpoint every `tail` + 1 commits. A store is
    closed after each large commit, and gives up the versions that it would write next: no start reads them,
    and the local engine takes minutes for so many. Raises TimeoutError when the checkpoint does not come.
    """
    last = 1 + -(-count // _CHANGES_A_COMMIT)
    async with _opened(tables, checkpoint_every=last) as store:
        await store.append(first_commit())
    for revision, first in enumerate(range(0, count, _CHANGES_A_COMMIT), start=2):
        async with _opened(tables, checkpoint_every=last) as store:
            changes = islice(plain_settings(count, revision), first, first + _CHANGES_A_COMMIT)
            await store.append(commit(revision, tuple(changes)))
            if revision == last:
                await asyncio.wait_for(_checkpointed(tables, last), _PATIENCE)
    async with _opened(tables, checkpoint_every=last + tail + 1) as store:
        for revision, state in enumerate(islice(plain_settings(count, 1), tail), start=last + 1):
            changed = replace(state, version=Version(2), revision=Revision(revision))
            await store.append(commit(revision, (changed,)))


async def _checkpointed(tables: Tables, revision: int) -> None:
    while not await asyncio.to_thread(_has_checkpoint, tables, revision):  # noqa: ASYNC110 - nobody tells
        await asyncio.sleep(_LOOK_AGAIN)


@asynccontextmanager
async def _opened(tables: Tables, checkpoint_every: int) -> AsyncIterator[DynamoDBStore]:
    place = DynamoDBPlace.parse(tables.address())
    store = await DynamoDBStore.open(place, checkpoint_every=checkpoint_every)
    try:
        yield store
    finally:
        await store.close()


def _has_checkpoint(tables: Tables, revision: int) -> bool:
    """Whether the checkpoint at this revision is there as a whole."""
    with closing(tables.database.client()) as client:
        found = client.query(
            TableName=TABLE,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": layout.checkpoints(NAMESPACE)}},
        )
    return any(item["revision"]["N"] == str(revision) and item["complete"]["BOOL"] for item in found["Items"])
