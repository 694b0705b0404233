"""Reads and writes of items, with DynamoDB's limits on each call observed."""

import asyncio
import random
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from botocore.exceptions import ClientError

from vexil.server.stores.dynamodb.connection import Connection
from vexil.server.stores.dynamodb.errors import code_of, overloaded, translate_code, translated
from vexil.server.stores.dynamodb.items import Item, keyed, text
from vexil.server.stores.dynamodb.layout import Key
from vexil.server.stores.dynamodb.parallel import each

T = TypeVar("T")

_GET_AT_ONCE = 100
_WRITE_AT_ONCE = 25
TRANSACTION_ACTIONS = 100
TRANSACTION_BYTES = 3_500_000
"""What one transaction takes at most
(https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html: 100 items, 4 MB). What is
counted here are contents, without keys and the like."""

_TRIES = 8
_PAUSE = (0.005, 1.0)
"""Seconds: the first pause before trying again what was left undone, and the longest. Each is twice the one
before, of which up to all is left out by chance (https://aws.amazon.com/builders-library/, "full jitter")."""

_TRANSIENT = frozenset({"None", "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})

_ALONE = {"Put": "put_item", "Update": "update_item", "Delete": "delete_item"}
"""The call that makes an action of a transaction by itself."""

_BETWEEN = "pk = :pk AND sk BETWEEN :first AND :last"
_ALL = "pk = :pk"


class Cancelled(Exception):
    """A transaction that was not made, since conditions failed: code and item found, for each action."""

    def __init__(self, reasons: Sequence[Mapping[str, Any]]) -> None:
        super().__init__(", ".join(str(reason.get("Code")) for reason in reasons))
        self.reasons = reasons

    def failed(self, action: int) -> bool:
        """Whether the condition of this action is one that failed."""
        return self.reasons[action].get("Code") == "ConditionalCheckFailed"

    def found(self, action: int) -> Item:
        """The item that the action found; empty when there is none."""
        item: Item = self.reasons[action].get("Item", {})
        return item


class Table:
    """One table. Reads are strongly consistent; what DynamoDB leaves undone is done in the end.

    Raises VexilError; conditions that fail are named by each method.
    """

    def __init__(self, connection: Connection, name: str) -> None:
        self.connection = connection
        self.name = name

    async def get(self, key: Key) -> Item | None:
        """One item, or None."""
        answer = await self._call("get_item", TableName=self.name, Key=keyed(key), ConsistentRead=True)
        item: Item | None = answer.get("Item")
        return item

    async def get_many(self, keys: Sequence[Key]) -> list[Item]:
        """The items that there are, in no particular order; no key is given twice."""
        return [item for items in await each(self._get_some, _batches(keys, _GET_AT_ONCE)) for item in items]

    async def query(
        self,
        partition: str,
        between: tuple[str, str] | None = None,
        *,
        limit: int | None = None,
        backwards: bool = False,
        only: Mapping[str, Any] | None = None,
    ) -> list[Item]:
        """Items of a partition by their sort keys, both ends included; None: all.

        `limit`: stop once there are so many; None: never. `only`: more arguments, such as a filter.
        """
        values = {":pk": text(partition)}
        if between is not None:
            first, last = between
            if first > last:
                return []
            values |= {":first": text(first), ":last": text(last)}
        arguments: dict[str, Any] = {
            "TableName": self.name,
            "KeyConditionExpression": _ALL if between is None else _BETWEEN,
            "ScanIndexForward": not backwards,
            "ConsistentRead": True,
            **(only or {}),
        }
        arguments["ExpressionAttributeValues"] = values | arguments.get("ExpressionAttributeValues", {})
        items: list[Item] = []
        while limit is None or len(items) < limit:
            if limit is not None:
                arguments["Limit"] = limit - len(items)
            answer = await self._call("query", **arguments)
            items += answer["Items"]
            if "LastEvaluatedKey" not in answer:
                break
            arguments["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
        return items

    async def put_many(self, items: Iterable[Item]) -> None:
        """Writes the items, each by itself, over what is there; no key is given twice."""
        await self._write_many([{"PutRequest": {"Item": item}} for item in items])

    async def delete_many(self, keys: Iterable[Key]) -> None:
        """Deletes the items, each by itself; one that is not there is fine. No key is given twice."""
        await self._write_many([{"DeleteRequest": {"Key": keyed(key)}} for key in keys])

    async def put(self, item: Item, **arguments: Any) -> bool:
        """Writes one item; False when its condition fails, and nothing was changed."""
        return await self.act({"Put": {"TableName": self.name, "Item": item, **arguments}})

    async def update(self, key: Key, **arguments: Any) -> bool:
        """Changes one item; False when its condition fails, and nothing was changed."""
        return await self.act({"Update": {"TableName": self.name, "Key": keyed(key), **arguments}})

    async def delete(self, key: Key, **arguments: Any) -> bool:
        """Deletes one item; False when its condition fails, and nothing was changed."""
        return await self.act({"Delete": {"TableName": self.name, "Key": keyed(key), **arguments}})

    async def act(self, action: Mapping[str, Mapping[str, Any]]) -> bool:
        """Makes an action, as `transact` takes them, by itself; False when its condition fails.

        What another region is just writing (in tables where regions agree) is tried again.
        """
        ((name, arguments),) = action.items()
        for attempt in range(_TRIES):
            try:
                await self.connection.call(_ALONE[name], arguments)
            except ClientError as error:
                match code_of(error):
                    case "ConditionalCheckFailedException":
                        return False
                    case "ReplicatedWriteConflictException":
                        await _pause(attempt)
                    case _:
                        with translated():
                            raise
            else:
                return True
        raise overloaded()

    async def transact(self, actions: Sequence[Mapping[str, Any]], token: str) -> None:
        """Makes all of the actions or none; raises Cancelled when a condition fails.

        `token`: at most 36 characters that stand for this call: where an answer was lost, the next try with
        the same token does not do it again (for ten minutes). Rivals for the same items, and throttling, are
        tried again.
        """
        arguments = {"TransactItems": actions, "ClientRequestToken": token}
        for attempt in range(_TRIES):
            try:
                await self.connection.call("transact_write_items", arguments)
            except ClientError as error:
                if code_of(error) != "TransactionCanceledException":
                    with translated():
                        raise
                reasons = error.response.get("CancellationReasons", ())
                if not {reason.get("Code") for reason in reasons} <= _TRANSIENT:
                    raise _judged(reasons) from error
            else:
                return
            await _pause(attempt)
        raise overloaded()

    async def _get_some(self, keys: Sequence[Key]) -> list[Item]:
        items: list[Item] = []
        request = {self.name: {"Keys": [keyed(key) for key in keys], "ConsistentRead": True}}
        for attempt in range(_TRIES):
            answer = await self._call("batch_get_item", RequestItems=request)
            items += answer["Responses"].get(self.name, ())
            request = answer.get("UnprocessedKeys")
            if not request:
                return items
            await _pause(attempt)
        raise overloaded()

    async def _write_many(self, requests: Sequence[Mapping[str, Any]]) -> None:
        await each(self._write_some, _batches(requests, _WRITE_AT_ONCE))

    async def _write_some(self, requests: Sequence[Mapping[str, Any]]) -> None:
        request = {self.name: requests}
        for attempt in range(_TRIES):
            answer = await self._call("batch_write_item", RequestItems=request)
            request = answer.get("UnprocessedItems")
            if not request:
                return
            await _pause(attempt)
        raise overloaded()

    async def _call(self, operation: str, **arguments: Any) -> Any:
        with translated():
            return await self.connection.call(operation, arguments)


def _batches(things: Sequence[T], size: int) -> list[Sequence[T]]:
    return [things[start : start + size] for start in range(0, len(things), size)]


def _judged(reasons: Sequence[Mapping[str, Any]]) -> Exception:
    """What a cancelled transaction comes to: its conditions' failure, or the error of one of its actions."""
    codes = [reason.get("Code", "None") for reason in reasons]
    if "ConditionalCheckFailed" in codes:
        return Cancelled(reasons)
    refused = next(number for number, code in enumerate(codes) if code not in _TRANSIENT)
    return translate_code(codes[refused], str(reasons[refused].get("Message", "")))


async def _pause(attempt: int) -> None:
    shortest, longest = _PAUSE
    await asyncio.sleep(random.uniform(0, min(longest, shortest * 2**attempt)))  # noqa: S311 - jitter
