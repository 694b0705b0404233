"""`import connect --dynamodb` and `import flags --table` against DynamoDB's own local engine."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import Any

import pytest

from tests.acceptance.imports.conftest import at_aws
from tests.e2e.cli import Cli
from tests.support.engines.dynamodb import Database, DynamoDB
from tests.unit.server.imports.items import FEATURE, FLOW, LOGGING, QUEUE, ROUTING, changed, wire_item
from vexil.server.imports.aws.clients import AwsPlace
from vexil.server.imports.aws.tables import scan_table
from vexil.server.imports.connect import TABLES
from vexil.server.imports.item import Item

MAKE = ("--create-namespace", "--create-environments")
ITEMS: Mapping[str, Sequence[Mapping[str, Any]]] = {
    "ConnectFlowConfigurations": [changed(FLOW, "version", number) for number in (1, 2, 10)],
    "ConnectQueueConfigurations": [
        changed(QUEUE, "routingRules.requiredSkills", frozenset({"sales", "product-knowledge"}))
    ],
    "ConnectRoutingConfigurations": [ROUTING],
    "ConnectLoggingConfigurations": [LOGGING],
    "ConnectFeatureFlags": [FEATURE],
}


def fill(database: Database, table: str, keys: Sequence[str], items: Sequence[Mapping[str, Any]]) -> None:
    types = {"version": "N"}
    with closing(database.client()) as client:
        client.create_table(
            TableName=table,
            KeySchema=[
                {"AttributeName": key, "KeyType": "HASH" if key == keys[0] else "RANGE"} for key in keys
            ],
            AttributeDefinitions=[
                {"AttributeName": key, "AttributeType": "N" if key in types else "S"} for key in keys
            ],
            BillingMode="PAY_PER_REQUEST",
        )
        for start in range(0, len(items), 25):
            part: list[Any] = [
                {"PutRequest": {"Item": wire_item(item)}} for item in items[start : start + 25]
            ]
            client.batch_write_item(RequestItems={table: part})


@pytest.fixture
def database(dynamodb: DynamoDB) -> Database:
    """A database with the five tables."""
    made = dynamodb.database()
    for table, keys in TABLES.items():
        fill(made, table, keys, ITEMS[table])
    return made


def test_five_tables_are_imported_as_they_stand(database: Database, cli: Cli) -> None:
    aws = at_aws(cli, database.variables())

    planned = aws("import", "connect", "--dynamodb", *MAKE, "--dry-run", "-o", "json").json
    done = aws("import", "connect", "--dynamodb", *MAKE, "-o", "json").json
    again = aws("import", "connect", "--dynamodb", "-o", "json").json

    assert planned["changes"] == done["changes"]
    assert (done["read"], done["mapped"], done["written"]) == (7, 7, 10)
    assert (again["written"], again["counts"]["unchanged"]) == (0, 8)
    flow = aws("get", "inbound-sales-flow", "--kind", "flow_configuration", "-o", "json").json
    content = flow["state"]["resource"]["flowConfiguration"]
    assert content["metadata"]["sourceVersion"] == "10"
    assert content["queueKey"] == "sales-queue"
    assert content["parameters"]["share"] == 0.25
    assert content["parameters"]["businessHours"] == {"waitMusicPrompt": None, "days": [1, 2, 3]}


def test_large_table_is_read_page_by_page_in_parallel(dynamodb: DynamoDB, cli: Cli) -> None:
    made = dynamodb.database()
    notes = "x" * 3000
    flags: list[Mapping[str, Any]] = [
        {"PK": f"ENVIRONMENT#flag-{number}", "SK": "ENV#prod", "enabled": True, "notes": notes}
        for number in range(1200)
    ]
    fill(made, "flags", ("PK", "SK"), flags)
    aws = at_aws(cli, made.variables())

    done = aws("import", "flags", "--table", "flags", "--segments", "3", *MAKE, "-o", "json").json

    assert (done["read"], done["mapped"], done["written"]) == (1200, 1200, 1201)
    # 500 changes in a commit.
    assert done["revision"] == "3"


def test_reader_that_stops_early_leaves_no_scan_behind(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in database.variables().items():
        monkeypatch.setenv(name, value)
    items = scan_table(AwsPlace(), "ConnectFlowConfigurations", 4)

    assert isinstance(next(items), Item)
    items.close()  # type: ignore[attr-defined]  # a generator


def test_table_that_is_not_there_is_told_by_name(dynamodb: DynamoDB, cli: Cli) -> None:
    aws = at_aws(cli, dynamodb.database().variables())

    failed = aws("import", "connect", "--dynamodb", *MAKE, code=3)

    assert "the table ConnectFlowConfigurations does not exist there" in failed.err


@pytest.mark.parametrize(
    ("variables", "code", "what"),
    [
        ({"AWS_REGION": "", "AWS_DEFAULT_REGION": ""}, 2, "no AWS region is set"),
        (
            {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_SHARED_CREDENTIALS_FILE": "none"},
            6,
            "no AWS c",
        ),
        ({"AWS_PROFILE": "nobody"}, 2, "configuration or a name is not valid"),
        ({"AWS_ENDPOINT_URL_DYNAMODB": "nonsense"}, 2, "is no URL"),
    ],
)
def test_access_that_is_not_right_says_what_to_do(
    dynamodb: DynamoDB, cli: Cli, variables: dict[str, str], code: int, what: str
) -> None:
    made = {**dynamodb.database().variables(), **variables}
    aws = at_aws(cli, {name: value for name, value in made.items() if value})

    failed = aws("import", "flags", "--table", "flags", *MAKE, code=code)

    assert what in failed.err
    assert "botocore" not in failed.err
