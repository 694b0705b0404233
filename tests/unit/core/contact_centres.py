"""Amazon Connect's contents at the limits of the contract, and beyond them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from vexil.core.connect import (
    BucketDestination,
    ContactLens,
    FlowConfiguration,
    FlowTemplate,
    LogDestinations,
    LogFilters,
    LoggingConfiguration,
    LoggingSettings,
    LogGroupDestination,
    QueueConfiguration,
    QueueLimits,
    QueueMonitoring,
    QueueRouting,
    RoutingActions,
    RoutingCondition,
    RoutingOperator,
    RoutingRule,
    ServiceLevel,
    StreamDestination,
    TemplateInFile,
    TemplateInS3,
    TemplateResource,
    WhisperFlows,
)
from vexil.core.resource import Resource
from vexil.core.validation.limits import RETENTION_DAYS

ACCOUNT = "eu-central-1:123456789012"
QUEUE_ARN = f"arn:aws:connect:{ACCOUNT}:instance/i-1/queue/q-1"
MOST_INT32 = 2**31 - 1
NAMES = tuple(f"n{index}" for index in range(201))


def _flow(**fields: Any) -> FlowConfiguration:
    return replace(FlowConfiguration("Main menu"), **fields)


def _queue(**fields: Any) -> QueueConfiguration:
    return replace(QueueConfiguration(QUEUE_ARN, "Support"), **fields)


def _rule(operator: RoutingOperator, *values: str, attribute: str = "class", **fields: Any) -> RoutingRule:
    rule = RoutingRule(1, RoutingCondition(attribute, operator, values), RoutingActions(target_queue="vip"))
    return replace(rule, **fields)


def _logs(**destinations: Any) -> LoggingConfiguration:
    return LoggingConfiguration(destinations=LogDestinations(**destinations))


def _monitored(**fields: Any) -> QueueConfiguration:
    return _queue(monitoring=QueueMonitoring(**fields))


AT_LIMITS: Sequence[Resource] = [
    FlowConfiguration("x" * 127),
    _flow(template=TemplateInS3("s3://abc/" + "k" * 1191)),
    _flow(template=TemplateInFile("x" * 1024)),
    _flow(template=TemplateResource("x" * 256)),
    _flow(metadata=dict.fromkeys(NAMES[:64], "x" * 2048)),
    _flow(metadata={"x" * 128: ""}),
    _flow(queue_key="x" * 256, routing_key="x" * 256, feature_keys=NAMES[:100]),
    _flow(parameters={"a": {"b": [1, 2.5, None, True, "x"]}}),
    _flow(logging=LoggingSettings(log_group="/aws/connect/main.menu#1", recording_bucket="abc")),
    _flow(logging=LoggingSettings(contact_lens=ContactLens(categories=NAMES[:200]))),
    FlowTemplate("x" * 262_144, "x" * 4096, {"a": 1}),
    FlowTemplate("{{not yet JSON}}"),
    _queue(arn=QUEUE_ARN.replace("aws", "aws-us-gov"), name="x" * 256, active=False),
    _queue(limits=QueueLimits(0, "x" * 2048, "x" * 2048, "+123456789012345")),
    _queue(limits=QueueLimits(max_contacts=MOST_INT32, outbound_caller_id="+49")),
    _queue(routing=QueueRouting(True, NAMES[:64], dict.fromkeys(NAMES[:64], 1))),
    _queue(routing=QueueRouting(customer_priorities={"gold": MOST_INT32})),
    _queue(service_level=ServiceLevel(1, 0)),
    _queue(service_level=ServiceLevel(604_800, 100)),
    _queue(whisper_flows=WhisperFlows("x" * 2048, "", None)),
    _monitored(max_contacts_in_queue=0, max_oldest_contact_age=1, max_abandon_percent=0),
    _monitored(max_abandon_percent=100, alert_topic_arn=f"arn:aws:sns:{ACCOUNT}:alerts.fifo"),
    _rule(RoutingOperator.EQUALS, *NAMES[:100], priority=0, description="x" * 1024),
    _rule(RoutingOperator.ALWAYS, attribute="*", priority=MOST_INT32),
    _rule(RoutingOperator.EXISTS, attribute="x" * 256, active=False),
    _rule(RoutingOperator.LESS_THAN, "1", "-2.5", "1e3", ".5"),
    _rule(RoutingOperator.ALWAYS, actions=RoutingActions("x" * 2048, "x" * 2048, "x" * 2048)),
    _rule(RoutingOperator.ALWAYS, actions=RoutingActions(attributes=dict.fromkeys(NAMES[:64], "x" * 32_768))),
    *(LoggingConfiguration(retention_days=days) for days in RETENTION_DAYS),
    LoggingConfiguration(filters=LogFilters(("a" * 1000,) * 100, redact_pii=True)),
    _logs(log_group=LogGroupDestination("g" * 512, 1)),
    _logs(bucket=BucketDestination("a" * 63, "x" * 900)),
    _logs(stream=StreamDestination(f"arn:aws:firehose:{ACCOUNT}:deliverystream/s", 500)),
    _logs(stream=StreamDestination(f"arn:aws:kinesis:{ACCOUNT}:stream/s", 1)),
]
"""Every one is valid."""

BEYOND: Sequence[tuple[Resource, str, str]] = [
    (FlowConfiguration(""), "name", "must not be empty"),
    (FlowConfiguration("x" * 128), "name", "at most 127"),
    (_flow(template=TemplateInS3("s3://b/x")), "template.s3_uri", "must be an S3 URI"),
    (_flow(template=TemplateInS3("https://abc/x")), "template.s3_uri", "must be an S3 URI"),
    (_flow(template=TemplateInS3("s3://abc/" + "k" * 1192)), "template.s3_uri", "at most 1200"),
    (_flow(template=TemplateInFile("")), "template.file", "must not be empty"),
    (_flow(template=TemplateInFile("x" * 1025)), "template.file", "at most 1024"),
    (_flow(template=TemplateResource("")), "template.template_key", "must not be empty"),
    (_flow(template=TemplateResource("x" * 257)), "template.template_key", "at most 256"),
    (_flow(metadata=dict.fromkeys(NAMES[:65], "")), "metadata", "at most 64"),
    (_flow(metadata={"x": "x" * 2049}), 'metadata["x"]', "at most 2048"),
    (_flow(metadata={"x" * 129: ""}), f'metadata["{"x" * 129}"]', "at most 128"),
    (_flow(queue_key="x" * 257), "queue_key", "at most 256"),
    (_flow(routing_key="x" * 257), "routing_key", "at most 256"),
    (_flow(feature_keys=NAMES[:101]), "feature_keys", "at most 100"),
    (_flow(parameters={"a": float("nan")}), "parameters", "is not a JSON object"),
    (_flow(logging=LoggingSettings(log_group="a b")), "logging.log_group", "the name of a log group"),
    (_flow(logging=LoggingSettings(recording_bucket="A")), "logging.recording_bucket", "an S3 bucket"),
    (
        _flow(logging=LoggingSettings(contact_lens=ContactLens(categories=NAMES))),
        "logging.contact_lens.categories",
        "at most 200",
    ),
    (FlowTemplate(""), "content", "must not be empty"),
    (FlowTemplate(" \n"), "content", "must not be empty"),
    (FlowTemplate("x" * 262_145), "content", "has 262145 bytes; at most 262144"),
    (FlowTemplate("x", defaults={"a": float("inf")}), "defaults", "is not a JSON object"),
    (_queue(arn="arn:aws:connect:eu:1:instance/i/queue/q"), "arn", "must be the ARN of a queue"),
    (_queue(arn=QUEUE_ARN + "\n"), "arn", "must be the ARN of a queue"),
    (_queue(name=""), "name", "must not be empty"),
    (_queue(name="x" * 257), "name", "at most 256"),
    (_queue(limits=QueueLimits(max_contacts=-1)), "limits.max_contacts", "must be from 0"),
    (_queue(limits=QueueLimits(hours_of_operation="x" * 2049)), "limits.hours_of_operation", "at most 2048"),
    (_queue(limits=QueueLimits(outbound_caller_id="030 123")), "limits.outbound_caller_id", "E.164"),
    (
        _queue(limits=QueueLimits(outbound_caller_id="+1234567890123456")),
        "limits.outbound_caller_id",
        "E.164",
    ),
    (_queue(routing=QueueRouting(required_skills=NAMES[:65])), "routing.required_skills", "at most 64"),
    (_queue(routing=QueueRouting(required_skills=("a", "a"))), "routing.required_skills", "has 'a' 2 times"),
    (
        _queue(routing=QueueRouting(customer_priorities={"gold": 0})),
        'routing.customer_priorities["gold"]',
        "must be from 1",
    ),
    (_queue(service_level=ServiceLevel(0.5, 80)), "service_level.threshold", "must be from 1 to 604800"),
    (_queue(service_level=ServiceLevel(604_801, 80)), "service_level.threshold", "must be from 1 to 604800"),
    (_queue(service_level=ServiceLevel(20, 100.1)), "service_level.target_percent", "must be from 0 to 100"),
    (_queue(service_level=ServiceLevel(20, float("nan"))), "service_level.target_percent", "not nan"),
    (_queue(whisper_flows=WhisperFlows(agent="x" * 2049)), "whisper_flows.agent", "at most 2048"),
    (_monitored(max_contacts_in_queue=-1), "monitoring.max_contacts_in_queue", "must be from 0"),
    (_monitored(max_oldest_contact_age=0.1), "monitoring.max_oldest_contact_age", "must be from 1"),
    (_monitored(max_abandon_percent=-0.1), "monitoring.max_abandon_percent", "must be from 0 to 100"),
    (_monitored(alert_topic_arn="arn:aws:sns:x"), "monitoring.alert_topic_arn", "the ARN of an SNS topic"),
    (_rule(RoutingOperator.EQUALS), "condition.values", "must not be empty"),
    (_rule(RoutingOperator.EQUALS, *NAMES[:101]), "condition.values", "at most 100"),
    (_rule(RoutingOperator.EXISTS, "a"), "condition.values", "exists takes no operand"),
    (_rule(RoutingOperator.ALWAYS, "a"), "condition.values", "always takes no operand"),
    (_rule(RoutingOperator.GREATER_THAN, "1", "old"), "condition.values[1]", "takes numbers, not 'old'"),
    (_rule(RoutingOperator.LESS_THAN, "1e999"), "condition.values[0]", "takes numbers"),
    (_rule(RoutingOperator.LESS_THAN, "١"), "condition.values[0]", "takes numbers"),
    (_rule(RoutingOperator.EXISTS, attribute=""), "condition.attribute", "must not be empty"),
    (_rule(RoutingOperator.EXISTS, priority=-1), "priority", "must be from 0"),
    (_rule(RoutingOperator.EXISTS, description="x" * 1025), "description", "at most 1024"),
    (
        _rule(RoutingOperator.EXISTS, actions=RoutingActions(target_queue="x" * 2049)),
        "actions.target_queue",
        "at most 2048",
    ),
    (
        _rule(RoutingOperator.EXISTS, actions=RoutingActions(attributes={"": "x"})),
        'actions.attributes[""]',
        "must not be empty",
    ),
    (
        _rule(RoutingOperator.EXISTS, actions=RoutingActions(attributes={"a": "x" * 32_769})),
        'actions.attributes["a"]',
        "at most 32768",
    ),
    (
        LoggingConfiguration(retention_days=2),
        "retention_days",
        "must be one of CloudWatch's periods (1, 3, 5,",
    ),
    (
        _logs(log_group=LogGroupDestination("g", 0)),
        "destinations.log_group.retention_days",
        "must be one of CloudWatch's periods",
    ),
    (_logs(log_group=LogGroupDestination("g" * 513)), "destinations.log_group.name", "name of a log group"),
    (_logs(bucket=BucketDestination("ab")), "destinations.bucket.bucket", "the name of an S3 bucket"),
    (_logs(bucket=BucketDestination("abc", "x" * 901)), "destinations.bucket.prefix", "at most 900"),
    (_logs(stream=StreamDestination("arn:aws:sqs:x")), "destinations.stream.arn", "Kinesis or Firehose"),
    (
        _logs(stream=StreamDestination(f"arn:aws:kinesis:{ACCOUNT}:stream/s", 501)),
        "destinations.stream.batch_size",
        "must be from 1 to 500",
    ),
    (
        LoggingConfiguration(filters=LogFilters(("a", "("))),
        "filters.exclude_patterns[1]",
        "no RE2 pattern",
    ),
    (LoggingConfiguration(filters=LogFilters(("",))), "filters.exclude_patterns[0]", "must not be empty"),
    (
        LoggingConfiguration(filters=LogFilters(("a" * 1001,))),
        "filters.exclude_patterns[0]",
        "at most 1000",
    ),
    (LoggingConfiguration(filters=LogFilters(("a",) * 101)), "filters.exclude_patterns", "at most 100"),
    (
        LoggingConfiguration(contact_lens=ContactLens(categories=("a", "a"))),
        "contact_lens.categories",
        "has 'a' 2 times",
    ),
]
"""Contents that are not valid, each with the field at fault and a part of what is said of it."""
