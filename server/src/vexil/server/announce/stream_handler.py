"""A Lambda function that announces what it reads from DynamoDB Streams.

It does the same as `vexil serve --announce`, without a server: of the two, run one. `VEXIL_ANNOUNCE` is where
announcements go. Its event source is the stream of the store's table, with ReportBatchItemFailures. With a
global table it runs in every region, and announces what was committed there. `docs/announcements.md` has the
rest.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import structlog

from vexil.core.errors import Code, VexilError
from vexil.core.resource import Commit
from vexil.server.announce.announcement import Announcement, announcement_of, is_announced
from vexil.server.announce.aws import AwsDestination
from vexil.server.announce.destination import MAX_BATCH, MAX_BATCH_BYTES, Destination
from vexil.server.announce.stream import LoggedCommit, logged_commits
from vexil.server.announce.stream_reader import StreamReader
from vexil.server.logging import configure_logging
from vexil.server.stores.dynamodb.clients import Limits, open_client
from vexil.server.stores.dynamodb.connection import Connection
from vexil.server.stores.dynamodb.place import DynamoDBPlace
from vexil.server.stores.dynamodb.table import Table

_LIMITS = Limits(threads=2)
_log = structlog.get_logger(__name__)

Reader = Callable[[LoggedCommit], Awaitable[Commit | None]]
"""Gives the commit of an entry; None: it is not announced from here. Raises VexilError."""


class _Due(NamedTuple):
    sequence: str
    announcement: Announcement


def handler(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Lambda's entry point; see `announce`. Raises InvalidRequest when VEXIL_ANNOUNCE is no destination."""
    return asyncio.run(announce(event, _destination(), _reader()))


async def announce(event: Mapping[str, Any], destination: Destination, read: Reader) -> dict[str, Any]:
    """Publishes the commits in the event, in order, up to the first that fails.

    Returns a partial batch response that names that one: Lambda tries again from there on. What was
    published before is published again only where Lambda tries a whole batch again, with the same
    deduplication ids.
    """
    due: list[_Due] = []
    failed: str | None = None
    for logged in logged_commits(event):
        if not is_announced(logged.namespace):
            continue
        try:
            commit = await read(logged)
        except VexilError as error:
            failed = logged.sequence
            what = "commit_delayed" if error.code is Code.UNAVAILABLE else "commit_unreadable"
            _log.error(what, namespace=logged.namespace, error=error.message)
            break
        if commit is not None:
            due.append(_Due(logged.sequence, announcement_of(commit)))
    while due:
        batch = _first_batch(due, ordered=destination.ordered)
        try:
            refused = await destination.publish([each.announcement for each in batch])
        except VexilError as error:
            refused = {0: error}
        if refused:
            place = min(refused)
            failed = batch[place].sequence
            why = refused[place]
            _log.error(
                "announcing_failed", destination=destination.name, code=why.code.name, error=why.message
            )
            break
        del due[: len(batch)]
    return {"batchItemFailures": [{"itemIdentifier": failed}] if failed is not None else []}


def _first_batch(due: Sequence[_Due], *, ordered: bool) -> list[_Due]:
    """As many from the beginning as one call takes; ordered: at most one of each namespace."""
    batch: list[_Due] = []
    size = 0
    for each in due[:MAX_BATCH]:
        size += each.announcement.size
        known = any(other.announcement.namespace == each.announcement.namespace for other in batch)
        if size > MAX_BATCH_BYTES or (ordered and known):
            break
        batch.append(each)
    return batch


@cache
def _destination() -> AwsDestination:
    configure_logging("info", "json")
    return AwsDestination.open(os.environ.get("VEXIL_ANNOUNCE", ""))


def _reader() -> Reader:
    # A server's region is called as `--region` says, otherwise as AWS calls it; so is a function's.
    reader = StreamReader(os.environ.get("VEXIL_REGION") or os.environ["AWS_REGION"])
    return lambda logged: reader.commit(_table(logged.table), logged)


@cache
def _table(name: str) -> Table:
    return Table(Connection(open_client(DynamoDBPlace(name), _LIMITS), _LIMITS), name)
