"""Whether a server can work with the tables that are there; said before it serves anything."""

from typing import TYPE_CHECKING

from vexil.server.stores.dynamodb import layout
from vexil.server.stores.dynamodb.access import Problem, StoreRefused, accessing
from vexil.server.stores.dynamodb.consistency import Consistency
from vexil.server.stores.dynamodb.found import Found, from_description
from vexil.server.stores.dynamodb.layout_version import read_layout, require_known
from vexil.server.stores.dynamodb.schema import KEYS, wrong_keys

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def require_usable(client: "DynamoDBClient", name: str) -> Consistency:
    """What the store's tables are made for, if they have Vexil's keys and a layout that this release knows.

    StoreRefused says what is wrong and what to do, FailedPrecondition (STORE_SCHEMA_NEWER) that a later
    release wrote the tables, Unavailable that nobody answers. Blocks for three calls.

    What makes tables worse but not useless (no stream, no recovery) is for `vexil store check`.
    """
    region = client.meta.region_name
    replication = {}
    for table in layout.tables(name):
        subject = f"the table {table.name} in {region}"
        with accessing(subject):
            description = client.describe_table(TableName=table.name)["Table"]
        found = from_description(description, None, None, None, None)
        _require_sound(subject, found)
        replication[table.name] = found.replication
    subject = f"the table {name} in {region}"
    with accessing(subject):
        made = read_layout(client, name)
    if made is None:
        raise StoreRefused(
            Problem.LAYOUT_MISSING,
            f"{subject}: nothing says that it is a store of Vexil; make it one: vexil store init",
        )
    require_known(subject, made.version)
    if replication[name] not in {None, made.consistency}:
        raise StoreRefused(
            Problem.CONSISTENCY_WRONG,
            f"{subject}: its replicas have {replication[name]} consistency, and the store in it was made for "
            f"{made.consistency}; make another one: vexil store init --consistency {replication[name]}",
        )
    return made.consistency


def _require_sound(subject: str, found: Found) -> None:
    if found.keys != KEYS:
        raise StoreRefused(
            Problem.KEYS_WRONG,
            f"{subject}: its keys are {wrong_keys(found.keys)}",
        )
    if found.status == "INACCESSIBLE_ENCRYPTION_CREDENTIALS":
        raise StoreRefused(
            Problem.KEY_DENIED, f"{subject}: DynamoDB can't use its KMS key; enable the key, or allow its use"
        )
    if not found.usable:
        raise StoreRefused(
            Problem.TABLE_NOT_READY, f"{subject}: it is {found.status}; wait until it is ACTIVE"
        )
