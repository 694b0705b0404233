"""`vexil store`, on the local engine and on moto, which has recovery, tags and keys."""

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.cli import Cli
from tests.support.engines.dynamodb import Database, DynamoDB
from tests.support.engines.moto import Account, MotoServer

STORE = ("--store", "dynamodb:vexil")
KEY = "arn:aws:kms:eu-central-1:123456789012:key/0f6b6b1c"


@pytest.fixture
def database(dynamodb: DynamoDB) -> Database:
    return dynamodb.database()


@pytest.fixture
def local(database: Database, tmp_path: Path) -> Cli:
    return cli_with(database.variables(), tmp_path)


@pytest.fixture
def account(moto_server: MotoServer) -> Account:
    return moto_server.account()


@pytest.fixture
def aws(account: Account, tmp_path: Path) -> Cli:
    return cli_with(account.variables(), tmp_path)


def cli_with(variables: Mapping[str, str], directory: Path) -> Cli:
    return Cli("127.0.0.1:1", directory, "shop", variables=dict(variables))


def levels(cli: Cli, *arguments: str, code: int = 0) -> dict[str, str]:
    """What `check` finds, by table and property."""
    found = cli("store", "check", *STORE, *arguments, "-o", "json", code=code).json
    assert found["healthy"] is (code == 0)
    return {finding["subject"]: finding["level"] for finding in found["findings"]}


def steps(cli: Cli, *arguments: str) -> list[str]:
    """What `init` does, or would do."""
    done = cli("store", "init", *STORE, *arguments, "-o", "json").json
    return [f"{step['table']}: {step['step']}" for step in done["steps"]]


def test_store_init_makes_what_a_server_needs(local: Cli, database: Database) -> None:
    assert levels(local, code=1)["vexil: table"] == "failure"

    done = local("store", "init", *STORE, "--yes")

    assert "+ vexil: create the table, on demand" in done.out
    assert "This engine has no point-in-time recovery; AWS has." in done.err
    with closing(database.client()) as client:
        table = client.describe_table(TableName="vexil")["Table"]
    assert table["StreamSpecification"]["StreamViewType"] == "NEW_AND_OLD_IMAGES"
    assert table["DeletionProtectionEnabled"]
    found = levels(local)
    assert found.pop("vexil: point-in-time recovery") == "warning"
    assert set(found.values()) == {"ok"}
    assert "vexil has layout 1" in local("store", "migrate", *STORE).err


def test_store_init_can_be_repeated(local: Cli) -> None:
    local("store", "init", *STORE, "--yes")

    again = local("store", "init", *STORE)

    assert again.out == ""
    assert "Everything is so already" in again.err


def test_store_init_changes_nothing_in_a_dry_run_or_unasked(local: Cli) -> None:
    planned = steps(local, "--dry-run")
    refusal = local("store", "init", *STORE, code=2)

    assert planned[0] == "vexil: create the table, on demand"
    assert "--yes" in refusal.err
    assert levels(local, code=1)["vexil: table"] == "failure"


def test_store_init_mends_a_table_that_somebody_else_made(aws: Cli, account: Account) -> None:
    with closing(account.session().client("dynamodb", endpoint_url=account.endpoint)) as client:
        client.create_table(**table("pk", "sk"))

    choices = ("--tag", "team=shop", "--tag", "stage=prod")
    mended = steps(aws, *choices, "--yes")

    assert [step.removeprefix("vexil: ") for step in mended if not step.startswith("vexil-board")] == [
        "turn on the stream, with old and new images",
        "let items expire by expires_at",
        "protect it from deletion",
        "turn on point-in-time recovery",
        "tag it with stage=prod, team=shop",
        "write the version of its layout, 1",
    ]
    assert set(levels(aws, *choices).values()) == {"ok"}
    assert levels(aws, "--tag", "team=billing", code=1)["vexil: tags"] == "failure"


def test_store_init_encrypts_with_the_key_of_its_region(aws: Cli) -> None:
    steps(aws, "--kms-key", KEY, "--yes")

    assert levels(aws, "--kms-key", KEY)["vexil: encryption"] == "ok"
    other = KEY.replace("0f6b6b1c", "another")
    assert levels(aws, "--kms-key", other, code=1)["vexil: encryption"] == "failure"


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("--kms-key", "alias/vexil"), "is not a key's ARN"),
        (("--kms-key", KEY, "--replica", "us-east-1"), "There is no --kms-key for us-east-1."),
        (("--kms-key", KEY, "--kms-key", f"{KEY}1"), "There are two keys for eu-central-1."),
        (("--tag", "team"), "'team' is not NAME=VALUE."),
    ],
)
def test_store_init_refuses_choices_that_make_no_sense(
    local: Cli, arguments: tuple[str, ...], text: str
) -> None:
    assert text in local("store", "init", *STORE, *arguments, code=2).err


def test_store_leaves_tables_with_other_keys_alone(local: Cli, database: Database) -> None:
    with closing(database.client()) as client:
        client.create_table(**table("id", "range"))

    refusal = local("store", "init", *STORE, "--yes", "-o", "json", code=4).error

    assert refusal["metadata"] == {"problem": "TABLES_WRONG"}
    assert refusal["violations"][0]["field"] == "vexil: keys"
    assert (
        "id (S, HASH), range (S, RANGE); Vexil needs pk (S, HASH)" in refusal["violations"][0]["description"]
    )
    assert levels(local, code=1)["vexil-board: table"] == "failure"
    assert (
        local("store", "migrate", *STORE, "-o", "json", code=4).error["metadata"]["problem"] == "KEYS_WRONG"
    )


def test_store_says_that_a_table_is_not_a_store_yet(local: Cli, database: Database) -> None:
    with closing(database.client()) as client:
        client.create_table(**table("pk", "sk"))
        client.create_table(**{**table("pk", "sk"), "TableName": "vexil-board"})

    assert (
        local("store", "migrate", *STORE, "-o", "json", code=4).error["metadata"]["problem"]
        == "LAYOUT_MISSING"
    )


def test_store_says_that_there_are_no_credentials(database: Database, tmp_path: Path) -> None:
    # Neither does this machine's own role have any.
    without = {
        **database.variables(),
        "AWS_ACCESS_KEY_ID": "",
        "AWS_SECRET_ACCESS_KEY": "",
        "AWS_EC2_METADATA_DISABLED": "true",
    }

    refusal = cli_with(without, tmp_path)("store", "check", *STORE, code=4)

    assert "there are no AWS credentials" in refusal.err


def test_store_check_reads_all_of_a_sqlite_file(tmp_path: Path) -> None:
    cli = cli_with({}, tmp_path)
    (tmp_path / "other.db").write_bytes(b"this is no database" * 100)

    assert "does not exist" in cli("store", "check", "--store", "sqlite:none.db", code=1).out
    assert "damaged" in cli("store", "check", "--store", "sqlite:other.db", code=1).out
    assert "needs no tables" in cli("store", "init", "--store", "sqlite:none.db", code=2).err
    for command in ("init", "check"):
        assert "is none of sqlite:PATH" in cli("store", command, "--store", "dynamo:vexil", code=2).err


def table(partition: str, sort: str) -> dict[str, Any]:
    """Arguments of `create_table` for `vexil` with these keys."""
    return {
        "TableName": "vexil",
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [
            {"AttributeName": partition, "KeyType": "HASH"},
            {"AttributeName": sort, "KeyType": "RANGE"},
        ],
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in (partition, sort)],
    }
