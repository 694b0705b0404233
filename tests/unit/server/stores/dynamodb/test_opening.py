"""What tables are made for, and that nobody works with them otherwise."""

from collections.abc import Mapping
from contextlib import closing
from typing import Any

import boto3
import pytest

from tests.support.scripted_dynamodb import Answer, scripted_dynamodb
from vexil.core.errors import DataLoss
from vexil.server.stores.dynamodb.access import Problem, StoreRefused
from vexil.server.stores.dynamodb.consistency import Consistency
from vexil.server.stores.dynamodb.layout_version import first_write
from vexil.server.stores.dynamodb.opening import require_usable
from vexil.server.stores.dynamodb.schema import KEYS

REPLICAS = {"Replicas": [{"RegionName": "eu-west-1", "ReplicaStatus": "ACTIVE"}]}
AGREEING = {**REPLICAS, "MultiRegionConsistency": "STRONG"}


def described(**more: Any) -> Answer:
    definitions = [{"AttributeName": name, "AttributeType": kind} for name, kind, _ in KEYS]
    return 200, {
        "Table": {
            "TableArn": "arn:aws:dynamodb:eu-central-1:123456789012:table/vexil",
            "TableStatus": "ACTIVE",
            "AttributeDefinitions": definitions,
            "KeySchema": [{"AttributeName": name, "KeyType": role} for name, _, role in KEYS],
            **more,
        }
    }


def usable(replication: Mapping[str, Any], item: Mapping[str, Any]) -> Consistency:
    """What a server that opens such tables takes them for."""
    tables: list[Answer] = [described(**replication), described()]
    session = boto3.Session("key", "secret", region_name="eu-central-1")
    with (
        scripted_dynamodb(DescribeTable=tables, GetItem=[(200, {"Item": item})]) as server,
        closing(session.client("dynamodb", endpoint_url=server.endpoint)) as client,
    ):
        return require_usable(client, "vexil")


@pytest.mark.parametrize(
    ("replication", "made"),
    [
        ({}, Consistency.EVENTUAL),
        (REPLICAS, Consistency.EVENTUAL),
        (AGREEING, Consistency.STRONG),
        # One region agrees with itself; so does the local engine.
        ({}, Consistency.STRONG),
    ],
)
def test_tables_say_what_they_are_made_for(replication: Mapping[str, Any], made: Consistency) -> None:
    assert usable(replication, first_write(made)["Item"]) is made


@pytest.mark.parametrize(
    ("replication", "made"), [(REPLICAS, Consistency.STRONG), (AGREEING, Consistency.EVENTUAL)]
)
def test_replicas_of_another_kind_than_the_store_are_refused(
    replication: Mapping[str, Any], made: Consistency
) -> None:
    with pytest.raises(StoreRefused, match="vexil store init --consistency") as refusal:
        usable(replication, first_write(made)["Item"])
    assert refusal.value.problem is Problem.CONSISTENCY_WRONG


def test_consistency_that_nobody_knows_is_damage() -> None:
    with pytest.raises(DataLoss):
        usable({}, {**first_write(Consistency.STRONG)["Item"], "consistency": {"S": "perfect"}})
