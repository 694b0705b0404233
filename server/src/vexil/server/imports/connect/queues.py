"""`ConnectQueueConfigurations`: key `queueId`."""

from decimal import Decimal

from vexil.core.connect import (
    QueueConfiguration,
    QueueLimits,
    QueueMonitoring,
    QueueRouting,
    ServiceLevel,
    WhisperFlows,
)
from vexil.server.imports.attributes import Attributes


def read_queue(item: Attributes, notes: list[str]) -> tuple[str, QueueConfiguration]:
    """The queue's key and configuration; what is wrong stands in the item's problems."""
    key = item.needed("queueId")
    queue = QueueConfiguration(
        arn=item.needed("queueArn"),
        name=item.needed("queueName"),
        limits=_limits(item.inside("configuration")),
        routing=_routing(item.inside("routingRules")),
        service_level=_service_level(item.inside("serviceLevelThresholds")),
        whisper_flows=_whispers(item.inside("whisperFlow")),
        monitoring=_monitoring(item.inside("monitoring"), notes),
        active=item.flag("active") is not False,
    )
    return key, queue


def _limits(limits: Attributes | None) -> QueueLimits | None:
    if limits is None:
        return None
    return QueueLimits(
        max_contacts=limits.whole("maxContacts"),
        default_routing_profile=limits.text("defaultRoutingProfile"),
        hours_of_operation=limits.text("hoursOfOperation"),
        outbound_caller_id=limits.text("outboundCallerId"),
    )


def _routing(routing: Attributes | None) -> QueueRouting | None:
    if routing is None:
        return None
    return QueueRouting(
        skill_based=routing.flag("skillBasedRouting") or False,
        required_skills=routing.texts("requiredSkills"),
        customer_priorities=_priorities(routing),
    )


def _priorities(routing: Attributes) -> dict[str, int]:
    priorities = routing.inside("priorityRouting")
    if priorities is None:
        return {}
    read = {name: priorities.whole(name) for name in priorities.names}
    return {name: priority for name, priority in read.items() if priority is not None}


def _service_level(level: Attributes | None) -> ServiceLevel | None:
    """`targetServiceLevel` up to 1 is a share of 1, above that one of 100."""
    if level is None:
        return None
    seconds, share = level.number("targetAnswerTime"), level.number("targetServiceLevel")
    if seconds is None or share is None:
        level.refuse("", "must have both targetAnswerTime and targetServiceLevel")
        return None
    percent = Decimal(share) * 100 if 0 <= share <= 1 else share
    return ServiceLevel(threshold=float(seconds), target_percent=float(percent))


def _whispers(whispers: Attributes | None) -> WhisperFlows | None:
    if whispers is None:
        return None
    return WhisperFlows(
        agent=whispers.text("agentWhisperArn"),
        customer=whispers.text("customerWhisperArn"),
        outbound=whispers.text("outboundWhisperArn"),
    )


def _monitoring(monitoring: Attributes | None, notes: list[str]) -> QueueMonitoring | None:
    """Vexil alerts once; the warning is the threshold, since nobody must hear of it later than before."""
    if monitoring is None:
        return None
    alerts = monitoring.inside("alertThresholds")
    contacts: int | None = None
    age: float | None = None
    if alerts is not None:
        contacts = alerts.whole(_first(alerts, "queuedCalls", notes))
        seconds = alerts.number(_first(alerts, "longestWait", notes))
        age = None if seconds is None else float(seconds)
    return QueueMonitoring(
        max_contacts_in_queue=contacts,
        max_oldest_contact_age=age,
        alert_topic_arn=monitoring.text("snsTopicArn"),
    )


def _first(alerts: Attributes, what: str, notes: list[str]) -> str:
    """The name of the lower threshold that is set."""
    warning, critical = f"{what}Warning", f"{what}Critical"
    if alerts.take(warning) is None:
        return critical
    if alerts.take(critical) is not None:
        left_out = f"monitoring.alertThresholds.{critical}"
        notes.append(f"{left_out}: is left out; there is one threshold, {warning}")
    return warning
