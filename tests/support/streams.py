"""DynamoDB Streams, and Lambda's way of handing them to a function."""

import json
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import boto3

from tests.support.engines.dynamodb import Database


def stream_records(database: Database, table: str) -> list[dict[str, Any]]:
    """Every record in the table's stream so far, as they stand in an event's `Records`."""
    session = boto3.Session(database.access_key, database.secret_key, region_name=database.region)
    client: Any = session.client("dynamodbstreams", endpoint_url=database.endpoint)
    try:
        [stream] = client.list_streams(TableName=table)["Streams"]
        arn = stream["StreamArn"]
        return [_record(record, arn) for record in _records(client, arn)]
    finally:
        client.close()


class EventSource:
    """Hands records over in batches, in order, with ReportBatchItemFailures.

    https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html: what a function
    reports is handed over again from the first such record on; when it fails, or reports what it was not
    given, the whole batch is.
    """

    def __init__(
        self, invoke: Callable[[Mapping[str, Any]], Any], records: Sequence[Mapping[str, Any]], size: int
    ) -> None:
        self._invoke = invoke
        self._size = size
        self.waiting = list(records)
        """What has not been dealt with yet."""

    def hand_over(self) -> bool:
        """Hands over the next batch; whether all of it was dealt with."""
        batch = self.waiting[: self._size]
        answer = self._invoke({"Records": batch})
        done = _done(answer, [record["dynamodb"]["SequenceNumber"] for record in batch])
        del self.waiting[:done]
        return done == len(batch)

    def hand_over_all(self) -> None:
        """Hands over everything. Raises RuntimeError when something of it is not dealt with."""
        while self.waiting:
            if not self.hand_over():
                raise RuntimeError(f"not dealt with: {self.waiting[0]}")


def _done(answer: Any, numbers: Sequence[str]) -> int:
    """How many records from the beginning a function has dealt with."""
    if not isinstance(answer, dict) or "errorType" in answer:
        return 0
    failed = [failure["itemIdentifier"] for failure in answer.get("batchItemFailures", ())]
    if not failed:
        return len(numbers)
    return min(numbers.index(number) if number in numbers else 0 for number in failed)


def _records(client: Any, arn: str) -> Iterator[Mapping[str, Any]]:
    for shard in client.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
        place = {"StreamArn": arn, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
        iterator = client.get_shard_iterator(**place)["ShardIterator"]
        while iterator:
            answer = client.get_records(ShardIterator=iterator)
            yield from answer["Records"]
            if not answer["Records"]:
                break
            iterator = answer.get("NextShardIterator")


def _record(record: Mapping[str, Any], arn: str) -> dict[str, Any]:
    """https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html: times are numbers, bytes are Base64."""
    moment = record["dynamodb"]["ApproximateCreationDateTime"].timestamp()
    changed = {**record["dynamodb"], "ApproximateCreationDateTime": moment}
    written: dict[str, Any] = json.loads(
        json.dumps({**record, "dynamodb": changed, "eventSourceARN": arn}, default=_text)
    )
    return written


def _text(value: Any) -> str:
    if not isinstance(value, bytes):
        raise TypeError(f"{value!r} in a record")
    return b64encode(value).decode()
