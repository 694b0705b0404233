"""Short ways to make what contacts are routed by."""

from typing import Any

from vexil.core.connect import (
    QueueConfiguration,
    RoutingActions,
    RoutingCondition,
    RoutingOperator,
    RoutingRule,
)
from vexil.core.flows.contact import Contact

ARN = "arn:aws:connect:eu-central-1:123456789012:instance/i-1/queue/q-1"


def rule(
    operator: RoutingOperator = RoutingOperator.ALWAYS,
    *values: str,
    attribute: str = "tier",
    priority: int = 1,
    active: bool = True,
    **actions: Any,
) -> RoutingRule:
    return RoutingRule(
        priority, RoutingCondition(attribute, operator, values), RoutingActions(**actions), active
    )


def queue(arn: str = ARN, active: bool = True) -> QueueConfiguration:
    return QueueConfiguration(arn, "Support", active=active)


def of(**attributes: str) -> Contact:
    return Contact(attributes=attributes)
