import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import struct_pb2 as _struct_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RoutingOperator(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ROUTING_OPERATOR_UNSPECIFIED: _ClassVar[RoutingOperator]
    ROUTING_OPERATOR_EQUALS: _ClassVar[RoutingOperator]
    ROUTING_OPERATOR_NOT_EQUALS: _ClassVar[RoutingOperator]
    ROUTING_OPERATOR_CONTAINS: _ClassVar[RoutingOperator]
    ROUTING_OPERATOR_STARTS_WITH: _ClassVar[RoutingOperator]
    ROUTING_OPERATOR_ENDS_WITH: _ClassVar[RoutingOperator]
    ROUTING_OPERATOR_LESS_THAN: _ClassVar[RoutingOperator]
    ROUTING_OPERATOR_LESS_THAN_OR_EQUAL: _ClassVar[RoutingOperator]
    ROUTING_OPERATOR_GREATER_THAN: _ClassVar[RoutingOperator]
    ROUTING_OPERATOR_GREATER_THAN_OR_EQUAL: _ClassVar[RoutingOperator]
    ROUTING_OPERATOR_EXISTS: _ClassVar[RoutingOperator]
    ROUTING_OPERATOR_ALWAYS: _ClassVar[RoutingOperator]

class LogLevel(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LOG_LEVEL_UNSPECIFIED: _ClassVar[LogLevel]
    LOG_LEVEL_DEBUG: _ClassVar[LogLevel]
    LOG_LEVEL_INFO: _ClassVar[LogLevel]
    LOG_LEVEL_WARN: _ClassVar[LogLevel]
    LOG_LEVEL_ERROR: _ClassVar[LogLevel]
    LOG_LEVEL_OFF: _ClassVar[LogLevel]

class Compression(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    COMPRESSION_UNSPECIFIED: _ClassVar[Compression]
    COMPRESSION_NONE: _ClassVar[Compression]
    COMPRESSION_GZIP: _ClassVar[Compression]
    COMPRESSION_ZSTD: _ClassVar[Compression]
ROUTING_OPERATOR_UNSPECIFIED: RoutingOperator
ROUTING_OPERATOR_EQUALS: RoutingOperator
ROUTING_OPERATOR_NOT_EQUALS: RoutingOperator
ROUTING_OPERATOR_CONTAINS: RoutingOperator
ROUTING_OPERATOR_STARTS_WITH: RoutingOperator
ROUTING_OPERATOR_ENDS_WITH: RoutingOperator
ROUTING_OPERATOR_LESS_THAN: RoutingOperator
ROUTING_OPERATOR_LESS_THAN_OR_EQUAL: RoutingOperator
ROUTING_OPERATOR_GREATER_THAN: RoutingOperator
ROUTING_OPERATOR_GREATER_THAN_OR_EQUAL: RoutingOperator
ROUTING_OPERATOR_EXISTS: RoutingOperator
ROUTING_OPERATOR_ALWAYS: RoutingOperator
LOG_LEVEL_UNSPECIFIED: LogLevel
LOG_LEVEL_DEBUG: LogLevel
LOG_LEVEL_INFO: LogLevel
LOG_LEVEL_WARN: LogLevel
LOG_LEVEL_ERROR: LogLevel
LOG_LEVEL_OFF: LogLevel
COMPRESSION_UNSPECIFIED: Compression
COMPRESSION_NONE: Compression
COMPRESSION_GZIP: Compression
COMPRESSION_ZSTD: Compression

class FlowConfiguration(_message.Message):
    __slots__ = ("name", "active", "template", "parameters", "logging", "metadata", "queue_key", "routing_key", "feature_keys")
    class MetadataEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    NAME_FIELD_NUMBER: _ClassVar[int]
    ACTIVE_FIELD_NUMBER: _ClassVar[int]
    TEMPLATE_FIELD_NUMBER: _ClassVar[int]
    PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    LOGGING_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    QUEUE_KEY_FIELD_NUMBER: _ClassVar[int]
    ROUTING_KEY_FIELD_NUMBER: _ClassVar[int]
    FEATURE_KEYS_FIELD_NUMBER: _ClassVar[int]
    name: str
    active: bool
    template: FlowTemplateLocation
    parameters: _struct_pb2.Struct
    logging: LoggingSettings
    metadata: _containers.ScalarMap[str, str]
    queue_key: str
    routing_key: str
    feature_keys: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, name: _Optional[str] = ..., active: _Optional[bool] = ..., template: _Optional[_Union[FlowTemplateLocation, _Mapping]] = ..., parameters: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., logging: _Optional[_Union[LoggingSettings, _Mapping]] = ..., metadata: _Optional[_Mapping[str, str]] = ..., queue_key: _Optional[str] = ..., routing_key: _Optional[str] = ..., feature_keys: _Optional[_Iterable[str]] = ...) -> None: ...

class FlowTemplateLocation(_message.Message):
    __slots__ = ("s3_uri", "file", "template_key")
    S3_URI_FIELD_NUMBER: _ClassVar[int]
    FILE_FIELD_NUMBER: _ClassVar[int]
    TEMPLATE_KEY_FIELD_NUMBER: _ClassVar[int]
    s3_uri: str
    file: str
    template_key: str
    def __init__(self, s3_uri: _Optional[str] = ..., file: _Optional[str] = ..., template_key: _Optional[str] = ...) -> None: ...

class FlowTemplate(_message.Message):
    __slots__ = ("content", "description", "defaults")
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    DEFAULTS_FIELD_NUMBER: _ClassVar[int]
    content: str
    description: str
    defaults: _struct_pb2.Struct
    def __init__(self, content: _Optional[str] = ..., description: _Optional[str] = ..., defaults: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ...) -> None: ...

class QueueConfiguration(_message.Message):
    __slots__ = ("arn", "name", "limits", "routing", "service_level", "whisper_flows", "monitoring", "active")
    ARN_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    ROUTING_FIELD_NUMBER: _ClassVar[int]
    SERVICE_LEVEL_FIELD_NUMBER: _ClassVar[int]
    WHISPER_FLOWS_FIELD_NUMBER: _ClassVar[int]
    MONITORING_FIELD_NUMBER: _ClassVar[int]
    ACTIVE_FIELD_NUMBER: _ClassVar[int]
    arn: str
    name: str
    limits: QueueLimits
    routing: QueueRouting
    service_level: ServiceLevel
    whisper_flows: WhisperFlows
    monitoring: QueueMonitoring
    active: bool
    def __init__(self, arn: _Optional[str] = ..., name: _Optional[str] = ..., limits: _Optional[_Union[QueueLimits, _Mapping]] = ..., routing: _Optional[_Union[QueueRouting, _Mapping]] = ..., service_level: _Optional[_Union[ServiceLevel, _Mapping]] = ..., whisper_flows: _Optional[_Union[WhisperFlows, _Mapping]] = ..., monitoring: _Optional[_Union[QueueMonitoring, _Mapping]] = ..., active: _Optional[bool] = ...) -> None: ...

class QueueLimits(_message.Message):
    __slots__ = ("max_contacts", "default_routing_profile", "hours_of_operation", "outbound_caller_id")
    MAX_CONTACTS_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_ROUTING_PROFILE_FIELD_NUMBER: _ClassVar[int]
    HOURS_OF_OPERATION_FIELD_NUMBER: _ClassVar[int]
    OUTBOUND_CALLER_ID_FIELD_NUMBER: _ClassVar[int]
    max_contacts: int
    default_routing_profile: str
    hours_of_operation: str
    outbound_caller_id: str
    def __init__(self, max_contacts: _Optional[int] = ..., default_routing_profile: _Optional[str] = ..., hours_of_operation: _Optional[str] = ..., outbound_caller_id: _Optional[str] = ...) -> None: ...

class QueueRouting(_message.Message):
    __slots__ = ("skill_based", "required_skills", "customer_priorities")
    class CustomerPrioritiesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    SKILL_BASED_FIELD_NUMBER: _ClassVar[int]
    REQUIRED_SKILLS_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_PRIORITIES_FIELD_NUMBER: _ClassVar[int]
    skill_based: bool
    required_skills: _containers.RepeatedScalarFieldContainer[str]
    customer_priorities: _containers.ScalarMap[str, int]
    def __init__(self, skill_based: _Optional[bool] = ..., required_skills: _Optional[_Iterable[str]] = ..., customer_priorities: _Optional[_Mapping[str, int]] = ...) -> None: ...

class ServiceLevel(_message.Message):
    __slots__ = ("threshold", "target_percent")
    THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    TARGET_PERCENT_FIELD_NUMBER: _ClassVar[int]
    threshold: _duration_pb2.Duration
    target_percent: float
    def __init__(self, threshold: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., target_percent: _Optional[float] = ...) -> None: ...

class WhisperFlows(_message.Message):
    __slots__ = ("agent", "customer", "outbound")
    AGENT_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_FIELD_NUMBER: _ClassVar[int]
    OUTBOUND_FIELD_NUMBER: _ClassVar[int]
    agent: str
    customer: str
    outbound: str
    def __init__(self, agent: _Optional[str] = ..., customer: _Optional[str] = ..., outbound: _Optional[str] = ...) -> None: ...

class QueueMonitoring(_message.Message):
    __slots__ = ("max_contacts_in_queue", "max_oldest_contact_age", "max_abandon_percent", "alert_topic_arn")
    MAX_CONTACTS_IN_QUEUE_FIELD_NUMBER: _ClassVar[int]
    MAX_OLDEST_CONTACT_AGE_FIELD_NUMBER: _ClassVar[int]
    MAX_ABANDON_PERCENT_FIELD_NUMBER: _ClassVar[int]
    ALERT_TOPIC_ARN_FIELD_NUMBER: _ClassVar[int]
    max_contacts_in_queue: int
    max_oldest_contact_age: _duration_pb2.Duration
    max_abandon_percent: float
    alert_topic_arn: str
    def __init__(self, max_contacts_in_queue: _Optional[int] = ..., max_oldest_contact_age: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., max_abandon_percent: _Optional[float] = ..., alert_topic_arn: _Optional[str] = ...) -> None: ...

class RoutingRule(_message.Message):
    __slots__ = ("priority", "condition", "actions", "active", "description")
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    CONDITION_FIELD_NUMBER: _ClassVar[int]
    ACTIONS_FIELD_NUMBER: _ClassVar[int]
    ACTIVE_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    priority: int
    condition: RoutingCondition
    actions: RoutingActions
    active: bool
    description: str
    def __init__(self, priority: _Optional[int] = ..., condition: _Optional[_Union[RoutingCondition, _Mapping]] = ..., actions: _Optional[_Union[RoutingActions, _Mapping]] = ..., active: _Optional[bool] = ..., description: _Optional[str] = ...) -> None: ...

class RoutingCondition(_message.Message):
    __slots__ = ("attribute", "operator", "values")
    ATTRIBUTE_FIELD_NUMBER: _ClassVar[int]
    OPERATOR_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    attribute: str
    operator: RoutingOperator
    values: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, attribute: _Optional[str] = ..., operator: _Optional[_Union[RoutingOperator, str]] = ..., values: _Optional[_Iterable[str]] = ...) -> None: ...

class RoutingActions(_message.Message):
    __slots__ = ("target_queue", "routing_profile", "callback_queue", "attributes")
    class AttributesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    TARGET_QUEUE_FIELD_NUMBER: _ClassVar[int]
    ROUTING_PROFILE_FIELD_NUMBER: _ClassVar[int]
    CALLBACK_QUEUE_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTES_FIELD_NUMBER: _ClassVar[int]
    target_queue: str
    routing_profile: str
    callback_queue: str
    attributes: _containers.ScalarMap[str, str]
    def __init__(self, target_queue: _Optional[str] = ..., routing_profile: _Optional[str] = ..., callback_queue: _Optional[str] = ..., attributes: _Optional[_Mapping[str, str]] = ...) -> None: ...

class LoggingSettings(_message.Message):
    __slots__ = ("level", "log_group", "contact_lens", "recording_bucket")
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    LOG_GROUP_FIELD_NUMBER: _ClassVar[int]
    CONTACT_LENS_FIELD_NUMBER: _ClassVar[int]
    RECORDING_BUCKET_FIELD_NUMBER: _ClassVar[int]
    level: LogLevel
    log_group: str
    contact_lens: ContactLens
    recording_bucket: str
    def __init__(self, level: _Optional[_Union[LogLevel, str]] = ..., log_group: _Optional[str] = ..., contact_lens: _Optional[_Union[ContactLens, _Mapping]] = ..., recording_bucket: _Optional[str] = ...) -> None: ...

class LoggingConfiguration(_message.Message):
    __slots__ = ("level", "destinations", "filters", "contact_lens", "retention_days")
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    DESTINATIONS_FIELD_NUMBER: _ClassVar[int]
    FILTERS_FIELD_NUMBER: _ClassVar[int]
    CONTACT_LENS_FIELD_NUMBER: _ClassVar[int]
    RETENTION_DAYS_FIELD_NUMBER: _ClassVar[int]
    level: LogLevel
    destinations: LogDestinations
    filters: LogFilters
    contact_lens: ContactLens
    retention_days: int
    def __init__(self, level: _Optional[_Union[LogLevel, str]] = ..., destinations: _Optional[_Union[LogDestinations, _Mapping]] = ..., filters: _Optional[_Union[LogFilters, _Mapping]] = ..., contact_lens: _Optional[_Union[ContactLens, _Mapping]] = ..., retention_days: _Optional[int] = ...) -> None: ...

class LogDestinations(_message.Message):
    __slots__ = ("log_group", "bucket", "stream")
    LOG_GROUP_FIELD_NUMBER: _ClassVar[int]
    BUCKET_FIELD_NUMBER: _ClassVar[int]
    STREAM_FIELD_NUMBER: _ClassVar[int]
    log_group: LogGroupDestination
    bucket: BucketDestination
    stream: StreamDestination
    def __init__(self, log_group: _Optional[_Union[LogGroupDestination, _Mapping]] = ..., bucket: _Optional[_Union[BucketDestination, _Mapping]] = ..., stream: _Optional[_Union[StreamDestination, _Mapping]] = ...) -> None: ...

class LogGroupDestination(_message.Message):
    __slots__ = ("name", "retention_days")
    NAME_FIELD_NUMBER: _ClassVar[int]
    RETENTION_DAYS_FIELD_NUMBER: _ClassVar[int]
    name: str
    retention_days: int
    def __init__(self, name: _Optional[str] = ..., retention_days: _Optional[int] = ...) -> None: ...

class BucketDestination(_message.Message):
    __slots__ = ("bucket", "prefix", "compression")
    BUCKET_FIELD_NUMBER: _ClassVar[int]
    PREFIX_FIELD_NUMBER: _ClassVar[int]
    COMPRESSION_FIELD_NUMBER: _ClassVar[int]
    bucket: str
    prefix: str
    compression: Compression
    def __init__(self, bucket: _Optional[str] = ..., prefix: _Optional[str] = ..., compression: _Optional[_Union[Compression, str]] = ...) -> None: ...

class StreamDestination(_message.Message):
    __slots__ = ("arn", "batch_size")
    ARN_FIELD_NUMBER: _ClassVar[int]
    BATCH_SIZE_FIELD_NUMBER: _ClassVar[int]
    arn: str
    batch_size: int
    def __init__(self, arn: _Optional[str] = ..., batch_size: _Optional[int] = ...) -> None: ...

class LogFilters(_message.Message):
    __slots__ = ("exclude_patterns", "redact_pii")
    EXCLUDE_PATTERNS_FIELD_NUMBER: _ClassVar[int]
    REDACT_PII_FIELD_NUMBER: _ClassVar[int]
    exclude_patterns: _containers.RepeatedScalarFieldContainer[str]
    redact_pii: bool
    def __init__(self, exclude_patterns: _Optional[_Iterable[str]] = ..., redact_pii: _Optional[bool] = ...) -> None: ...

class ContactLens(_message.Message):
    __slots__ = ("real_time", "post_call", "categories", "redact_pii", "redact_phi")
    REAL_TIME_FIELD_NUMBER: _ClassVar[int]
    POST_CALL_FIELD_NUMBER: _ClassVar[int]
    CATEGORIES_FIELD_NUMBER: _ClassVar[int]
    REDACT_PII_FIELD_NUMBER: _ClassVar[int]
    REDACT_PHI_FIELD_NUMBER: _ClassVar[int]
    real_time: bool
    post_call: bool
    categories: _containers.RepeatedScalarFieldContainer[str]
    redact_pii: bool
    redact_phi: bool
    def __init__(self, real_time: _Optional[bool] = ..., post_call: _Optional[bool] = ..., categories: _Optional[_Iterable[str]] = ..., redact_pii: _Optional[bool] = ..., redact_phi: _Optional[bool] = ...) -> None: ...
