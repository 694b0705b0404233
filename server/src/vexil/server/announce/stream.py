"""What DynamoDB Streams tell of the log.

A record is of any item of the store's table. Only one kind is a commit: an entry of the log that was
inserted, which is the last item of its commit to be written. Parts, versions, checkpoints, and whatever was
changed or deleted (by compaction, or because it expired) are none.
"""

from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vexil.core.errors import DataLoss
from vexil.server.stores.dynamodb import layout

_LOG = layout.log("")
"""With what the partition keys of logs begin."""


@dataclass(frozen=True, slots=True)
class LoggedCommit:
    """An entry that was added to a log: its record's number, its table, and the item as boto3 has it."""

    sequence: str
    table: str
    namespace: str
    entry: Mapping[str, Any]


def logged_commits(event: Mapping[str, Any]) -> Sequence[LoggedCommit]:
    """The commits in an event of DynamoDB Streams, as Lambda hands it over, in its order.

    https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html. Raises DataLoss for an event without new
    images: then the stream is not one of a store.
    """
    found = []
    for record in event["Records"]:
        changed = record["dynamodb"]
        partition = changed["Keys"].get(layout.PARTITION_KEY, {}).get("S", "")
        if record["eventName"] != "INSERT" or not partition.startswith(_LOG):
            continue
        if "NewImage" not in changed:
            raise DataLoss("the stream has no new images: set its view type to NEW_AND_OLD_IMAGES")
        table = record["eventSourceARN"].split("/")[1]
        entry = {name: _decoded(value) for name, value in changed["NewImage"].items()}
        found.append(LoggedCommit(changed["SequenceNumber"], table, partition.removeprefix(_LOG), entry))
    return found


def _decoded(attribute: Mapping[str, Any]) -> Mapping[str, Any]:
    """An attribute as boto3 has it: events are JSON, in which binary values are Base64."""
    return {"B": b64decode(attribute["B"])} if "B" in attribute else attribute
