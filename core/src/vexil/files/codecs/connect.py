"""Amazon Connect's kinds, as tables of their fields."""

from typing import Any

from vexil.core.connect import (
    BucketDestination,
    Compression,
    ContactLens,
    FlowConfiguration,
    FlowTemplate,
    LogDestinations,
    LogFilters,
    LoggingConfiguration,
    LoggingSettings,
    LogGroupDestination,
    LogLevel,
    QueueConfiguration,
    QueueLimits,
    QueueMonitoring,
    QueueRouting,
    RoutingActions,
    RoutingRule,
    ServiceLevel,
    StreamDestination,
    TemplateInFile,
    TemplateInS3,
    TemplateLocation,
    TemplateResource,
    WhisperFlows,
)
from vexil.files.codecs.containers import ListOf, MapOf, Record
from vexil.files.codecs.definitions import JSON_DOCUMENT
from vexil.files.codecs.fields import Fields
from vexil.files.codecs.misfit import Misfit, name_of
from vexil.files.codecs.quantities import Duration, Integer, Number
from vexil.files.codecs.routing import RoutingConditionCodec
from vexil.files.codecs.scalars import Boolean, Choice, JsonObject, Text

_S3 = "s3://"


class _TemplateLocationCodec:
    """`s3://bucket/key`, the key of a template, or `{file: path}`."""

    def decode(self, data: Any) -> TemplateLocation:
        if isinstance(data, str):
            return TemplateInS3(data) if data.startswith(_S3) else TemplateResource(data)
        if not isinstance(data, dict):
            raise Misfit(f"must be an s3:// URI, the key of a template, or {{file: …}}, not {name_of(data)}")
        fields = Fields(data, ("file",))
        if "file" not in fields:
            fields.refuse("the field 'file' is missing")
        path = fields.take("file", Text(), "")
        fields.done()
        return TemplateInFile(path)

    def encode(self, value: TemplateLocation) -> Any:
        match value:
            case TemplateInS3(uri):
                return uri
            case TemplateInFile(path):
                return {"file": path}
        return value.key

    def schema(self) -> dict[str, Any]:
        return {
            "type": ["string", "object"],
            "properties": {"file": {"type": "string"}},
            "required": ["file"],
            "additionalProperties": False,
        }


_TEXT, _TEXTS, _TEXT_MAP = Text(), ListOf(Text()), MapOf(Text())
_BOOL, _INT, _NUMBER, _DURATION, _JSON = Boolean(), Integer(), Number(), Duration(), JsonObject()
_LEVEL = Choice(LogLevel)

_CONTACT_LENS = Record(
    ContactLens, real_time=_BOOL, post_call=_BOOL, categories=_TEXTS, redact_pii=_BOOL, redact_phi=_BOOL
)

FLOW_CONFIGURATION = Record(
    FlowConfiguration,
    name=_TEXT,
    active=_BOOL,
    template=_TemplateLocationCodec(),
    parameters=_JSON,
    logging=Record(
        LoggingSettings, level=_LEVEL, log_group=_TEXT, contact_lens=_CONTACT_LENS, recording_bucket=_TEXT
    ),
    metadata=_TEXT_MAP,
    queue_key=_TEXT,
    routing_key=_TEXT,
    feature_keys=_TEXTS,
)

FLOW_TEMPLATE = Record(FlowTemplate, description=_TEXT, content=JSON_DOCUMENT, defaults=_JSON)

QUEUE_CONFIGURATION = Record(
    QueueConfiguration,
    arn=_TEXT,
    name=_TEXT,
    active=_BOOL,
    limits=Record(
        QueueLimits,
        max_contacts=_INT,
        default_routing_profile=_TEXT,
        hours_of_operation=_TEXT,
        outbound_caller_id=_TEXT,
    ),
    routing=Record(QueueRouting, skill_based=_BOOL, required_skills=_TEXTS, customer_priorities=MapOf(_INT)),
    service_level=Record(ServiceLevel, threshold=_DURATION, target_percent=_NUMBER),
    whisper_flows=Record(WhisperFlows, agent=_TEXT, customer=_TEXT, outbound=_TEXT),
    monitoring=Record(
        QueueMonitoring,
        max_contacts_in_queue=_INT,
        max_oldest_contact_age=_DURATION,
        max_abandon_percent=_NUMBER,
        alert_topic_arn=_TEXT,
    ),
)

ROUTING_RULE = Record(
    RoutingRule,
    {"condition": "if"},
    description=_TEXT,
    active=_BOOL,
    priority=_INT,
    condition=RoutingConditionCodec(),
    actions=Record(
        RoutingActions, target_queue=_TEXT, routing_profile=_TEXT, callback_queue=_TEXT, attributes=_TEXT_MAP
    ),
)

LOGGING_CONFIGURATION = Record(
    LoggingConfiguration,
    level=_LEVEL,
    destinations=Record(
        LogDestinations,
        log_group=Record(LogGroupDestination, name=_TEXT, retention_days=_INT),
        bucket=Record(BucketDestination, bucket=_TEXT, prefix=_TEXT, compression=Choice(Compression)),
        stream=Record(StreamDestination, arn=_TEXT, batch_size=_INT),
    ),
    filters=Record(LogFilters, exclude_patterns=_TEXTS, redact_pii=_BOOL),
    contact_lens=_CONTACT_LENS,
    retention_days=_INT,
)
