"""A store in DynamoDB with many settings, a checkpoint of them, and commits after it."""

import asyncio
from contextlib import closing
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


async def fill(tables: Tables, count: int, tail: int) -> None:
    """Makes so many settings, waits for checkpoint and all that derives; then `tail` commits of one change.

    That is what a server finds at worst where a checkpoint is written every `tail` + 1 commits.
    """
    commits = -(-count // _CHANGES_A_COMMIT)
    last = commits + 1
    store = await DynamoDBStore.open(DynamoDBPlace.parse(tables.address()), checkpoint_every=last)
    try:
        await store.append(first_commit())
        for number in range(commits):
            revision = number + 2
            states = islice(
                plain_settings(count, revision), number * _CHANGES_A_COMMIT, (number + 1) * _CHANGES_A_COMMIT
            )
            await store.append(commit(revision, tuple(states)))
        while not await asyncio.to_thread(_is_complete, tables, last):  # noqa: ASYNC110 - the engine tells nobody
            await asyncio.sleep(_LOOK_AGAIN)
        changed = islice(plain_settings(count, 1), tail)
        for revision, state in enumerate(changed, start=last + 1):
            await store.append(
                commit(revision, (replace(state, version=Version(2), revision=Revision(revision)),))
            )
    finally:
        await store.close()


def _is_complete(tables: Tables, revision: int) -> bool:
    """Whether the checkpoint at this revision is there, and every version of the commits before."""
    with closing(tables.database.client()) as client:
        checkpoint = client.query(
            TableName=TABLE,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": layout.checkpoints(NAMESPACE)}},
        )["Items"]
        heads = client.query(
            TableName=TABLE,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": layout.HEADS}},
        )["Items"]
    written = any(
        item["revision"] == {"N": str(revision)} and item["complete"]["BOOL"] for item in checkpoint
    )
    return written and not any("unsettled" in head for head in heads)
