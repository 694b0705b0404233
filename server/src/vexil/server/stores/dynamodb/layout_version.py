"""Which layout a store's items have: one item in its table says it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from vexil.core.errors import DataLoss, FailedPrecondition, Reason
from vexil.server.stores.dynamodb.layout import ONLY, PARTITION_KEY, SORT_KEY

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

LAYOUT_VERSION = 1
"""The layout of this release. A release that changes what lies where raises it, and brings a migration."""

_VERSION = "version"
_KEY: Mapping[str, Any] = {PARTITION_KEY: {"S": "layout"}, SORT_KEY: {"S": ONLY}}

FIRST_WRITE: Mapping[str, Any] = {
    "Item": {**_KEY, _VERSION: {"N": str(LAYOUT_VERSION)}},
    "ConditionExpression": "attribute_not_exists(#key)",
    "ExpressionAttributeNames": {"#key": PARTITION_KEY},
}
"""Arguments of `put_item`, without the table, that write this release's version where there is none."""


def read_version(client: "DynamoDBClient", table: str) -> int | None:
    """The layout's version; None: nobody has written one. Raises DataLoss when it is no number."""
    item = client.get_item(TableName=table, Key=_KEY, ConsistentRead=True).get("Item")
    if item is None:
        return None
    text = item.get(_VERSION, {}).get("N", "")
    if not text.isdecimal():
        raise DataLoss(f"the table {table} is damaged: the version of its layout is no number")
    return int(text)


def require_known(subject: str, version: int) -> None:
    """Raises FailedPrecondition (STORE_SCHEMA_NEWER) for a layout that only a later release knows."""
    if version > LAYOUT_VERSION:
        raise FailedPrecondition(
            f"{subject} has layout {version}, and this release knows layouts up to {LAYOUT_VERSION}; "
            "use the release that wrote it, or a later one; nothing was changed",
            reason=Reason.STORE_SCHEMA_NEWER,
            metadata={"found": str(version), "supported": str(LAYOUT_VERSION)},
        )
