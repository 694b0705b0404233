"""Tables, credentials and items that are not as they should be: said plainly, with what to do."""

from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.acceptance.store.backends import PATIENT, dynamodb_database, new_tables
from tests.acceptance.store.drafts import Drafts, put
from tests.e2e.cli import Cli
from tests.support.engines.dynamodb import Database, DynamoDB
from tests.support.scripted_dynamodb import refused, scripted_dynamodb
from tests.support.server import server_process
from vexil.core.change import Put
from vexil.core.resource import Environment, Kind, Namespace, ResourceId
from vexil.server.stores.dynamodb.place import DynamoDBPlace
from vexil.server.stores.dynamodb.store import DynamoDBStore

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ARN = "arn:aws:iam::123456789012:user/someone"
REFUSALS = [
    ("AccessDeniedException", f"User: {ARN} is not authorized", "ACCESS_DENIED", "dynamodb:DescribeTable"),
    ("ExpiredTokenException", "The security token is expired", "CREDENTIALS_EXPIRED", "sign in again"),
    ("UnrecognizedClientException", "invalid token", "CREDENTIALS_UNKNOWN", "compare access key"),
    ("InvalidSignatureException", "Signature expired: 2026 is now earlier", "CLOCK_WRONG", "NTP"),
    ("InvalidSignatureException", "Signature not yet current: 2026", "CLOCK_WRONG", "NTP"),
    ("RequestTimeTooSkewed", "The difference is too large", "CLOCK_WRONG", "NTP"),
    (
        "InvalidSignatureException",
        "Credential should be scoped to a valid region, not 'eu-central-1'.",
        "REGION_WRONG",
        "compare AWS_REGION",
    ),
    ("KMSAccessDeniedException", ARN, "KEY_DENIED", "key's policy"),
]


def require_plain(text: str) -> None:
    """What people read names no driver and no one's ARN."""
    for word in ("boto", "Traceback", "Exception", "vexil.server.", ARN):
        assert word not in text, text


@pytest.fixture
def database(dynamodb: DynamoDB) -> Database:
    return dynamodb.database()


@pytest.mark.parametrize(("code", "message", "problem", "advice"), REFUSALS)
def test_refusal_of_a_command_says_what_to_do(
    tmp_path: Path, code: str, message: str, problem: str, advice: str
) -> None:
    with scripted_dynamodb(any_call=[refused(code, message)]) as engine:
        cli = Cli("127.0.0.1:1", tmp_path, "shop", variables=dict(Database(engine.endpoint).variables()))
        for command in (("check",), ("init", "--dry-run"), ("migrate",)):
            done = cli("store", *command, "--store", "dynamodb:vexil", "-o", "json", code=4)
            assert done.error["reason"] == "STORE_UNAVAILABLE"
            assert done.error["metadata"] == {"problem": problem}
            assert advice in done.error["message"]
            assert done.error["message"].startswith("the table vexil in eu-central-1: ")
            require_plain(done.err)


def test_server_does_not_start_where_it_is_refused(tmp_path: Path) -> None:
    answer = refused("AccessDeniedException", f"User: {ARN} is not authorized")
    with scripted_dynamodb(any_call=[answer]) as engine:
        done = serve(Database(engine.endpoint), tmp_path, code=4)
    assert "the credentials do not allow dynamodb:DescribeTable" in done


def test_server_does_not_start_without_its_tables(database: Database, tmp_path: Path) -> None:
    assert "create it: vexil store init" in serve(database, tmp_path, code=4)

    with closing(database.client()) as client:
        for name in ("vexil", "vexil-board"):
            create(client, name, "pk", "sk")
    assert "make it one: vexil store init" in serve(database, tmp_path, code=4)


def test_server_does_not_start_on_tables_of_something_else(database: Database, tmp_path: Path) -> None:
    with closing(database.client()) as client:
        create(client, "vexil", "id", "range")
    text = serve(database, tmp_path, code=4)
    assert "its keys are id (S, HASH), range (S, RANGE); Vexil needs pk (S, HASH)" in text
    assert "name another" in text


def test_server_does_not_start_where_nobody_answers(tmp_path: Path) -> None:
    text = serve(Database("http://127.0.0.1:9"), tmp_path, code=5)
    assert "the endpoint does not answer" in text


def test_other_region_has_no_such_table(database: Database, tmp_path: Path) -> None:
    with closing(database.client()) as client:
        create(client, "vexil", "pk", "sk")
    cli = Cli("127.0.0.1:1", tmp_path, "shop", variables=dict(database.variables()))
    address = "dynamodb:vexil?region=us-east-1"
    done = cli("store", "migrate", "--store", address, "-o", "json", code=4)
    assert done.error["metadata"] == {"problem": "TABLE_MISSING"}
    assert "the table vexil in us-east-1: there is no such table" in done.error["message"]
    assert "name the right region" in done.error["message"]


class Items:
    """The items of a store that has three commits of `shop`, and a checkpoint at the second."""

    def __init__(self, client: "DynamoDBClient", table: str, database: Database) -> None:
        self._client = client
        self._table = table
        self._database = database
        self.address = f"dynamodb:{table}"

    def cli(self, directory: Path, target: str = "127.0.0.1:1") -> Cli:
        """The command line, which finds them."""
        return Cli(target, directory, "shop", variables=dict(self._database.variables()))

    def of(self, partition: str) -> list[dict[str, Any]]:
        """The items of a partition."""
        answer = self._client.query(
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": partition}},
        )
        return [dict(item) for item in answer["Items"]]

    def edit(self, item: dict[str, Any], **attributes: Any) -> None:
        """Changes an item by hand."""
        self._client.put_item(TableName=self._table, Item={**item, **attributes})

    def delete(self, item: dict[str, Any]) -> None:
        """Deletes an item by hand."""
        self._client.delete_item(TableName=self._table, Key={"pk": item["pk"], "sk": item["sk"]})


@pytest.fixture
async def items(request: pytest.FixtureRequest) -> AsyncIterator["Items"]:
    database = dynamodb_database(request)
    place = new_tables(database)
    store = await DynamoDBStore.open(DynamoDBPlace(place.table), limits=PATIENT, checkpoint_every=2)
    drafts = Drafts()
    named = Put(ResourceId(Kind.NAMESPACE, "", "shop"), Namespace())
    environment = Put(ResourceId(Kind.ENVIRONMENT, "", "prod"), Environment())
    await store.append(drafts.next(named, environment, put("a", "0")))
    for each in ("1", "2"):
        await store.append(drafts.next(put("a", each)))
    await store._chores.done()
    await store.close()
    with closing(database.client()) as client:
        yield Items(client, place.table, database)


Edit = Callable[[Items], None]


def flip(item: dict[str, Any], attribute: str) -> dict[str, Any]:
    """The attribute with one bit changed."""
    value = item[attribute]["B"]
    return {attribute: {"B": value[:-1] + bytes([value[-1] ^ 1])}}


def edit_log(items: Items) -> None:
    item = items.of("log#shop")[2]
    items.edit(item, **flip(item, "content"))


def edit_head(items: Items) -> None:
    (item,) = items.of("heads")
    items.edit(item, **flip(item, "digest"))


def edit_checkpoint(items: Items) -> None:
    (chunk,) = items.of("chunks#shop#0000000000000002#00000001#0")
    items.edit(chunk, **flip(chunk, "content"))


def edit_manifest(items: Items) -> None:
    (item,) = items.of("checkpoints#shop")
    items.edit(item, **flip(item, "digest"))


def truncate_log(items: Items) -> None:
    items.delete(items.of("log#shop")[2])


EDITS: dict[Edit, str] = {
    edit_log: "commit 3 of 'shop'",
    edit_head: "commit 3 of 'shop' is not the one that its head names",
    edit_checkpoint: "checkpoint 2 of 'shop'",
    edit_manifest: "checkpoint 2 of 'shop' differs from what was written",
    truncate_log: "commit 3 of 'shop' is missing",
}


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_damage_is_found_named_and_not_served(items: Items, edit: Edit, tmp_path: Path) -> None:
    edit(items)
    cli = items.cli(tmp_path)

    ended = cli.process("serve", "--store", items.address, "--listen", "127.0.0.1:0", code=1)
    assert EDITS[edit] in ended.err
    assert "point-in-time recovery" in ended.err
    assert "`vexil store check --contents`" in ended.err
    require_plain(ended.err)

    checked = cli("store", "check", "--store", items.address, "--contents", code=1)
    assert EDITS[edit] in checked.out
    assert "docs/dynamodb.md" in checked.out
    require_plain(checked.out)


def test_whole_store_is_said_to_be_whole(items: Items, tmp_path: Path) -> None:
    cli = items.cli(tmp_path)
    # Its items do not expire, as tests want it; a check wants it otherwise.
    cli("store", "init", "--store", items.address, "--yes")
    text = cli("store", "check", "--store", items.address, "--contents").out
    assert f"{items.address} is whole: 1 namespace, 3 revisions" in text


def test_server_that_runs_serves_on_beside_damage_and_goes_on_after_it(items: Items, tmp_path: Path) -> None:
    (head,), (_, second, third) = items.of("heads"), items.of("log#shop")
    items.edit(head, revision=second["revision"], digest=second["digest"])
    items.delete(third)
    with server_process(items.address) as server:
        cli = items.cli(tmp_path, server.target)
        items.edit(third, **flip(third, "content"))
        items.edit(head)

        lost = server.wait_for("store_lost")
        assert lost["reason"] == "STORE_CORRUPT"
        assert "commit 3 of 'shop'" in lost["error"]
        assert cli("get", "a", "--raw").out == "1\n"
        failed = cli("set", "a", "3", "-o", "json", code=1).error
        assert failed["reason"] == "STORE_CORRUPT"
        require_plain(failed["message"])

        items.edit(third)
        server.wait_for("store_back")
        assert cli("get", "a", "--raw").out == "2\n"
        cli("set", "a", "3")
        assert [line["event"] for line in server.lines if line["level"] != "info"] == ["store_lost"]


def serve(database: Database, directory: Path, *, code: int) -> str:
    """What `vexil serve` says before it ends."""
    cli = Cli("127.0.0.1:1", directory, "shop", variables=dict(database.variables()))
    done = cli.process("serve", "--store", "dynamodb:vexil", "--listen", "127.0.0.1:0", code=code)
    require_plain(done.err)
    return done.err


def create(client: "DynamoDBClient", name: str, partition: str, sort: str) -> None:
    """Makes a table with these keys."""
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[
            {"AttributeName": partition, "KeyType": "HASH"},
            {"AttributeName": sort, "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in (partition, sort)],
    )
