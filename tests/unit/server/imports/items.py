"""Items of the five tables as they stand there, and a way to change one."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from vexil.core.change import Put
from vexil.server.imports.connect import ConnectMapper
from vexil.server.imports.item import Item
from vexil.server.imports.outcome import Mapped, Outcome, Refused

INSTANCE = "arn:aws:connect:eu-central-1:123456789012:instance/11111111-0000-4000-8000-000000000001"

FLOW: Mapping[str, Any] = {
    "flowId": "inbound-sales-flow",
    "version": 3,
    "flowName": "Sales Inbound Flow",
    "active": True,
    "flowTemplate": "s3://connect-flows/templates/sales-inbound-v2.json",
    "parameters": {
        "welcomeMessage": "Thank you for calling",
        "queueArn": f"{INSTANCE}/queue/sales",
        "businessHours": {"waitMusicPrompt": None, "days": [1, 2, 3]},
        "maxQueueTime": 300,
        "share": Decimal("0.25"),
        "callbackEnabled": True,
    },
    "logging": {
        "level": "INFO",
        "cloudWatchLogGroup": "/aws/connect/flows/sales-inbound",
        "enableContactLens": True,
        "s3RecordingBucket": "connect-recordings-prod",
    },
    "metadata": {"createdBy": "admin@example.com", "description": "Longer waits", "ticket": 17},
}

QUEUE: Mapping[str, Any] = {
    "queueId": "sales-queue",
    "queueArn": f"{INSTANCE}/queue/sales",
    "queueName": "Sales Team Queue",
    "configuration": {
        "maxContacts": 50,
        "defaultRoutingProfile": f"{INSTANCE}/routing-profile/sales",
        "hoursOfOperation": f"{INSTANCE}/operating-hours/day",
        "outboundCallerId": "+4930123456",
    },
    "routingRules": {
        "skillBasedRouting": True,
        "requiredSkills": ["product-knowledge", "sales"],
        "priorityRouting": {"vipCustomers": 1, "regularCustomers": 5},
    },
    "serviceLevelThresholds": {"targetAnswerTime": 20, "targetServiceLevel": Decimal("0.8")},
    "whisperFlow": {"agentWhisperArn": f"{INSTANCE}/contact-flow/agent"},
    "monitoring": {
        "alertThresholds": {"queuedCallsWarning": 10, "longestWaitWarning": 180},
        "snsTopicArn": "arn:aws:sns:eu-central-1:123456789012:queue-alerts",
    },
}

ROUTING: Mapping[str, Any] = {
    "routingKey": "customer-type-routing",
    "conditionId": "vip-customer",
    "priority": 1,
    "conditions": {"attributeName": "CustomerSegment", "operator": "Equals", "value": "VIP"},
    "actions": {
        "targetQueue": f"{INSTANCE}/queue/vip",
        "routingProfile": f"{INSTANCE}/routing-profile/vip",
        "callbackQueue": f"{INSTANCE}/queue/vip-callback",
        "additionalAttributes": {"priorityLevel": "HIGH", "slaMinutes": 5},
    },
}

LOGGING: Mapping[str, Any] = {
    "resourceType": "ContactFlow",
    "resourceId": "inbound-sales-flow",
    "loggingConfig": {
        "enabled": True,
        "level": "DEBUG",
        "destinations": {
            "cloudWatch": {"logGroupName": "/aws/connect/flows/sales", "retentionDays": 30},
            "s3": {"bucket": "connect-logs-archive", "prefix": "flows/sales/", "compressionFormat": "GZIP"},
            "kinesis": {
                "streamArn": "arn:aws:kinesis:eu-central-1:123456789012:stream/connect-events",
                "batchSize": 100,
            },
        },
        "filterRules": {"excludePatterns": ["^DEBUG:Routine"], "includePII": False},
    },
    "contactLens": {
        "enabled": True,
        "realtimeAnalytics": True,
        "postCallAnalytics": False,
        "categories": ["CustomerComplaint"],
        "redaction": {"pii": True, "phi": True},
    },
    "retention": {"callRecordings": 90, "chatTranscripts": 90, "contactTraceRecords": 90},
}

FEATURE: Mapping[str, Any] = {
    "featureName": "callback-queuing",
    "environment": "production",
    "enabled": True,
    "rolloutPercentage": 100,
    "targetSegments": ["all"],
    "configuration": {"maxCallbackDelayMinutes": 1440, "enableSmsConfirmation": True},
    "lastModified": "2024-10-24T10:00:00Z",
    "modifiedBy": "admin@example.com",
}


def changed(item: Mapping[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy of the item with another value at a dotted path."""
    name, _, rest = path.partition(".")
    return {**item, name: changed(item[name], rest, value) if rest else value}


def without(item: Mapping[str, Any], path: str) -> dict[str, Any]:
    """A copy of the item without what is at a dotted path."""
    name, _, rest = path.partition(".")
    if rest:
        return {**item, name: without(item[name], rest)}
    return {key: value for key, value in item.items() if key != name}


def outcome(item: Mapping[str, Any]) -> Outcome:
    """What becomes of an item of the five tables."""
    return ConnectMapper("prod")(Item("table", item))


def mapped(item: Mapping[str, Any]) -> Mapped:
    """The same, where it is mapped."""
    result = outcome(item)
    assert isinstance(result, Mapped), result
    return result


def put(item: Mapping[str, Any]) -> Put:
    """What the item writes first."""
    return mapped(item).puts[0]


def reasons(item: Mapping[str, Any]) -> tuple[str, ...]:
    """Why an item can't be mapped."""
    result = outcome(item)
    assert isinstance(result, Refused), result
    return tuple(result.reasons)


def wire(value: Any) -> dict[str, Any]:
    """The value as DynamoDB's API writes it."""
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": value}
        case int() | Decimal():
            return {"N": str(value)}
        case bytes():
            return {"B": value}
        case set() | frozenset():
            return {"SS": sorted(value)}
        case list():
            return {"L": [wire(one) for one in value]}
    return {"M": {name: wire(one) for name, one in value.items()}}


def wire_item(item: Mapping[str, Any]) -> dict[str, Any]:
    """The item as DynamoDB's API writes it."""
    return {name: wire(value) for name, value in item.items()}
