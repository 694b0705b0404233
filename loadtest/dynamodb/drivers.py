"""What a call to DynamoDB costs this process, with boto3 on a thread pool and with aiobotocore.

Prints one line for each. Run it against a local engine, in an environment of its own:

    uv run --no-project --with boto3 --with aiobotocore python loadtest/dynamodb/drivers.py http://127.0.0.1:8000
"""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import boto3
from aiobotocore.session import get_session
from botocore.config import Config

CALLS = 3000
AT_ONCE = 16
TABLE = "drivers"
VALUE = {"B": b"x" * 300}
Call = Callable[[str, dict[str, Any]], Awaitable[Any]]


def _write() -> tuple[str, dict[str, Any]]:
    """A commit of one change: five items in a transaction."""
    name = uuid4().hex
    puts = [
        {
            "Put": {
                "TableName": TABLE,
                "Item": {"pk": {"S": name}, "sk": {"S": str(n)}, "v": VALUE},
            }
        }
        for n in range(5)
    ]
    return "transact_write_items", {"TransactItems": puts, "ClientRequestToken": name}


def _read() -> tuple[str, dict[str, Any]]:
    """A query that finds twenty items of 300 bytes, as one that follows the log does."""
    arguments = {
        "TableName": TABLE,
        "KeyConditionExpression": "pk = :p",
        "ExpressionAttributeValues": {":p": {"S": "log"}},
        "ConsistentRead": True,
    }
    return "query", arguments


async def _measure(name: str, call: Call) -> None:
    for what, make in (("transaction of 5", _write), ("query of 20", _read)):

        async def some(make: Callable[[], tuple[str, dict[str, Any]]] = make) -> None:
            for _ in range(CALLS // AT_ONCE):
                await call(*make())

        await asyncio.gather(*(some() for _ in range(AT_ONCE // 2)))
        wall, cpu = time.perf_counter(), time.process_time()
        await asyncio.gather(*(some() for _ in range(AT_ONCE)))
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        calls = CALLS // AT_ONCE * AT_ONCE
        print(f"{name:24} {what:18} {cpu / calls * 1e6:7.0f} µs CPU a call {calls / wall:7.0f} calls/s")


async def _main(endpoint: str) -> None:
    options: dict[str, Any] = {
        "endpoint_url": endpoint,
        "region_name": "us-east-1",
        "aws_access_key_id": "local",
        "aws_secret_access_key": "local",
    }
    config = {"max_pool_connections": AT_ONCE, "retries": {"mode": "standard"}}
    client = boto3.client("dynamodb", **options, config=Config(**config))
    client.create_table(
        TableName=TABLE,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in ("pk", "sk")],
        BillingMode="PAY_PER_REQUEST",
    )
    for number in range(20):
        client.put_item(
            TableName=TABLE,
            Item={"pk": {"S": "log"}, "sk": {"S": f"{number:04}"}, "v": VALUE},
        )
    threads = ThreadPoolExecutor(AT_ONCE)
    loop = asyncio.get_running_loop()

    async def threaded(name: str, arguments: dict[str, Any]) -> Any:
        return await loop.run_in_executor(threads, lambda: getattr(client, name)(**arguments))

    await _measure("boto3 on 16 threads", threaded)
    from aiobotocore.config import AioConfig  # noqa: PLC0415 - beside its only use

    async with get_session().create_client("dynamodb", **options, config=AioConfig(**config)) as other:

        async def awaited(name: str, arguments: dict[str, Any]) -> Any:
            return await getattr(other, name)(**arguments)

        await _measure("aiobotocore", awaited)
    client.delete_table(TableName=TABLE)


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1]))
