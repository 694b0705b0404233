"""A table as DynamoDB describes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vexil.server.stores.dynamodb.consistency import Consistency
from vexil.server.stores.dynamodb.layout_version import Layout
from vexil.server.stores.dynamodb.schema import ON_DEMAND

ACTIVE = "ACTIVE"
LOCAL_ENGINE = "ddblocal"
"""What stands in ARNs of DynamoDB Local where AWS's have the region."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found; None is what the endpoint does not offer, unless said otherwise.

    `keys`: name, type and role of each, such as `("pk", "S", "HASH")`. `stream`: which images it has, None:
    it is off. `expiry`: by which attribute, None: it is off. `encryption`: ARN of the KMS key, "": a key that
    AWS owns. `tags`: by name. `replicas`: their status, by region. `capacity`: read and write units a second
    that were bought, None: it is on demand. `layout`: what is written about its items, None: nothing is.
    `replication`: how its replicas agree, None: it has none.
    """

    status: str
    arn: str
    keys: tuple[tuple[str, str, str], ...]
    capacity: tuple[int, int] | None
    stream: str | None
    protected: bool
    encryption: str | None
    replicas: Mapping[str, str] | None
    expiry: str | None = None
    recoverable: bool | None = None
    tags: Mapping[str, str] | None = None
    layout: Layout | None = None
    replication: Consistency | None = None

    @property
    def usable(self) -> bool:
        """Whether items can be read and written."""
        return self.status in {ACTIVE, "UPDATING"}

    @property
    def ready(self) -> bool:
        """Whether nothing is under way: neither on the table nor on its replicas."""
        return self.status == ACTIVE and all(each == ACTIVE for each in (self.replicas or {}).values())


def from_description(
    table: Mapping[str, Any],
    expiry: Mapping[str, Any] | None,
    backups: Mapping[str, Any] | None,
    tags: Sequence[Mapping[str, str]] | None,
    layout: Layout | None,
) -> Found:
    """The table of what DescribeTable, -TimeToLive, -ContinuousBackups and ListTagsOfResource answer."""
    is_local = f":{LOCAL_ENGINE}:" in table["TableArn"]
    types = {each["AttributeName"]: each["AttributeType"] for each in table["AttributeDefinitions"]}
    stream = table.get("StreamSpecification", {})
    return Found(
        status=table["TableStatus"],
        arn=table["TableArn"],
        keys=tuple(
            (key["AttributeName"], types.get(key["AttributeName"], "?"), key["KeyType"])
            for key in table["KeySchema"]
        ),
        capacity=_capacity(table),
        stream=stream.get("StreamViewType") if stream.get("StreamEnabled") else None,
        protected=table.get("DeletionProtectionEnabled", False),
        encryption=None if is_local else table.get("SSEDescription", {}).get("KMSMasterKeyArn", ""),
        replicas=None
        if is_local
        else {each["RegionName"]: each["ReplicaStatus"] for each in table.get("Replicas", ())},
        expiry=_expiry(expiry or {}),
        recoverable=None if backups is None else _is_recoverable(backups),
        tags=None if tags is None else {tag["Key"]: tag["Value"] for tag in tags},
        layout=layout,
        replication=_replication(table),
    )


def _capacity(table: Mapping[str, Any]) -> tuple[int, int] | None:
    if table.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED") == ON_DEMAND:
        return None
    bought = table.get("ProvisionedThroughput", {})
    return bought.get("ReadCapacityUnits", 0), bought.get("WriteCapacityUnits", 0)


def _replication(table: Mapping[str, Any]) -> Consistency | None:
    if not table.get("Replicas"):
        return None
    is_strong = table.get("MultiRegionConsistency") == "STRONG"
    return Consistency.STRONG if is_strong else Consistency.EVENTUAL


def _expiry(description: Mapping[str, Any]) -> str | None:
    # ENABLING is as good: it stays so for up to an hour, and can't be changed meanwhile.
    if description.get("TimeToLiveStatus") in {"ENABLED", "ENABLING"}:
        attribute: str = description["AttributeName"]
        return attribute
    return None


def _is_recoverable(description: Mapping[str, Any]) -> bool:
    recovery = description.get("PointInTimeRecoveryDescription", {})
    return bool(recovery.get("PointInTimeRecoveryStatus") == "ENABLED")
