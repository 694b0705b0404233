"""Records in a table of DynamoDB, readable by commit and by resource.

| `pk` | `sk` | item |
|---|---|---|
| `commit#NAMESPACE` | `REVISION#EPOCH` | a record |
| `key#NAMESPACE#KIND#KEY` | `TIME#REVISION#EPOCH#ENVIRONMENT` | a change, by time |

Both keys are texts; items expire by `expires_at`, which the table's time to live has to name. What is written
again has the same keys and the same content.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from vexil.core.errors import FailedPrecondition, Reason, Unavailable, VexilError

_BATCH = 25
_TRIES = 5


class DynamoDBSink:
    """A table; boto3 finds credentials, region and endpoint as it always does."""

    def __init__(self, table: str) -> None:
        try:
            import boto3  # noqa: PLC0415 - only there with the extra
            from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415
        except ImportError as error:
            raise FailedPrecondition(
                "a table needs boto3: install vexil-server[aws]", reason=Reason.INVALID_REQUEST
            ) from error
        self._failures = (BotoCoreError, ClientError)
        self._table = table
        try:
            self._client: Any = boto3.Session().client("dynamodb")
        except BotoCoreError as error:
            raise self._unavailable("is not configured: set AWS_REGION") from error

    @property
    def name(self) -> str:
        """`dynamodb:TABLE`."""
        return f"dynamodb:{self._table}"

    def write(self, documents: Sequence[Mapping[str, Any]]) -> Mapping[str, VexilError]:
        """In batches of 25 items."""
        requests = [{"PutRequest": {"Item": item}} for each in documents for item in _items(each)]
        try:
            for start in range(0, len(requests), _BATCH):
                self._put(requests[start : start + _BATCH])
        except self._failures as error:
            raise self._unavailable(
                "does not take records: does it exist, and is writing allowed?"
            ) from error
        return {}

    def prune(self, now: datetime) -> int:
        """Nothing: DynamoDB removes what has expired."""
        del now
        return 0

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()

    def _put(self, requests: Sequence[Mapping[str, Any]]) -> None:
        left: Any = {self._table: list({_key(each): each for each in requests}.values())}
        for _ in range(_TRIES):
            left = self._client.batch_write_item(RequestItems=left).get("UnprocessedItems")
            if not left:
                return
        raise self._unavailable("is asked too often")

    def _unavailable(self, what: str) -> VexilError:
        return Unavailable(f"{self.name} {what}", reason=Reason.STORE_UNAVAILABLE)


def _key(request: Mapping[str, Any]) -> tuple[str, str]:
    item = request["PutRequest"]["Item"]
    return item["pk"]["S"], item["sk"]["S"]


def _items(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    place = f"{document['revision']:016}#{document['epoch']:016}"
    expires: dict[str, Any] = {}
    if document["expiresAt"] is not None:
        seconds = int(datetime.fromisoformat(document["expiresAt"]).timestamp())
        expires = {"expires_at": {"N": str(seconds)}}
    common = {"actor": {"S": document["actor"]}, "at": {"S": document["at"]}, **expires}
    yield {
        "pk": {"S": f"commit#{document['namespace']}"},
        "sk": {"S": place},
        "document": {"S": json.dumps(document)},
        **common,
    }
    for change in document["changes"]:
        yield {
            "pk": {"S": f"key#{document['namespace']}#{change['kind']}#{change['key']}"},
            "sk": {"S": f"{document['at']}#{place}#{change['environment']}"},
            "action": {"S": change["action"]},
            "version": {"N": str(change["version"])},
            "revision": {"N": str(document["revision"])},
            "message": {"S": document["message"]},
            **common,
        }
