"""The engines that other tests rely on: who sees what, and that nothing of them stays behind."""

import os
import re
import signal
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.engines.dynamodb import Database, DynamoDB
from tests.support.engines.moto import MotoServer
from tests.support.engines.process import EngineFailed, EngineProcess
from tests.support.engines.redis import RedisServer

_TREE = Path(__file__).parents[2]
_STARTED_BY_ANOTHER = """
import os, sys, time
from tests.support.engines.dynamodb import dynamodb_local
with dynamodb_local() as engine:
    print(engine.endpoint, flush=True)
    sys.stdin.read()
    os._exit(9)
"""


def test_dynamodb_keeps_accounts_and_regions_apart(dynamodb: DynamoDB) -> None:
    here, there = dynamodb.databases("eu-central-1", "us-east-1").values()
    make_table(here, "settings")
    assert tables(here) == ["settings"]
    assert tables(there) == []
    assert tables(dynamodb.database()) == []


def test_dynamodb_is_reached_from_this_machine_only(dynamodb: DynamoDB) -> None:
    port = int(dynamodb.endpoint.rpartition(":")[2])
    with socket.socket() as other:
        # On another loopback address the port is free: the engine has taken 127.0.0.1 and no more.
        other.bind(("127.0.0.2", port))


def test_dynamodb_ends_with_whoever_started_it(dynamodb: DynamoDB) -> None:
    """The one engine that a test does not share: it ends with a process that ends here."""
    process = subprocess.Popen(
        [sys.executable, "-c", _STARTED_BY_ANOTHER],
        cwd=_TREE,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(_TREE)},
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    port = int(process.stdout.readline().strip().rpartition(":")[2])
    connection = socket.create_connection(("127.0.0.1", port))
    with process.stdin, process.stdout, connection:
        process.stdin.close()
        assert process.wait(60) == 9
        # It had no chance to end its engine; the engine's end closes the connection.
        connection.settimeout(60)
        assert connection.recv(1) == b""


def test_redis_answers(redis_server: RedisServer) -> None:
    with socket.create_connection(("127.0.0.1", redis_server.port)) as connection:
        connection.sendall(b"PING\r\n")
        assert connection.recv(7) == b"+PONG\r\n"


def test_engine_in_the_foreground_ends_with_sigterm(redis_server: RedisServer, tmp_path: Path) -> None:
    del redis_server  # there is one to be started
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.engines", "redis", "--port", "0"],
        cwd=_TREE,
        stdout=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        text=True,
    )
    assert process.stdout is not None
    with process.stdout as output:
        assert output.readline().startswith("Redis: ")
        assert [each.name[:12] for each in tmp_path.iterdir()] == ["vexil-redis-"]
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    assert list(tmp_path.iterdir()) == []


def test_moto_keeps_accounts_apart(moto_server: MotoServer) -> None:
    one, other = moto_server.account(), moto_server.account()
    with (
        closing(one.session().client("sqs", endpoint_url=one.endpoint)) as here,
        closing(other.session().client("sqs", endpoint_url=other.endpoint)) as there,
    ):
        assert one.number in here.create_queue(QueueName="changes")["QueueUrl"]
        assert "QueueUrls" not in there.list_queues()


def test_engine_that_does_not_start_says_its_last_words() -> None:
    command = [sys.executable, "-c", "print('no room for the heap'); raise SystemExit(3)"]
    engine = EngineProcess(command, re.compile("never"), {})
    with pytest.raises(EngineFailed, match="ended with 3 without being up; its output:\nno room"):
        engine.wait_ready()
    engine.close()


def test_engine_that_is_not_up_in_time_is_killed() -> None:
    engine = EngineProcess([sys.executable, "-c", "input()"], re.compile("never"), {})
    with pytest.raises(EngineFailed, match="ran for 0 s without being up"):
        engine.wait_ready(patience=0)
    assert engine.wait() == -signal.SIGKILL
    engine.close()


def make_table(database: Database, name: str) -> None:
    with closing(database.client()) as client:
        client.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )


def tables(database: Database) -> list[str]:
    with closing(database.client()) as client:
        return client.list_tables()["TableNames"]
