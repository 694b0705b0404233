"""Making another region the home: an entry of a new epoch after the last one that is here."""

from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from vexil.core.errors import Aborted, Reason
from vexil.core.resource import Commit, Revision
from vexil.server.stores.dynamodb import announcement, layout
from vexil.server.stores.dynamodb.checkpoints import find_checkpoints
from vexil.server.stores.dynamodb.heads import StoredHead, begin
from vexil.server.stores.dynamodb.items import keyed, number
from vexil.server.stores.dynamodb.log import draft, read_commits
from vexil.server.stores.dynamodb.regions.epochs import next_epoch
from vexil.server.stores.dynamodb.table import Cancelled, Table
from vexil.server.stores.dynamodb.versions import version_items

_STEP = 200
"""Commits looked at at once."""


async def promote(table: Table, seen: StoredHead, region: str, author: str, now: datetime) -> Commit:
    """Makes the region, where `table` is, the home; the commit without changes that says so.

    `seen` is what has arrived here. What the former home has written beyond is not part of the log from here
    on, whenever it arrives. What is derived from the log, and has not arrived, is made here first. Raises
    Aborted (CONFLICTING_CHANGE) when somebody else has just done the same.
    """
    await _complete(table, seen)
    epoch = max(next_epoch(each.head.epoch, region) for each in (seen, *seen.older))
    epoch = max(epoch, next_epoch(seen.head.lineage.newest, region))
    revision = Revision(seen.head.revision + 1)
    commit = Commit(
        seen.namespace,
        revision,
        (),
        now,
        epoch=epoch,
        author=author,
        message=f"the home region is {region}, no longer {seen.head.home}",
    )
    attempt = uuid4().hex
    drafted = draft(commit, seen, attempt)
    lineage = seen.head.lineage.then(epoch, revision)
    before = replace(seen, head=replace(seen.head, epoch=epoch, home=region, lineage=lineage))
    actions = [
        begin(table.name, before, drafted.digest, drafted.chain),
        {"Put": {"TableName": table.name, "Item": drafted.entry}},
        {"Put": {"TableName": table.name, "Item": announcement.to_item(announcement.of_commit(commit))}},
    ]
    try:
        await table.transact(actions, token=attempt)
    except Cancelled as cancelled:
        raise Aborted(
            f"somebody else has just made {region} the home of {seen.namespace!r}",
            reason=Reason.CONFLICTING_CHANGE,
            metadata={"namespace": seen.namespace},
        ) from cancelled
    return drafted.commit


async def _complete(table: Table, seen: StoredHead) -> None:
    """Makes what derives from the newest commits, where it has not arrived: versions and request ids."""
    complete = await find_checkpoints(table, seen, seen.head.revision)
    after = max(seen.head.compact_revision, complete[0].revision if complete else 0)
    for first in range(after + 1, seen.head.revision + 1, _STEP):
        for commit in await read_commits(table, seen, first, first + _STEP - 1):
            items = version_items(commit)
            if commit.request_id:
                key = layout.request(commit.namespace, commit.request_id, commit.epoch)
                items.append(keyed(key, revision=number(commit.revision), epoch=number(commit.epoch)))
            here = {layout.key_of(item) for item in await table.get_many([layout.key_of(i) for i in items])}
            await table.put_many(item for item in items if layout.key_of(item) not in here)
