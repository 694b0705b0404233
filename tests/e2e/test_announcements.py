"""Commits of server processes, read back from queues: each at least once, in order, whoever is killed."""

import asyncio
import random
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import grpc.aio
import pytest

from tests.support.backend import put
from tests.support.engines.dynamodb import Database, DynamoDB
from tests.support.engines.moto import Account, MotoServer
from tests.support.fleet import Fleet, fleet
from tests.support.queues import Message, Queues, queues_of
from tests.support.server import PATIENCE, server_process
from vexil.server.stores.dynamodb.tables import create_tables


@pytest.fixture
def account(moto_server: MotoServer) -> Account:
    return moto_server.account()


@pytest.fixture
def queues(account: Account) -> Iterator[Queues]:
    with queues_of(account) as queues:
        yield queues


@pytest.fixture
def topic(queues: Queues) -> str:
    return queues.topic("changes.fifo")


class Backend(NamedTuple):
    """A store for server processes, and what they need to find it and the topic."""

    store: Path | str
    variables: Mapping[str, str]


@pytest.fixture(params=["sqlite", "dynamodb"])
def backend(request: pytest.FixtureRequest, tmp_path: Path, account: Account) -> Backend:
    if request.param == "sqlite":
        return Backend(tmp_path / "vexil.db", account.variables())
    engine: DynamoDB = request.getfixturevalue("dynamodb")
    database = Database(engine.endpoint, account.region, account.access_key, account.secret_key)
    with closing(database.client()) as client:
        create_tables(client, "vexil")
    variables = {**account.variables(), "AWS_ENDPOINT_URL_DYNAMODB": engine.endpoint}
    return Backend("dynamodb:vexil", variables)


@pytest.fixture
def queue(queues: Queues, topic: str) -> str:
    queue = queues.queue("consumer.fifo")
    queues.subscribe(topic, queue)
    return queue


async def received_until(queues: Queues, queue: str, revision: int) -> list[Message]:
    """What arrives, up to the announcement of this revision."""
    found: list[Message] = []
    async with asyncio.timeout(PATIENCE):
        while not found or max(revisions(found)) < revision:
            found += await asyncio.to_thread(queues.receive, queue, 1)
    return found


def revisions(messages: list[Message]) -> list[int]:
    return [message.document["revision"] for message in messages]


async def test_commits_are_announced_through_a_topic(
    tmp_path: Path, account: Account, queues: Queues, topic: str, queue: str
) -> None:
    with server_process(tmp_path / "vexil.db", account.variables(), announce=f"sns:{topic}") as server:
        async with fleet(server.target) as client:
            await client.create()
            last = 0
            for number in range(20):
                last = await client.commit(put("x", str(number)), request_id=f"r-{number}")
            messages = await received_until(queues, queue, last)
    assert revisions(messages) == list(range(1, 22))
    announced = messages[-1].document
    assert announced["requestId"] == "r-19"
    assert announced["changes"] == [
        {"kind": "setting", "environment": "prod", "key": "x", "version": 20, "operation": "updated"}
    ]


@pytest.mark.timeout(300)
async def test_no_commit_is_lost_by_killing_servers(
    backend: Backend, queues: Queues, topic: str, queue: str
) -> None:
    dice, last = random.Random(6), 0
    for round_ in range(3):
        with server_process(*backend, announce=f"sns:{topic}") as server:
            async with fleet(server.target) as client:
                if round_ == 0:
                    await client.create()
                writing = asyncio.create_task(write(client))
                await asyncio.wait({writing}, timeout=dice.uniform(0.3, 1.0))
                await asyncio.to_thread(server.kill)
                last = max(last, await writing)
    with server_process(*backend, announce=f"sns:{topic}") as server:
        async with fleet(server.target) as client:
            end = await client.commit(put("end", "x"))
            messages = await received_until(queues, queue, end)
    assert end > last
    assert list(dict.fromkeys(revisions(messages))) == list(range(1, end + 1))


async def write(client: Fleet) -> int:
    """Commits one after the other until the server is gone; the newest revision that was acknowledged."""
    revision = 0
    try:
        for number in range(100_000):
            revision = await client.commit(put("x", str(number)))
    except grpc.aio.AioRpcError:
        pass
    return revision


async def test_of_several_processes_one_announces(tmp_path: Path, account: Account, queues: Queues) -> None:
    """The queue is a standard one, which would show what is published twice."""
    queue = queues.queue("changes")
    variables = account.variables()
    with server_process(tmp_path / "vexil.db", variables, announce=f"sqs:{queue}", processes=2) as server:
        async with fleet(server.target) as client:
            await client.create()
            last = 0
            for number in range(30):
                last = await client.commit(put("x", str(number)))
            messages = await received_until(queues, queue, last)
    messages += queues.receive_all(queue)
    assert sorted(revisions(messages)) == list(range(1, last + 1))


async def test_missing_topic_is_logged_and_commits_go_on(
    tmp_path: Path, account: Account, queues: Queues
) -> None:
    missing = f"sns:arn:aws:sns:{account.region}:{account.number}:late.fifo"
    with server_process(tmp_path / "vexil.db", account.variables(), announce=missing) as server:
        doubt = await asyncio.to_thread(server.wait_for, "announcing_doubtful")
        assert (doubt["code"], doubt["destination"]) == ("NOT_FOUND", missing)
        async with fleet(server.target) as client:
            await client.create()
            line = await asyncio.to_thread(server.wait_for, "announcing_failed")
            assert line["code"] == "NOT_FOUND"
            assert missing in line["error"]
            assert line["waiting"] >= 1
            queue = queues.queue("consumer.fifo")
            queues.subscribe(queues.topic("late.fifo"), queue)
            last = await client.commit(put("x", "1"))
            assert revisions(await received_until(queues, queue, last)) == list(range(1, last + 1))
            await asyncio.to_thread(server.wait_for, "announcing_again")


async def test_wrong_address_is_refused_at_the_start() -> None:
    with server_process(announce="sns:my-topic") as server:
        assert await asyncio.to_thread(server.process.wait, 60) != 0
    assert "sns:TOPIC-ARN" in " ".join(str(line) for line in server.lines)
