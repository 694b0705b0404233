"""Three regions on the local engine."""

from collections.abc import Iterator

import pytest

from tests.support.engines.dynamodb import DynamoDB
from tests.support.regions.world import World, world_of

HOME, EAST, ASIA = "eu-central-1", "us-east-1", "ap-south-1"


@pytest.fixture
def world(dynamodb: DynamoDB, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Empty tables in three regions, found as AWS would be."""
    databases = dynamodb.databases(HOME, EAST, ASIA)
    for name, value in databases[HOME].variables().items():
        monkeypatch.setenv(name, value)
    with world_of(databases, seed=1) as made:
        yield made
