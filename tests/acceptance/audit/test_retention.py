"""Records and old commits really go, each when its environment says, and the chain stays verifiable."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.audit.announcements import emptied
from tests.acceptance.store.drafts import NAMESPACE, START, Drafts, put
from tests.support.engines.dynamodb import Database, DynamoDB
from tests.support.queues import Queues
from vexil.core.resource import Commit, Revision
from vexil.server.announce.announcement import announcement_of
from vexil.server.audit.chains import positions, verify_chains
from vexil.server.audit.exporting import exported, verify_lines
from vexil.server.audit.pipeline.consumer import Consumer
from vexil.server.audit.pipeline.queue import SqsQueue
from vexil.server.audit.pipeline.retention import Retention
from vexil.server.audit.sinks.dynamodb import DynamoDBSink
from vexil.server.audit.sinks.sqlite import SqliteSink
from vexil.server.stores.sqlite import SqliteStore

ENVIRONMENTS = ("prod", "qa", "prod", "qa", "prod")
RULES = "prod=730,qa=30"


def commits() -> list[Commit]:
    """One of each environment, some seconds apart."""
    drafts = Drafts()
    return [
        drafts.next(put("color", str(number), environment), message="why")
        for number, environment in enumerate(ENVIRONMENTS)
    ]


def send(queues: Queues, queue: str, written: list[Commit]) -> None:
    for commit in written:
        queues.sqs.send_message(QueueUrl=queue, MessageBody=announcement_of(commit).body)


async def test_records_and_old_commits_go_and_the_chain_stays_verifiable(
    queues: Queues, queue: str, tmp_path: Path
) -> None:
    store = await SqliteStore.open(tmp_path / "vexil.db")
    written = [await store.append(commit) for commit in commits()]
    noted = await positions(store)
    send(queues, queue, written)
    with closing(SqliteSink(tmp_path / "audit.db")) as sink:
        emptied(Consumer(SqsQueue(queue), sink, Retention.parse(RULES)))
        assert kept(tmp_path / "audit.db") == [1, 2, 3, 4, 5]
        assert sink.prune(START + timedelta(days=31)) == 2
        assert kept(tmp_path / "audit.db") == [1, 3, 5]
        await store.compact(NAMESPACE, Revision(3))
        [report] = await verify_chains(store, noted)
        assert (report.findings, report.first, report.last, report.compared) == ([], 4, 5, 1)
        lines = [json.dumps(line) async for line in exported(store)]
        assert verify_lines(lines, noted)[0].findings == []
        assert sink.prune(START + timedelta(days=731)) == 3
        assert kept(tmp_path / "audit.db") == []
        await store.compact(NAMESPACE, Revision(5))
        [report] = await verify_chains(store, noted)
        assert (report.findings, report.first, report.compared) == ([], 0, 1)
    await store.close()


def kept(path: Path) -> list[int]:
    """The revisions of which there are records, each with what was changed."""
    with closing(sqlite3.connect(path)) as connection:
        records = connection.execute("SELECT id, revision FROM records ORDER BY revision").fetchall()
        changed = {id for (id,) in connection.execute("SELECT id FROM changes")}
    assert changed == {id for id, _ in records}
    return [revision for _, revision in records]


@pytest.fixture
def database(dynamodb: DynamoDB, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Database, Any]]:
    """A database with the table that the sink writes to, and a client of it."""
    made = dynamodb.database()
    with closing(made.client()) as client:
        keys = [("pk", "HASH"), ("sk", "RANGE")]
        client.create_table(
            TableName="audit",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name, _ in keys],
            KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys],  # type: ignore[typeddict-item]
        )
        client.update_time_to_live(
            TableName="audit", TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires_at"}
        )
        monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", made.endpoint)
        yield made, client


def test_records_in_dynamodb_are_found_and_expire(
    queues: Queues,
    queue: str,
    database: tuple[Database, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By key, time, actor and action; and again however often they come."""
    made, client = database
    for _ in range(2):
        send(queues, queue, commits())
        messages = SqsQueue(queue)
        with monkeypatch.context() as within:
            for name, value in made.variables().items():
                within.setenv(name, value)
            within.delenv("AWS_SESSION_TOKEN", raising=False)
            sink = DynamoDBSink("audit")
        with closing(sink):
            emptied(Consumer(messages, sink, Retention.parse(RULES)))
    assert client.scan(TableName="audit", Select="COUNT")["Count"] == 2 * len(ENVIRONMENTS)
    second = (START + timedelta(seconds=1.5)).isoformat()
    found = client.query(
        TableName="audit",
        KeyConditionExpression="pk = :key AND sk > :since",
        FilterExpression="actor = :actor AND #action = :action",
        ExpressionAttributeNames={"#action": "action"},
        ExpressionAttributeValues={
            ":key": {"S": f"key#{NAMESPACE}#setting#color"},
            ":since": {"S": second},
            ":actor": {"S": "ada"},
            ":action": {"S": "updated"},
        },
    )["Items"]
    assert [int(item["revision"]["N"]) for item in found] == [3, 4, 5]
    days = [
        (int(item["expires_at"]["N"]) - int(START.timestamp())) // timedelta(days=1).total_seconds()
        for item in found
    ]
    assert days == [730, 30, 730]


def test_records_in_sqlite_are_found_by_actor_key_time_and_action(
    queues: Queues, queue: str, tmp_path: Path
) -> None:
    send(queues, queue, commits())
    path = tmp_path / "audit.db"
    with closing(SqliteSink(path)) as sink:
        emptied(Consumer(SqsQueue(queue), sink, Retention()))
    query = """
        SELECT records.revision FROM changes JOIN records USING (id)
        WHERE changes.namespace = 'shop' AND changes.key = 'color' AND changes.at >= ?
        AND changes.action = 'updated' AND records.actor = 'ada' ORDER BY records.revision
    """
    since = (START + timedelta(seconds=3)).isoformat()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute(query, (since,)).fetchall() == [(3,), (4,), (5,)]
        plan = " ".join(str(row) for row in connection.execute(f"EXPLAIN QUERY PLAN {query}", (since,)))
    assert "changes_by_key" in plan
