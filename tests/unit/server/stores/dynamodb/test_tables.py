"""Steps on tables: which are needed, and that each is waited for."""

from contextlib import closing
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config

from tests.support.scripted_dynamodb import Answer, refused, scripted_dynamodb
from vexil.core.errors import DeadlineExceeded
from vexil.server.stores.dynamodb.access import Problem, StoreRefused
from vexil.server.stores.dynamodb.consistency import Consistency
from vexil.server.stores.dynamodb.findings import Finding, State, findings
from vexil.server.stores.dynamodb.found import ACTIVE, Found
from vexil.server.stores.dynamodb.layout_version import Layout
from vexil.server.stores.dynamodb.schema import IMAGES, KEYS, Step, Wanted, store_tables
from vexil.server.stores.dynamodb.tables import Tables, Waiting

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

REPLICA = Step("add a replica", "update_table", {"ReplicaUpdates": [{"Create": {"RegionName": "us-east-1"}}]})


class Pauses:
    """A clock that moves only while somebody waits."""

    def __init__(self) -> None:
        self.now = 0.0
        self.taken: list[float] = []

    def pause(self, seconds: float) -> None:
        self.now += seconds
        self.taken.append(seconds)

    def waiting(self, patience: float = 60.0) -> Waiting:
        return Waiting(self.pause, lambda: self.now, patience)


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


def described(status: str, **replicas: str) -> Answer:
    return 200, {
        "Table": {
            "TableName": "vexil",
            "TableArn": "arn:aws:dynamodb:eu-central-1:123456789012:table/vexil",
            "TableStatus": status,
            "AttributeDefinitions": [],
            "KeySchema": [],
            "Replicas": [
                {"RegionName": region, "ReplicaStatus": state} for region, state in replicas.items()
            ],
        }
    }


def client_of(endpoint: str) -> "closing[DynamoDBClient]":
    session = boto3.Session("key", "secret", region_name="eu-central-1")
    config = Config(retries={"total_max_attempts": 1})
    return closing(session.client("dynamodb", endpoint_url=endpoint, config=config))


def test_step_is_over_when_table_and_replicas_are_active(pauses: Pauses) -> None:
    answers = [
        described("UPDATING"),
        described("ACTIVE", there="CREATING"),
        described("ACTIVE", there="ACTIVE"),
    ]
    with (
        scripted_dynamodb(UpdateTable=[(200, {})], DescribeTable=answers) as server,
        client_of(server.endpoint) as client,
    ):
        Tables(client, pauses.waiting()).take("vexil", REPLICA)

    assert [operation for operation, _ in server.calls] == ["UpdateTable", *["DescribeTable"] * 3]
    assert pauses.now > 0


def test_step_waits_for_what_somebody_else_has_begun(pauses: Pauses) -> None:
    busy = refused("ResourceInUseException")
    with (
        scripted_dynamodb(UpdateTable=[busy, busy, (200, {})], DescribeTable=[described("ACTIVE")]) as server,
        client_of(server.endpoint) as client,
    ):
        Tables(client, pauses.waiting()).take("vexil", REPLICA)

    assert [operation for operation, _ in server.calls].count("UpdateTable") == 3


def test_step_is_looked_at_less_often_the_longer_it_takes(pauses: Pauses) -> None:
    answers = [*[described("UPDATING")] * 8, described("ACTIVE")]
    with (
        scripted_dynamodb(UpdateTable=[(200, {})], DescribeTable=answers) as server,
        client_of(server.endpoint) as client,
    ):
        Tables(client, pauses.waiting()).take("vexil", REPLICA)

    assert pauses.taken == [0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.0, 1.0]


def test_step_that_does_not_end_is_given_up(pauses: Pauses) -> None:
    with (
        scripted_dynamodb(UpdateTable=[(200, {})], DescribeTable=[described("UPDATING")]) as server,
        client_of(server.endpoint) as client,
        pytest.raises(DeadlineExceeded, match="repeat the command"),
    ):
        Tables(client, pauses.waiting(patience=5)).take("vexil", REPLICA)


def test_step_that_dynamodb_refuses_says_why(pauses: Pauses) -> None:
    why = refused("ValidationException", "Replication is not supported for this account")
    with (
        scripted_dynamodb(UpdateTable=[why]) as server,
        client_of(server.endpoint) as client,
        pytest.raises(StoreRefused, match="refused to add a replica: Replication is not supported") as raised,
    ):
        Tables(client, pauses.waiting()).take("vexil", REPLICA)

    assert raised.value.problem is Problem.STEP_REFUSED


def test_replicas_are_added_one_by_one_each_with_its_own_key() -> None:
    keys = {"eu-central-1": "arn:here", "us-east-1": "arn:east", "us-west-2": "arn:west"}
    main, board = store_tables("vexil", "eu-central-1", keys=keys, replicas=["us-east-1", "us-west-2"])

    replicas = by_aspect(main, table(encryption="arn:here", replicas={"us-east-1": ACTIVE}))["replicas"]

    create = {"RegionName": "us-west-2", "KMSMasterKeyId": "arn:west"}
    assert [step.parameters for step in replicas.steps] == [{"ReplicaUpdates": [{"Create": create}]}]
    assert by_aspect(board, table(encryption="arn:here"))["replicas"].state is State.OK


def test_regions_that_agree_are_added_at_once_before_anything_is_written() -> None:
    new = {"expiry": None, "layout": None}
    found = findings(strong(replicas=["eu-west-1"], witness="eu-west-2"), table(**new))

    steps = [step for finding in found for step in finding.steps]

    assert [step.operation for step in steps] == ["update_table", "put_item"]
    assert steps[0].parameters == {
        "ReplicaUpdates": [{"Create": {"RegionName": "eu-west-1"}}],
        "MultiRegionConsistency": "STRONG",
        "GlobalTableWitnessUpdates": [{"Create": {"RegionName": "eu-west-2"}}],
    }
    assert steps[1].parameters["Item"]["consistency"] == {"S": "strong"}


@pytest.mark.parametrize("replicas", [["eu-west-1"], ["eu-west-1", "eu-west-2", "eu-west-3"]])
def test_three_regions_agree_neither_more_nor_less(replicas: list[str]) -> None:
    finding = by_aspect(strong(replicas=replicas), table(layout=None))["replicas"]

    assert (finding.state, list(finding.steps)) == (State.WRONG, [])


@pytest.mark.parametrize(
    ("made", "now"),
    [(Consistency.EVENTUAL, Consistency.STRONG), (Consistency.STRONG, Consistency.EVENTUAL)],
)
def test_consistency_is_for_good(made: Consistency, now: Consistency) -> None:
    found = table(layout=Layout(1, made), expiry=None)
    main, _ = store_tables("vexil", "eu-central-1", consistency=now)

    assert by_aspect(main, found)["consistency"].state is State.WRONG
    unsaid = by_aspect(wanted(), found)
    assert unsaid["consistency"].text == made
    # Time to live is nothing that a table of this kind could have.
    assert (unsaid["expiry"].state is State.OK) is (made is Consistency.STRONG)


@pytest.mark.parametrize(
    ("aspect", "different"),
    [
        ("table", {"status": "DELETING"}),
        ("keys", {"keys": (("id", "S", "HASH"),)}),
        ("stream", {"stream": "KEYS_ONLY"}),
        ("expiry", {"expiry": "ttl"}),
        ("layout", {"layout": Layout(2, Consistency.EVENTUAL)}),
        ("consistency", {"replication": Consistency.STRONG}),
    ],
)
def test_what_only_its_owner_can_put_right_has_no_step(aspect: str, different: dict[str, Any]) -> None:
    finding = by_aspect(wanted(), table(**different))[aspect]

    assert finding.state is State.WRONG
    assert not finding.steps


def test_provisioned_capacity_is_the_owners_choice() -> None:
    finding = by_aspect(wanted(), table(capacity=(5, 10)))["billing"]
    assert finding == Finding("billing", State.OK, "provisioned: 5 read and 10 write units a second")


def wanted() -> Wanted:
    return store_tables("vexil", "eu-central-1")[0]


def strong(**regions: Any) -> Wanted:
    return store_tables("vexil", "eu-central-1", consistency=Consistency.STRONG, **regions)[0]


def by_aspect(wanted: Wanted, found: Found) -> dict[str, Finding]:
    return {finding.aspect: finding for finding in findings(wanted, found)}


def table(**different: Any) -> Found:
    """A table as it should be, but for what is said."""
    right: dict[str, Any] = {
        "status": ACTIVE,
        "arn": "arn:aws:dynamodb:eu-central-1:123456789012:table/vexil",
        "keys": KEYS,
        "capacity": None,
        "stream": IMAGES,
        "protected": True,
        "encryption": "",
        "replicas": {},
        "expiry": "expires_at",
        "recoverable": True,
        "tags": {},
        "layout": Layout(1, Consistency.EVENTUAL),
    }
    return Found(**{**right, **different})
