"""Amazon Connect's kinds: `vexil.core.connect` and `vexil/v1/connect.proto`."""

from vexil.convert.codec import Enumeration
from vexil.convert.oneof import OneOf
from vexil.convert.records import Record
from vexil.convert.wellknown import DURATION, STRUCT
from vexil.core import connect as model
from vexil.v1 import connect_pb2 as wire

LOG_LEVELS: Enumeration[model.LogLevel] = Enumeration(model.LogLevel, wire.LogLevel, "LOG_LEVEL")
COMPRESSIONS: Enumeration[model.Compression] = Enumeration(model.Compression, wire.Compression, "COMPRESSION")
ROUTING_OPERATORS: Enumeration[model.RoutingOperator] = Enumeration(
    model.RoutingOperator, wire.RoutingOperator, "ROUTING_OPERATOR"
)

_LOCATION = OneOf("location")
_LOCATION.text("s3_uri", model.TemplateInS3, "uri")
_LOCATION.text("file", model.TemplateInFile, "path")
_LOCATION.text("template_key", model.TemplateResource, "key")

_CONTACT_LENS = Record(model.ContactLens, wire.ContactLens)

LOGGING_SETTINGS = Record(
    model.LoggingSettings, wire.LoggingSettings, level=LOG_LEVELS, contact_lens=_CONTACT_LENS
)

FLOW_CONFIGURATION = Record(
    model.FlowConfiguration,
    wire.FlowConfiguration,
    template=_LOCATION,
    parameters=STRUCT,
    logging=LOGGING_SETTINGS,
)

FLOW_TEMPLATE = Record(model.FlowTemplate, wire.FlowTemplate, defaults=STRUCT)

QUEUE_CONFIGURATION = Record(
    model.QueueConfiguration,
    wire.QueueConfiguration,
    limits=Record(model.QueueLimits, wire.QueueLimits),
    routing=Record(model.QueueRouting, wire.QueueRouting),
    service_level=Record(model.ServiceLevel, wire.ServiceLevel, threshold=DURATION),
    whisper_flows=Record(model.WhisperFlows, wire.WhisperFlows),
    monitoring=Record(model.QueueMonitoring, wire.QueueMonitoring, max_oldest_contact_age=DURATION),
)

ROUTING_ACTIONS = Record(model.RoutingActions, wire.RoutingActions)

ROUTING_RULE = Record(
    model.RoutingRule,
    wire.RoutingRule,
    condition=Record(model.RoutingCondition, wire.RoutingCondition, operator=ROUTING_OPERATORS),
    actions=ROUTING_ACTIONS,
)

LOGGING_CONFIGURATION = Record(
    model.LoggingConfiguration,
    wire.LoggingConfiguration,
    level=LOG_LEVELS,
    destinations=Record(
        model.LogDestinations,
        wire.LogDestinations,
        log_group=Record(model.LogGroupDestination, wire.LogGroupDestination),
        bucket=Record(model.BucketDestination, wire.BucketDestination, compression=COMPRESSIONS),
        stream=Record(model.StreamDestination, wire.StreamDestination),
    ),
    filters=Record(model.LogFilters, wire.LogFilters),
    contact_lens=_CONTACT_LENS,
)
