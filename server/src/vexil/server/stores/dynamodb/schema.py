"""What a store's tables must be like, and the calls that make them so; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from vexil.server.stores.dynamodb.consistency import Consistency
from vexil.server.stores.dynamodb.layout import PARTITION_KEY, SORT_KEY, Table, tables

KEYS = ((PARTITION_KEY, "S", "HASH"), (SORT_KEY, "S", "RANGE"))
"""Name, type and role of each key."""

IMAGES = "NEW_AND_OLD_IMAGES"
"""What streams carry: who announces a change says what was before, and global tables ask for both."""

ON_DEMAND = "PAY_PER_REQUEST"
STREAM = {"StreamEnabled": True, "StreamViewType": IMAGES}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A table, and what its operator chose.

    `keys`: ARN of the KMS key for each region; none: keys that AWS owns. `tags`: those that must be there,
    beside any others. `replicas`: the regions of the global table besides `region`, `witness`: the one that
    only helps to agree. `versioned`: whether it is the one that says which layout the store has.
    `consistency`: None is what the table is made for already, EVENTUAL for a new one.
    """

    table: Table
    region: str
    versioned: bool
    keys: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    replicas: Sequence[str] = ()
    witness: str | None = None
    consistency: Consistency | None = None


def store_tables(
    name: str,
    region: str,
    *,
    keys: Mapping[str, str] | None = None,
    tags: Mapping[str, str] | None = None,
    replicas: Sequence[str] = (),
    witness: str | None = None,
    consistency: Consistency | None = None,
) -> Sequence[Wanted]:
    """Every table of a store, with the same choices for all."""
    return [
        Wanted(table, region, table.name == name, keys or {}, tags or {}, replicas, witness, consistency)
        for table in tables(name)
    ]


@dataclass(frozen=True, slots=True)
class Step:
    """One call of the low-level client, without the table's name (of `tag_resource`: its ARN)."""

    text: str
    operation: str
    parameters: Mapping[str, Any]


def creation(wanted: Wanted) -> Step:
    """The call that makes the table, as far as one call can."""
    parameters: dict[str, Any] = {
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": type_} for name, type_, _ in KEYS],
        "KeySchema": [{"AttributeName": name, "KeyType": role} for name, _, role in KEYS],
        "BillingMode": ON_DEMAND,
        "DeletionProtectionEnabled": wanted.table.recoverable,
    }
    if wanted.table.stream:
        parameters["StreamSpecification"] = STREAM
    if wanted.region in wanted.keys:
        parameters["SSESpecification"] = encryption(wanted.keys[wanted.region])
    return Step("create the table, on demand", "create_table", parameters)


def encryption(key: str) -> dict[str, Any]:
    """`SSESpecification` for the KMS key with this ARN."""
    return {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key}


def wrong_keys(keys: Sequence[tuple[str, str, str]]) -> str:
    """What is wrong with keys that are not Vexil's."""
    return (
        f"{describe_keys(keys)}; Vexil needs {describe_keys(KEYS)}; no table's can be changed: name another"
    )


def describe_keys(keys: Sequence[tuple[str, str, str]]) -> str:
    """Keys as a message names them: name, type and role of each."""
    return ", ".join(f"{name} ({type_}, {role})" for name, type_, role in keys)
