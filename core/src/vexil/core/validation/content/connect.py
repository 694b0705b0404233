"""Checks of Amazon Connect's kinds; `proto/vexil/v1/connect.proto` gives each limit and where it is from."""

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from vexil.core import jsontext
from vexil.core.connect import (
    ContactLens,
    FlowConfiguration,
    FlowTemplate,
    LogDestinations,
    LoggingConfiguration,
    LoggingSettings,
    QueueConfiguration,
    QueueMonitoring,
    QueueRouting,
    RoutingActions,
    RoutingCondition,
    RoutingOperator,
    RoutingRule,
    TemplateInFile,
    TemplateInS3,
    TemplateLocation,
)
from vexil.core.validation import limits
from vexil.core.validation.content.definitions import check_pattern
from vexil.core.validation.content.texts import (
    check_count,
    check_form,
    check_length,
    check_range,
    check_size,
    check_unique,
    quoted,
    shown,
)
from vexil.core.validation.findings import Finding, inside

KEYED = (RoutingRule, LoggingConfiguration)
"""Contents whose keys have two parts."""

_ACCOUNT = r"[a-z0-9-]+:[0-9]{12}"
_QUEUE_ARN = re.compile(rf"arn:aws[a-z-]*:connect:{_ACCOUNT}:instance/[A-Za-z0-9-]+/queue/[A-Za-z0-9-]+")
_TOPIC_ARN = re.compile(rf"arn:aws[a-z-]*:sns:{_ACCOUNT}:[A-Za-z0-9_-]{{1,256}}(\.fifo)?")
_STREAM_ARN = re.compile(rf"arn:aws[a-z-]*:(kinesis|firehose):{_ACCOUNT}:.+")
_BUCKET = r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"
_BUCKET_NAME = re.compile(_BUCKET)
_S3_URI = re.compile(rf"s3://{_BUCKET}/.+")
_LOG_GROUP = re.compile(r"[A-Za-z0-9_/.#-]{1,512}")
_PHONE_NUMBER = re.compile(r"\+[1-9][0-9]{1,14}")
_NUMBER = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?")

_NO_OPERAND = (RoutingOperator.EXISTS, RoutingOperator.ALWAYS)
_NUMERIC = (
    RoutingOperator.LESS_THAN,
    RoutingOperator.LESS_THAN_OR_EQUAL,
    RoutingOperator.GREATER_THAN,
    RoutingOperator.GREATER_THAN_OR_EQUAL,
)
_MOST_INT32 = limits.INT32.stop - 1
_WEEK = 7 * 86_400
_MOST_SECONDS = 315_576_000_000  # google.protobuf.Duration


def check_key(key: str, resource: RoutingRule | LoggingConfiguration) -> Iterator[Finding]:
    """`<routing key>/<condition id>`, or `<resource type>/<resource id>`."""
    first, slash, second = key.partition("/")
    if not (first and slash and second):
        is_rule = isinstance(resource, RoutingRule)
        wanted = (
            "<routing key>/<condition id>" if is_rule else "<resource type>/<resource id>, such as flow/main"
        )
        yield Finding("key", f"must be {wanted}, not {shown(key)}")


def check_flow(flow: FlowConfiguration) -> Iterator[Finding]:
    """A flow's configuration. What it refers to need not be there: its readers say so."""
    yield from check_length("name", flow.name, limits.MAX_FLOW_NAME, 1)
    if flow.template is not None:
        yield from inside("template", _check_location(flow.template))
    yield from _check_object("parameters", flow.parameters)
    if flow.logging is not None:
        yield from inside("logging", _check_logging_settings(flow.logging))
    yield from check_count("metadata", flow.metadata, 64)
    for name, text in flow.metadata.items():
        yield from check_length(f"metadata[{quoted(name)}]", name, 128, 1)
        yield from check_length(f"metadata[{quoted(name)}]", text, 2048)
    yield from check_length("queue_key", flow.queue_key, limits.MAX_REFERENCE)
    yield from check_length("routing_key", flow.routing_key, limits.MAX_REFERENCE)
    yield from check_count("feature_keys", flow.feature_keys, 100)


def check_template(template: FlowTemplate) -> Iterator[Finding]:
    """A template. Whether it is a flow is known only once its placeholders are filled."""
    yield from check_length("description", template.description, limits.MAX_DESCRIPTION)
    yield from check_size("content", template.content, limits.MAX_VALUE_BYTES)
    if not template.content.strip():
        yield Finding("content", "must not be empty: it is the text of a flow")
    yield from _check_object("defaults", template.defaults)


def check_queue(queue: QueueConfiguration) -> Iterator[Finding]:
    """A queue's configuration."""
    yield from check_size("arn", queue.arn, limits.MAX_ARN_BYTES)
    wanted = "the ARN of a queue, such as arn:aws:connect:eu-central-1:123456789012:instance/<id>/queue/<id>"
    yield from check_form("arn", queue.arn, _QUEUE_ARN, wanted)
    yield from check_length("name", queue.name, limits.MAX_NAME, 1)
    if (set_limits := queue.limits) is not None:
        yield from check_range("limits.max_contacts", set_limits.max_contacts, 0, _MOST_INT32)
        for name in ("default_routing_profile", "hours_of_operation"):
            yield from check_size(f"limits.{name}", getattr(set_limits, name), limits.MAX_ARN_BYTES)
        number = "a phone number in E.164, such as +4930123456"
        yield from check_form(
            "limits.outbound_caller_id", set_limits.outbound_caller_id, _PHONE_NUMBER, number
        )
    if queue.routing is not None:
        yield from inside("routing", _check_queue_routing(queue.routing))
    if queue.service_level is not None:
        yield from check_range("service_level.threshold", queue.service_level.threshold, 1, _WEEK)
        yield from check_range("service_level.target_percent", queue.service_level.target_percent, 0, 100)
    if queue.whisper_flows is not None:
        for name in ("agent", "customer", "outbound"):
            yield from check_size(
                f"whisper_flows.{name}", getattr(queue.whisper_flows, name), limits.MAX_ARN_BYTES
            )
    if queue.monitoring is not None:
        yield from inside("monitoring", _check_monitoring(queue.monitoring))


def check_routing_rule(rule: RoutingRule) -> Iterator[Finding]:
    """A routing rule."""
    yield from check_length("description", rule.description, limits.MAX_SHORT_DESCRIPTION)
    yield from check_range("priority", rule.priority, 0, _MOST_INT32)
    yield from inside("condition", _check_routing_condition(rule.condition))
    yield from inside("actions", _check_actions(rule.actions))


def check_logging(logging: LoggingConfiguration) -> Iterator[Finding]:
    """The logging of a resource."""
    yield from _check_retention("retention_days", logging.retention_days)
    if logging.destinations is not None:
        yield from inside("destinations", _check_destinations(logging.destinations))
    if logging.filters is not None:
        patterns = logging.filters.exclude_patterns
        yield from check_count("filters.exclude_patterns", patterns, 100)
        for index, pattern in enumerate(patterns):
            place = f"filters.exclude_patterns[{index}]"
            yield from check_size(place, pattern, limits.MAX_PATTERN_BYTES, 1)
            yield from check_pattern(place, pattern)
    if logging.contact_lens is not None:
        yield from inside("contact_lens", _check_contact_lens(logging.contact_lens))


def _check_location(location: TemplateLocation) -> Iterator[Finding]:
    match location:
        case TemplateInS3(uri):
            yield from check_size("s3_uri", uri, 1200)
            yield from check_form("s3_uri", uri, _S3_URI, "an S3 URI, such as s3://bucket/key")
        case TemplateInFile(path):
            yield from check_size("file", path, 1024, 1)
        case _:
            yield from check_length("template_key", location.key, limits.MAX_REFERENCE, 1)


def _check_object(field: str, values: Mapping[str, Any]) -> Iterator[Finding]:
    try:
        jsontext.check(dict(values))
    except jsontext.JsonProblem as problem:
        yield Finding(field, f"is not a JSON object: {problem}")


def _check_logging_settings(logging: LoggingSettings) -> Iterator[Finding]:
    yield from check_form("log_group", logging.log_group, _LOG_GROUP, "the name of a log group")
    yield from check_form(
        "recording_bucket", logging.recording_bucket, _BUCKET_NAME, "the name of an S3 bucket"
    )
    if logging.contact_lens is not None:
        yield from inside("contact_lens", _check_contact_lens(logging.contact_lens))


def _check_contact_lens(lens: ContactLens) -> Iterator[Finding]:
    yield from check_count("categories", lens.categories, 200)
    yield from check_unique("categories", lens.categories)


def _check_queue_routing(routing: QueueRouting) -> Iterator[Finding]:
    yield from check_count("required_skills", routing.required_skills, 64)
    yield from check_unique("required_skills", routing.required_skills)
    yield from check_count("customer_priorities", routing.customer_priorities, 64)
    for name, priority in routing.customer_priorities.items():
        yield from check_range(f"customer_priorities[{quoted(name)}]", priority, 1, _MOST_INT32)


def _check_monitoring(monitoring: QueueMonitoring) -> Iterator[Finding]:
    yield from check_range("max_contacts_in_queue", monitoring.max_contacts_in_queue, 0, _MOST_INT32)
    yield from check_range("max_oldest_contact_age", monitoring.max_oldest_contact_age, 1, _MOST_SECONDS)
    yield from check_range("max_abandon_percent", monitoring.max_abandon_percent, 0, 100)
    wanted = "the ARN of an SNS topic, such as arn:aws:sns:eu-central-1:123456789012:alerts"
    yield from check_form("alert_topic_arn", monitoring.alert_topic_arn, _TOPIC_ARN, wanted)


def _check_routing_condition(condition: RoutingCondition) -> Iterator[Finding]:
    yield from check_length("attribute", condition.attribute, limits.MAX_ATTRIBUTE, 1)
    operator, values = condition.operator, condition.values
    if operator in _NO_OPERAND:
        if values:
            yield Finding("values", f"{operator.value} takes no operand")
        return
    yield from check_count("values", values, 100, 1)
    if operator in _NUMERIC:
        for index, value in enumerate(values):
            if not (_NUMBER.fullmatch(value) and math.isfinite(float(value))):
                yield Finding(f"values[{index}]", f"{operator.value} takes numbers, not {shown(value)}")


def _check_actions(actions: RoutingActions) -> Iterator[Finding]:
    for name in ("target_queue", "routing_profile", "callback_queue"):
        yield from check_size(name, getattr(actions, name), limits.MAX_ARN_BYTES)
    yield from check_count("attributes", actions.attributes, 64)
    for name, text in actions.attributes.items():
        yield from check_length(f"attributes[{quoted(name)}]", name, limits.MAX_ATTRIBUTE, 1)
        yield from check_size(f"attributes[{quoted(name)}]", text, 32_768)


def _check_retention(field: str, days: int | None) -> Iterator[Finding]:
    if days is not None and days not in limits.RETENTION_DAYS:
        known = ", ".join(map(str, limits.RETENTION_DAYS))
        yield Finding(field, f"must be one of CloudWatch's periods ({known}), not {days}")


def _check_destinations(destinations: LogDestinations) -> Iterator[Finding]:
    if (group := destinations.log_group) is not None:
        yield from check_form("log_group.name", group.name, _LOG_GROUP, "the name of a log group")
        yield from _check_retention("log_group.retention_days", group.retention_days)
    if (bucket := destinations.bucket) is not None:
        yield from check_form("bucket.bucket", bucket.bucket, _BUCKET_NAME, "the name of an S3 bucket")
        yield from check_size("bucket.prefix", bucket.prefix, 900)
    if (stream := destinations.stream) is not None:
        wanted = "the ARN of a Kinesis or Firehose stream"
        yield from check_form("stream.arn", stream.arn, _STREAM_ARN, wanted)
        yield from check_range("stream.batch_size", stream.batch_size, 1, 500)
