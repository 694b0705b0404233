"""The five tables: their names and keys."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

FLOWS = "ConnectFlowConfigurations"
QUEUES = "ConnectQueueConfigurations"
ROUTING = "ConnectRoutingConfigurations"
LOGGING = "ConnectLoggingConfigurations"
FEATURES = "ConnectFeatureFlags"

TABLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        FLOWS: ("flowId", "version"),
        QUEUES: ("queueId",),
        ROUTING: ("routingKey", "conditionId"),
        LOGGING: ("resourceType", "resourceId"),
        FEATURES: ("featureName", "environment"),
    }
)
"""Each table's key attributes, the partition key first."""


def table_of(attributes: Mapping[str, Any]) -> str | None:
    """The table that an item is from, by its partition key; None: none of them.

    Exports to S3 do not say which table they are of.
    """
    return next((table for table, (partition, *_) in TABLES.items() if partition in attributes), None)
