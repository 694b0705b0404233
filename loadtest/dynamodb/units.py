"""Request units of calls, as DynamoDB bills them.

The local engine says in `ConsumedCapacity` what a call took, and is wrong twice: of a transaction it counts
one item, and of a query that finds nothing none. Those are worked out here, by the rules of the developer
guide ("DynamoDB read and write operations"; "DynamoDB item sizes and formats").
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

READS = frozenset({"GetItem", "BatchGetItem", "Query"})
WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"})

_KB = 1024
_TRANSACTION = 2
"""Units for each KB that a transaction writes: one to prepare it, one to commit it."""


class Units(NamedTuple):
    """What a call took of a table."""

    table: str
    units: float


def units_of(operation: str, request: Mapping[str, Any], answer: Mapping[str, Any]) -> Iterator[Units]:
    """The units of a call that was answered, for each table that it touched."""
    if operation == "TransactWriteItems":
        for action in request["TransactItems"]:
            ((kind, what),) = action.items()
            # Other actions than Put are here about heads, which have less than a KB.
            size = item_bytes(what["Item"]) if kind == "Put" else 1
            yield Units(what["TableName"], _TRANSACTION * -(-size // _KB))
        return
    consumed = answer.get("ConsumedCapacity", ())
    for each in [consumed] if isinstance(consumed, dict) else consumed:
        least = 1.0 if operation in READS else 0.0
        yield Units(each["TableName"], max(least, each["CapacityUnits"]))


def item_bytes(item: Mapping[str, Mapping[str, Any]]) -> int:
    """The size of an item as DynamoDB counts it: names and values."""
    return sum(
        len(name.encode()) + _value_bytes(kind, value)
        for name, typed in item.items()
        for kind, value in typed.items()
    )


def _value_bytes(kind: str, value: Any) -> int:
    match kind:
        case "S":
            return len(str(value).encode())
        case "B":
            # Base64 on the wire.
            return len(str(value)) * 3 // 4 - str(value)[-2:].count("=")
        case "N":
            return len(value) // 2 + 2
        case "NS":
            return sum(_value_bytes("N", each) for each in value)
        case "BOOL" | "NULL":
            return 1
        case _:
            raise ValueError(f"no rule for attributes of type {kind}")
