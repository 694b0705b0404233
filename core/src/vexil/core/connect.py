"""Amazon Connect's kinds: what `proto/vexil/v1/connect.proto` says, as Python types.

Optional members are None when unset. Durations are in seconds, retention in days, percentages 0 to 100.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from typing import Any

Json = Mapping[str, Any]
"""A JSON object, read-only."""


@dataclass(frozen=True, slots=True)
class TemplateInS3:
    """A template that is an object in S3, `s3://bucket/key`."""

    uri: str


@dataclass(frozen=True, slots=True)
class TemplateInFile:
    """A template that is a file, relative to the reader's template directory."""

    path: str


@dataclass(frozen=True, slots=True)
class TemplateResource:
    """A template that is a resource of the same environment."""

    key: str


TemplateLocation = TemplateInS3 | TemplateInFile | TemplateResource


class LogLevel(IntEnum):
    """How much is logged."""

    DEBUG = 1
    INFO = 2
    WARN = 3
    ERROR = 4
    OFF = 5


@dataclass(frozen=True, slots=True)
class ContactLens:
    """Conversation analytics and what they redact."""

    real_time: bool = False
    post_call: bool = False
    categories: tuple[str, ...] = ()
    redact_pii: bool = False
    redact_phi: bool = False


@dataclass(frozen=True, slots=True)
class LoggingSettings:
    """A flow's own logging."""

    level: LogLevel = LogLevel.INFO
    log_group: str | None = None
    contact_lens: ContactLens | None = None
    recording_bucket: str | None = None


@dataclass(frozen=True, slots=True)
class FlowConfiguration:
    """One contact flow."""

    name: str
    active: bool = True
    template: TemplateLocation | None = None
    parameters: Json = field(default_factory=dict)
    logging: LoggingSettings | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    queue_key: str | None = None
    routing_key: str | None = None
    feature_keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FlowTemplate:
    """A flow in Amazon Connect's flow language with placeholders."""

    content: str
    description: str = ""
    defaults: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class QueueLimits:
    """A queue's limits and defaults."""

    max_contacts: int | None = None
    default_routing_profile: str | None = None
    hours_of_operation: str | None = None
    outbound_caller_id: str | None = None


@dataclass(frozen=True, slots=True)
class QueueRouting:
    """How contacts are chosen for agents; priority 1 is the highest."""

    skill_based: bool = False
    required_skills: tuple[str, ...] = ()
    customer_priorities: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ServiceLevel:
    """`target_percent` of contacts answered within `threshold` seconds."""

    threshold: float
    target_percent: float


@dataclass(frozen=True, slots=True)
class WhisperFlows:
    """Flows played before agent and customer are joined; ARNs or names."""

    agent: str | None = None
    customer: str | None = None
    outbound: str | None = None


@dataclass(frozen=True, slots=True)
class QueueMonitoring:
    """When somebody is alerted about a queue; the age is in seconds."""

    max_contacts_in_queue: int | None = None
    max_oldest_contact_age: float | None = None
    max_abandon_percent: float | None = None
    alert_topic_arn: str | None = None


@dataclass(frozen=True, slots=True)
class QueueConfiguration:
    """A contact queue."""

    arn: str
    name: str
    limits: QueueLimits | None = None
    routing: QueueRouting | None = None
    service_level: ServiceLevel | None = None
    whisper_flows: WhisperFlows | None = None
    monitoring: QueueMonitoring | None = None
    active: bool = True


class RoutingOperator(Enum):
    """How a contact attribute is compared; the values are the names that files use."""

    EQUALS = "equals"
    NOT_EQUALS = "not_equals"
    CONTAINS = "contains"
    STARTS_WITH = "starts_with"
    ENDS_WITH = "ends_with"
    LESS_THAN = "less_than"
    LESS_THAN_OR_EQUAL = "less_than_or_equal"
    GREATER_THAN = "greater_than"
    GREATER_THAN_OR_EQUAL = "greater_than_or_equal"
    EXISTS = "exists"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class RoutingCondition:
    """A test of one contact attribute; several values mean "one of"."""

    attribute: str
    operator: RoutingOperator
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RoutingActions:
    """What happens to a contact that a rule matched."""

    target_queue: str | None = None
    routing_profile: str | None = None
    callback_queue: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RoutingRule:
    """One routing rule; lower priorities are tried first."""

    priority: int
    condition: RoutingCondition
    actions: RoutingActions
    active: bool = True
    description: str = ""


class Compression(IntEnum):
    """How log objects are compressed."""

    NONE = 1
    GZIP = 2
    ZSTD = 3


@dataclass(frozen=True, slots=True)
class LogGroupDestination:
    """A CloudWatch log group; retention in days, None: for ever."""

    name: str
    retention_days: int | None = None


@dataclass(frozen=True, slots=True)
class BucketDestination:
    """An S3 bucket."""

    bucket: str
    prefix: str = ""
    compression: Compression = Compression.NONE


@dataclass(frozen=True, slots=True)
class StreamDestination:
    """An event stream; batch size 1 to 500, None: 100."""

    arn: str
    batch_size: int | None = None


@dataclass(frozen=True, slots=True)
class LogDestinations:
    """Where logs go; any number of them."""

    log_group: LogGroupDestination | None = None
    bucket: BucketDestination | None = None
    stream: StreamDestination | None = None


@dataclass(frozen=True, slots=True)
class LogFilters:
    """What is left out; patterns are RE2, found anywhere in an entry."""

    exclude_patterns: tuple[str, ...] = ()
    redact_pii: bool = False


@dataclass(frozen=True, slots=True)
class LoggingConfiguration:
    """Logging of one resource; retention in days, None: for ever."""

    level: LogLevel = LogLevel.INFO
    destinations: LogDestinations | None = None
    filters: LogFilters | None = None
    contact_lens: ContactLens | None = None
    retention_days: int | None = None
