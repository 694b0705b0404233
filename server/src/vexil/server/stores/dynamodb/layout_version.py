"""Which layout a store's items have, and for which consistency: one item in its table says it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vexil.core.errors import DataLoss, FailedPrecondition, Reason
from vexil.server.stores.dynamodb.consistency import Consistency
from vexil.server.stores.dynamodb.layout import ONLY, PARTITION_KEY, SORT_KEY

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

LAYOUT_VERSION = 1
"""The layout of this release. A release that changes what lies where raises it, and brings a migration."""

_VERSION, _CONSISTENCY = "version", "consistency"
_KEY: Mapping[str, Any] = {PARTITION_KEY: {"S": "layout"}, SORT_KEY: {"S": ONLY}}


@dataclass(frozen=True, slots=True)
class Layout:
    """What is written about the items of a store."""

    version: int
    consistency: Consistency


def first_write(consistency: Consistency) -> Mapping[str, Any]:
    """Arguments of `put_item`, without the table, that write this release's layout where there is none."""
    item = {**_KEY, _VERSION: {"N": str(LAYOUT_VERSION)}}
    if consistency is Consistency.STRONG:
        item[_CONSISTENCY] = {"S": str(consistency)}
    return {
        "Item": item,
        "ConditionExpression": "attribute_not_exists(#key)",
        "ExpressionAttributeNames": {"#key": PARTITION_KEY},
    }


def read_layout(client: "DynamoDBClient", table: str) -> Layout | None:
    """The layout; None: nobody has written one. Raises DataLoss when it makes no sense."""
    item = client.get_item(TableName=table, Key=_KEY, ConsistentRead=True).get("Item")
    if item is None:
        return None
    text = item.get(_VERSION, {}).get("N", "")
    consistency = item.get(_CONSISTENCY, {}).get("S", Consistency.EVENTUAL)
    if not text.isdecimal() or consistency not in set(Consistency):
        raise DataLoss(f"the table {table} is damaged: what its layout is makes no sense")
    return Layout(int(text), Consistency(consistency))


def require_known(subject: str, version: int) -> None:
    """Raises FailedPrecondition (STORE_SCHEMA_NEWER) for a layout that only a later release knows."""
    if version > LAYOUT_VERSION:
        raise FailedPrecondition(
            f"{subject} has layout {version}, and this release knows layouts up to {LAYOUT_VERSION}; "
            "use the release that wrote it, or a later one; nothing was changed",
            reason=Reason.STORE_SCHEMA_NEWER,
            metadata={"found": str(version), "supported": str(LAYOUT_VERSION)},
        )
