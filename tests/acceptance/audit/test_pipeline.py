"""From a commit's announcement in a queue to a record in a sink: at least once, and as one record."""

import json
import math
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import boto3
import pytest

from tests.acceptance.audit.announcements import announce, emptied
from tests.acceptance.store.drafts import NAMESPACE, START, Drafts, delete, put
from tests.support.bulk_server import REGION, BulkServer
from tests.support.engines.moto import Account
from tests.support.queues import Queues
from vexil.core.errors import AccessDenied, InvalidRequest, Unavailable, VexilError
from vexil.server.announce.announcement import announcement_of
from vexil.server.audit.pipeline.consumer import Consumer, replay
from vexil.server.audit.pipeline.queue import SqsQueue
from vexil.server.audit.pipeline.retention import Retention
from vexil.server.audit.sinks.aws_signature import region_of
from vexil.server.audit.sinks.dynamodb import DynamoDBSink
from vexil.server.audit.sinks.json_lines import JsonLinesSink
from vexil.server.audit.sinks.opening import open_sink
from vexil.server.audit.sinks.opensearch import OpenSearchSink
from vexil.server.audit.sinks.port import Sink
from vexil.server.audit.sinks.sqlite import SqliteSink
from vexil.server.cli.app import run


def sqlite_sink(directory: Path) -> tuple[Sink, Callable[[], list[str]]]:
    path = directory / "audit.db"

    def kept() -> list[str]:
        with closing(sqlite3.connect(path)) as connection:
            return [id for (id,) in connection.execute("SELECT id FROM records ORDER BY revision")]

    return SqliteSink(path), kept


def json_lines_sink(directory: Path) -> tuple[Sink, Callable[[], list[str]]]:
    path = directory / "audit.jsonl"
    return JsonLinesSink(path), lambda: [json.loads(line)["id"] for line in path.read_text().splitlines()]


@pytest.fixture(params=["sqlite", "jsonl", "opensearch", "dynamodb"])
def sink(
    request: pytest.FixtureRequest, tmp_path: Path, bulk: BulkServer, queues: Queues
) -> Iterator[tuple[Sink, Callable[[], list[str]]]]:
    """A sink, and what tells the ids in it, by revision."""
    del queues
    match request.param:
        case "sqlite":
            made = sqlite_sink(tmp_path)
        case "jsonl":
            made = json_lines_sink(tmp_path)
        case "opensearch":
            made = OpenSearchSink(bulk.url()), lambda: sorted(id for _, id in bulk.documents)
        case _:
            made = dynamodb_sink()
    with closing(made[0]):
        yield made


def dynamodb_sink() -> tuple[Sink, Callable[[], list[str]]]:
    client: Any = boto3.Session().client("dynamodb")
    keys = [("pk", "HASH"), ("sk", "RANGE")]
    client.create_table(
        TableName="audit",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name, _ in keys],
        KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys],
    )

    def kept() -> list[str]:
        items = client.scan(TableName="audit")["Items"]
        return sorted(json.loads(item["document"]["S"])["id"] for item in items if "document" in item)

    return DynamoDBSink("audit"), kept


class Kept:
    """A sink in memory that refuses what it is told to."""

    name = "memory"

    def __init__(self) -> None:
        self.documents: dict[str, Mapping[str, Any]] = {}
        self.refuse: Mapping[str, VexilError] = {}
        self.down: VexilError | None = None

    def write(self, documents: Sequence[Mapping[str, Any]]) -> Mapping[str, VexilError]:
        if self.down is not None:
            raise self.down
        refused = {each["id"]: self.refuse[each["id"]] for each in documents if each["id"] in self.refuse}
        self.documents |= {each["id"]: each for each in documents if each["id"] not in refused}
        return refused

    def prune(self, now: datetime) -> int:
        del now
        return 0

    def close(self) -> None:
        pass


def is_empty(queues: Queues, queue: str) -> bool:
    return not queues.receive(queue)


def test_every_commit_is_one_record_and_the_queue_is_empty(
    sink: tuple[Sink, Callable[[], list[str]]], queues: Queues, queue: str
) -> None:
    ids = announce(queues, queue)
    announce(queues, queue)
    emptied(Consumer(SqsQueue(queue), sink[0], Retention()))
    assert sink[1]() == ids
    assert is_empty(queues, queue)


def test_record_that_is_written_again_is_the_same(
    sink: tuple[Sink, Callable[[], list[str]]], queues: Queues, queue: str
) -> None:
    """As after a crash between the sink and the queue."""
    ids = announce(queues, queue)
    for _ in range(2):
        emptied(Consumer(SqsQueue(queue), sink[0], Retention()))
        announce(queues, queue)
    assert sink[1]() == ids


def test_message_stays_while_the_sink_is_down(queues: Queues, queue: str) -> None:
    sink = Kept()
    ids = announce(queues, queue)
    consumer = Consumer(SqsQueue(queue), sink, Retention())
    sink.down = Unavailable("down")
    with pytest.raises(Unavailable):
        consumer.step(0)
    sink.down = None
    emptied(consumer)
    assert sorted(sink.documents) == ids
    assert is_empty(queues, queue)


def test_what_fails_for_a_while_comes_again_and_the_rest_is_kept(queues: Queues, queue: str) -> None:
    sink = Kept()
    ids = announce(queues, queue)
    consumer = Consumer(SqsQueue(queue), sink, Retention())
    sink.refuse = {ids[1]: Unavailable("busy")}
    emptied(consumer)
    assert sorted(sink.documents) == [ids[0], ids[2]]
    sink.refuse = {}
    emptied(consumer)
    assert sorted(sink.documents) == ids


@pytest.mark.parametrize("body", ["no json", "[]", "{}", '{"schema": "another"}', "[" * 100_000])
def test_message_that_is_no_announcement_is_a_dead_letter(queues: Queues, queue: str, body: str) -> None:
    letters, sink = queues.queue("letters"), Kept()
    ids = announce(queues, queue, 1)
    queues.sqs.send_message(QueueUrl=queue, MessageBody=body)
    emptied(Consumer(SqsQueue(queue), sink, Retention(), SqsQueue(letters)))
    assert sorted(sink.documents) == ids
    assert [message.body for message in queues.receive(letters)] == [body]
    assert is_empty(queues, queue)


def test_message_that_is_no_announcement_stays_without_dead_letters(queues: Queues, queue: str) -> None:
    queues.sqs.send_message(QueueUrl=queue, MessageBody="no json")
    assert Consumer(SqsQueue(queue), Kept(), Retention()).step(0).left == 1
    assert not is_empty(queues, queue)


def test_message_that_is_no_announcement_goes_where_the_queue_itself_says_and_comes_back(
    queues: Queues, queue: str
) -> None:
    """SQS's own redrive policy, without `--dead-letter`: after so many times that nobody kept it."""
    letters, sink = queues.queue("letters"), Kept()
    found = queues.sqs.get_queue_attributes(QueueUrl=letters, AttributeNames=["QueueArn"])
    policy = {"deadLetterTargetArn": found["Attributes"]["QueueArn"], "maxReceiveCount": 2}
    queues.sqs.set_queue_attributes(QueueUrl=queue, Attributes={"RedrivePolicy": json.dumps(policy)})
    ids = announce(queues, queue)
    consumer = Consumer(SqsQueue(queue), sink, Retention())
    queues.sqs.send_message(QueueUrl=queue, MessageBody="no json")
    for _ in range(5):
        consumer.step(0)
    assert sorted(sink.documents) == ids
    assert is_empty(queues, queue)
    assert replay(SqsQueue(letters), SqsQueue(queue)) == 1
    assert [message.body for message in queues.receive(queue)] == ["no json"]


def test_dead_letters_are_kept_after_a_replay(queues: Queues, queue: str) -> None:
    letters, sink = queues.queue("letters"), Kept()
    ids = announce(queues, queue)
    consumer = Consumer(SqsQueue(queue), sink, Retention(), SqsQueue(letters))
    sink.refuse = dict.fromkeys(ids[:2], InvalidRequest("does not fit"))
    emptied(consumer)
    assert sorted(sink.documents) == ids[2:]
    sink.refuse = {}
    assert replay(SqsQueue(letters), SqsQueue(queue)) == 2
    emptied(consumer)
    assert sorted(sink.documents) == ids
    assert is_empty(queues, letters)


def test_announcement_through_a_topic_with_its_envelope_is_kept(queues: Queues, queue: str) -> None:
    sink = Kept()
    commit = Drafts().next(put("color"), delete("size"), labels={"ticket": "42"})
    envelope = {"Type": "Notification", "Message": announcement_of(commit).body}
    queues.sqs.send_message(QueueUrl=queue, MessageBody=json.dumps(envelope))
    emptied(Consumer(SqsQueue(queue), sink, Retention()))
    [document] = sink.documents.values()
    assert document["keys"] == ["color", "size"]
    assert document["actions"] == ["created", "deleted"]
    assert document["labels"] == ["ticket=42"]
    assert (document["actor"], document["namespace"]) == ("ada", NAMESPACE)


class TestOpenSearch:
    def test_refusals_are_told_apart(self, bulk: BulkServer, queues: Queues, queue: str) -> None:
        ids = announce(queues, queue)
        bulk.status = lambda document: {ids[0]: 201, ids[1]: 429}.get(document["id"], 400)
        letters = queues.queue("letters")
        consumer = Consumer(SqsQueue(queue), OpenSearchSink(bulk.url()), Retention(), SqsQueue(letters))
        emptied(consumer)
        assert [id for _, id in bulk.documents] == [ids[0]]
        assert len(queues.receive(letters)) == 1
        bulk.status = lambda _: 201
        emptied(consumer)
        assert sorted(id for _, id in bulk.documents) == ids[:2]

    @pytest.mark.parametrize(("status", "error"), [(503, "UNAVAILABLE"), (403, "PERMISSION_DENIED")])
    def test_server_that_refuses_everything_keeps_messages_in_the_queue(
        self, bulk: BulkServer, queues: Queues, queue: str, status: int, error: str
    ) -> None:
        announce(queues, queue)
        bulk.down = status
        with pytest.raises(VexilError) as raised:
            Consumer(SqsQueue(queue), OpenSearchSink(bulk.url()), Retention()).step(0)
        assert raised.value.code.name == error
        assert not is_empty(queues, queue)

    def test_answer_that_makes_no_sense_is_none(self, bulk: BulkServer) -> None:
        bulk.status = lambda _: cast("int", math.inf)
        with pytest.raises(Unavailable):
            OpenSearchSink(bulk.url()).write([{"id": "a"}])

    def test_password_is_sent_and_never_over_plain_text_to_others(self, bulk: BulkServer) -> None:
        sink = OpenSearchSink(bulk.url(), "ada", "secret")
        assert sink.write([{"id": "a"}]) == {}
        assert bulk.authorizations == ["Basic YWRhOnNlY3JldA=="]
        with pytest.raises(InvalidRequest):
            OpenSearchSink("http://search.example/audit", "ada", "secret")
        with pytest.raises(InvalidRequest):
            OpenSearchSink("https://ada:secret@search.example/audit")


class TestSigned:
    @pytest.fixture
    def account(self, account: Account, bulk: BulkServer, monkeypatch: pytest.MonkeyPatch) -> Account:
        """Whose requests alone are taken."""
        bulk.signed_by = account.access_key, account.secret_key, account.session_token
        monkeypatch.setenv("VEXIL_OPENSEARCH_AWS_REGION", REGION)
        return account

    def test_signed_requests_are_taken(
        self, account: Account, bulk: BulkServer, queues: Queues, queue: str
    ) -> None:
        ids = announce(queues, queue)
        sink = open_sink(f"opensearch:{bulk.url()}")
        emptied(Consumer(SqsQueue(queue), sink, Retention.parse("prod=1")))
        assert sorted(id for _, id in bulk.documents) == ids
        assert sink.prune(START + timedelta(days=2)) == len(ids)
        assert account.secret_key not in str(bulk.authorizations)

    @pytest.mark.parametrize("variable", ["AWS_SECRET_ACCESS_KEY", "VEXIL_OPENSEARCH_AWS_REGION"])
    def test_wrong_signature_is_refused_and_keeps_messages_in_the_queue(
        self,
        account: Account,
        bulk: BulkServer,
        queues: Queues,
        queue: str,
        monkeypatch: pytest.MonkeyPatch,
        variable: str,
    ) -> None:
        ids = announce(queues, queue)
        messages = SqsQueue(queue)
        monkeypatch.setenv(variable, "eu-west-3")
        with pytest.raises(AccessDenied):
            Consumer(messages, open_sink(f"opensearch:{bulk.url()}"), Retention()).step(0)
        assert len(queues.receive(queue)) == len(ids)

    def test_requests_to_amazons_domains_are_signed(self) -> None:
        assert region_of("search-audit-abc.eu-west-1.es.amazonaws.com") == "eu-west-1"
        assert region_of("search.example.com") == ""
        assert region_of("eu-west-1.es.amazonaws.com.example.com") == ""


class TestRetention:
    def record_of(self, *environments: str) -> Any:
        from vexil.server.audit.pipeline.record import read_record  # noqa: PLC0415

        changes = [put("color", environment=environment) for environment in environments]
        return read_record(announcement_of(Drafts().next(*changes)).body)

    def test_record_is_kept_as_long_as_its_environment_says(self) -> None:
        retention = Retention.parse("prod=730, *=30")
        at = START + timedelta(seconds=1, microseconds=1)
        assert retention.expires_at(self.record_of("prod")) == at + timedelta(days=730)
        assert retention.expires_at(self.record_of("test")) == at + timedelta(days=30)
        assert retention.expires_at(self.record_of("test", "prod")) == at + timedelta(days=730)

    def test_what_no_rule_is_for_is_kept_for_ever(self) -> None:
        assert Retention.parse("prod=730").expires_at(self.record_of("test", "prod")) is None
        assert Retention().expires_at(self.record_of("prod")) is None

    @pytest.mark.parametrize("text", ["prod", "prod=", "=3", "prod=x", "PROD=3", "prod=-1"])
    def test_rule_that_is_none_is_refused(self, text: str) -> None:
        with pytest.raises(InvalidRequest):
            Retention.parse(text)

    @pytest.mark.parametrize("kind", ["sqlite", "opensearch"])
    def test_expired_records_are_pruned(
        self, kind: str, tmp_path: Path, bulk: BulkServer, queues: Queues, queue: str
    ) -> None:
        ids = announce(queues, queue)
        if kind == "sqlite":
            made, kept = sqlite_sink(tmp_path)
        else:
            made, kept = OpenSearchSink(bulk.url()), lambda: sorted(id for _, id in bulk.documents)
        with closing(made) as sink:
            emptied(Consumer(SqsQueue(queue), sink, Retention.parse("prod=1")))
            assert sink.prune(START + timedelta(days=1)) == 0
            assert sink.prune(START + timedelta(days=1, seconds=2.5)) == 2
            assert kept() == ids[2:]


def test_command_empties_the_queue_and_replays_dead_letters(
    queues: Queues, queue: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    letters = queues.queue("letters")
    ids = announce(queues, queue, 12)
    queues.sqs.send_message(QueueUrl=queue, MessageBody="no json")
    sink = f"sqlite:{tmp_path / 'audit.db'}"
    arguments = ["audit", "consume", "--queue", queue, "--sink", sink, "--dead-letter", letters, "--once"]
    assert run([*arguments, "--retain", "prod=36500", "-o", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"kept": 12, "refused": 1}
    with closing(sqlite3.connect(tmp_path / "audit.db")) as connection:
        kept = connection.execute("SELECT id FROM records ORDER BY revision").fetchall()
        assert [id for (id,) in kept] == ids
        colors = "SELECT count(*) FROM changes WHERE namespace = 'shop' AND key = 'color'"
        assert connection.execute(colors).fetchone() == (12,)
    assert run(["audit", "replay", "--from", letters, "--to", queue, "-o", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"replayed": 1}
    assert [message.body for message in queues.receive(queue)] == ["no json"]


def test_line_that_a_crash_cut_off_counts_for_nothing(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    path.write_text('{"id": "a"}\n{"id": "b')
    with closing(JsonLinesSink(path)) as sink:
        sink.write([{"id": "a"}, {"id": "b"}])
    assert path.read_text().splitlines() == ['{"id": "a"}', '{"id": "b', '{"id":"b"}']
