from decimal import Decimal
from typing import Any

import pytest

from tests.unit.server.imports.items import INSTANCE, QUEUE, changed, mapped, put, reasons, without
from vexil.core.connect import (
    QueueConfiguration,
    QueueLimits,
    QueueMonitoring,
    QueueRouting,
    ServiceLevel,
    WhisperFlows,
)


def queue(item: Any) -> QueueConfiguration:
    resource = put(item).resource
    assert isinstance(resource, QueueConfiguration)
    return resource


def test_queue_has_everything_of_its_item() -> None:
    assert put(QUEUE).id.key == "sales-queue"
    assert queue(QUEUE) == QueueConfiguration(
        arn=f"{INSTANCE}/queue/sales",
        name="Sales Team Queue",
        limits=QueueLimits(
            max_contacts=50,
            default_routing_profile=f"{INSTANCE}/routing-profile/sales",
            hours_of_operation=f"{INSTANCE}/operating-hours/day",
            outbound_caller_id="+4930123456",
        ),
        routing=QueueRouting(
            skill_based=True,
            required_skills=("product-knowledge", "sales"),
            customer_priorities={"vipCustomers": 1, "regularCustomers": 5},
        ),
        service_level=ServiceLevel(threshold=20.0, target_percent=80.0),
        whisper_flows=WhisperFlows(agent=f"{INSTANCE}/contact-flow/agent"),
        monitoring=QueueMonitoring(
            max_contacts_in_queue=10,
            max_oldest_contact_age=180.0,
            alert_topic_arn="arn:aws:sns:eu-central-1:123456789012:queue-alerts",
        ),
    )
    assert not mapped(QUEUE).notes


@pytest.mark.parametrize(
    ("written", "percent"),
    [(Decimal("0.8"), 80.0), (1, 100.0), (80, 80.0), (Decimal("0.955"), 95.5), (0, 0.0)],
)
def test_queue_service_level_is_a_share_or_a_percentage(written: Any, percent: float) -> None:
    level = queue(changed(QUEUE, "serviceLevelThresholds.targetServiceLevel", written)).service_level

    assert level == ServiceLevel(20.0, percent)


def test_queue_alerts_at_the_warning_and_says_what_is_left_out() -> None:
    item = changed(QUEUE, "monitoring.alertThresholds.queuedCallsCritical", 25)

    assert queue(item).monitoring == queue(QUEUE).monitoring
    (note,) = mapped(item).notes
    assert note.startswith("monitoring.alertThresholds.queuedCallsCritical: is left out")


def test_queue_alerts_at_the_critical_threshold_where_it_is_the_only_one() -> None:
    item = changed(QUEUE, "monitoring.alertThresholds", {"longestWaitCritical": 300})

    monitoring = queue(item).monitoring
    assert monitoring is not None
    assert (monitoring.max_contacts_in_queue, monitoring.max_oldest_contact_age) == (None, 300.0)


@pytest.mark.parametrize(
    "missing",
    ["configuration", "routingRules", "serviceLevelThresholds", "whisperFlow", "monitoring"],
)
def test_queue_lives_without_what_is_optional(missing: str) -> None:
    assert queue(without(QUEUE, missing)).name == "Sales Team Queue"


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        ("queueArn", None, "queueArn: is missing"),
        ("configuration.maxContacts", Decimal("1.5"), "configuration.maxContacts: must be a whole number"),
        ("routingRules.requiredSkills", "sales", "routingRules.requiredSkills: must be a list of text"),
        ("routingRules.requiredSkills", [1], "routingRules.requiredSkills: must be a list of text"),
        ("routingRules.priorityRouting.vip", "1", "routingRules.priorityRouting.vip: must be a number"),
        ("serviceLevelThresholds.targetAnswerTime", None, "serviceLevelThresholds: must have both"),
    ],
)
def test_queue_with_a_fault_says_where(path: str, value: Any, reason: str) -> None:
    (found,) = reasons(changed(QUEUE, path, value))

    assert found.startswith(reason)
