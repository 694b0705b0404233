"""Appending: one transaction, and what has to be there before it and can wait until after it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple
from uuid import uuid4

from vexil.core.resource import Commit
from vexil.server.stores.dynamodb import announcement, layout
from vexil.server.stores.dynamodb.errors import Damage
from vexil.server.stores.dynamodb.heads import StoredHead, advance, before_first, find_head
from vexil.server.stores.dynamodb.items import Item, keyed, number, read_number
from vexil.server.stores.dynamodb.log import Draft, draft
from vexil.server.stores.dynamodb.table import (
    TRANSACTION_ACTIONS,
    TRANSACTION_BYTES,
    Cancelled,
    Table,
)
from vexil.server.stores.dynamodb.versions import version_items
from vexil.server.stores.refusals import not_home, request_taken, require_next

_HEAD, _REQUEST = 0, 1
"""The places of these actions in the transaction."""

_TRIES = 4
"""How often a commit is put to the vote whose head turns out to be the one that it follows after all."""


class Made(NamedTuple):
    """What appending has made: the head, and the commit with its seal."""

    head: StoredHead
    commit: Commit


async def append(table: Table, known: StoredHead | None, commit: Commit, region: str) -> Made:
    """Makes the commit the namespace's head; `known` is the head as last seen, None: unknown.

    What is too large for one transaction comes in parts, which nobody looks at before their entry is there;
    the versions of its resources are then `unsettled` in the head. Raises HeadMoved, and FailedPrecondition
    (NOT_HOME_REGION) when the home is not this region.
    """
    for _ in range(_TRIES):
        if known is None or known.head.revision + 1 != commit.revision or known.head.epoch != commit.epoch:
            known = await _find(table, commit, region, known)
        require_home(known, region)
        before = known or before_first(commit.namespace, commit.epoch, region)
        try:
            return await _append(table, before, commit)
        except Cancelled as cancelled:
            known = await _find(table, commit, region, known)
            if commit.request_id and cancelled.failed(_REQUEST) and _kept(cancelled.found(_REQUEST), known):
                raise request_taken(commit) from cancelled
    raise Damage(f"{commit.namespace!r} has an entry {commit.revision} above its head")


async def _find(table: Table, commit: Commit, region: str, known: StoredHead | None) -> StoredHead | None:
    """The head that the commit follows. Raises HeadMoved when it does not, FailedPrecondition elsewhere.

    Raises Damage when it is not one that `known`, the head as last seen, can have become.
    """
    found = await find_head(table, commit.namespace)
    if known is not None:
        require_later(known, found)
    require_home(found, region)
    require_next(None if found is None else found.head, commit)
    return found


def require_later(known: StoredHead, found: StoredHead | None) -> None:
    """Nobody should build on a head that was changed by hand: its log would not lead to it."""
    namespace = known.namespace
    if found is None:
        raise Damage(f"the head of {namespace!r} is missing")
    if found.head.epoch != known.head.epoch:
        return
    revision, before = found.head.revision, known.head.revision
    if revision < before:
        raise Damage(f"the head of {namespace!r} is back at {revision}, after {before}")
    if revision == before and found.digest != known.digest:
        raise Damage(f"the head of {namespace!r} at {revision} names another commit than before")


def require_home(head: StoredHead | None, region: str) -> None:
    """Raises FailedPrecondition (NOT_HOME_REGION) when another region is the home, or is about to be."""
    if head is not None and (head.fenced or head.head.home != region):
        raise not_home(head.head)


async def _append(table: Table, before: StoredHead, commit: Commit) -> Made:
    """One transaction. Raises Cancelled."""
    attempt = uuid4().hex
    drafted = draft(commit, before, attempt)
    versions = version_items(commit)
    settled = _fits(drafted, versions)
    await table.put_many(drafted.parts)
    announced = announcement.to_item(announcement.of_commit(commit))
    actions = [
        advance(table.name, before, drafted.digest, drafted.chain, settled),
        *([_claim(table.name, before, commit)] if commit.request_id else ()),
        _put(table.name, drafted.entry, ConditionExpression="attribute_not_exists(pk)"),
        _put(table.name, announced),
        *(_put(table.name, item) for item in (versions if settled else ())),
    ]
    await table.transact(actions, token=attempt)
    head = replace(before.head, revision=commit.revision, chain=drafted.chain)
    unsettled = before.unsettled if settled else before.unsettled | {commit.revision}
    return Made(StoredHead(head, drafted.digest, unsettled), drafted.commit)


def _kept(claim: Item, head: StoredHead | None) -> bool:
    """Whether the commit that has the request id is still kept."""
    return head is not None and read_number(claim, "revision") > head.head.compact_revision


def _fits(drafted: Draft, versions: Sequence[Item]) -> bool:
    size = drafted.size + sum(len(item["content"]["B"]) for item in versions)
    return len(versions) + 4 <= TRANSACTION_ACTIONS and size <= TRANSACTION_BYTES


def _claim(table: str, before: StoredHead, commit: Commit) -> dict[str, Any]:
    """The action that takes the request id, unless a kept commit has it."""
    item = keyed(
        layout.request(commit.namespace, commit.request_id, commit.epoch),
        revision=number(commit.revision),
        epoch=number(commit.epoch),
    )
    return _put(
        table,
        item,
        ConditionExpression="attribute_not_exists(pk) OR revision <= :compacted",
        ExpressionAttributeValues={":compacted": number(before.head.compact_revision)},
        ReturnValuesOnConditionCheckFailure="ALL_OLD",
    )


def _put(table: str, item: Item, **condition: Any) -> dict[str, Any]:
    return {"Put": {"TableName": table, "Item": item, **condition}}
