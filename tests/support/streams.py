"""DynamoDB Streams as Lambda hands them over."""

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
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
