"""Amazon Connect's kinds."""

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.support.strategies.basic import json_objects, keys, mappings, tags, texts, tuples_of
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

_QUEUE = "arn:aws:connect:eu-central-1:123456789012:instance/i-1/queue/"
_TOPIC = "arn:aws:sns:eu-central-1:123456789012:"
_STREAM = "arn:aws:kinesis:eu-central-1:123456789012:stream/"
_RETENTION_DAYS = (
    1,
    3,
    5,
    7,
    14,
    30,
    60,
    90,
    120,
    150,
    180,
    365,
    400,
    545,
    731,
    1096,
    1827,
    2192,
    2557,
    2922,
    3288,
    3653,
)
_OPERANDS_NOT_TAKEN = (RoutingOperator.EXISTS, RoutingOperator.ALWAYS)

_words = st.from_regex(r"[A-Za-z0-9]{1,8}", fullmatch=True)
_buckets = st.from_regex(r"[a-z0-9]{3,12}", fullmatch=True)
_counts = st.integers(0, 2**31 - 1)
_percents = st.floats(0, 100)
_levels = st.sampled_from(LogLevel)
_patterns = st.sampled_from(["password=\\S+", "^DEBUG", "[0-9]{16}"])


def _milliseconds(most: float) -> SearchStrategy[float]:
    return st.integers(1000, int(most * 1000)).map(lambda amount: amount / 1000)


def _unset_or(items: SearchStrategy[str] | None = None) -> SearchStrategy[str | None]:
    return st.none() | (texts() if items is None else items)


def contact_lenses() -> SearchStrategy[ContactLens]:
    """Conversation analytics."""
    switch = st.booleans()
    return st.builds(
        ContactLens,
        real_time=switch,
        post_call=switch,
        categories=tags(),
        redact_pii=switch,
        redact_phi=switch,
    )


def logging_settings() -> SearchStrategy[LoggingSettings]:
    """A flow's own logging."""
    return st.builds(
        LoggingSettings,
        level=_levels,
        log_group=st.none() | _words,
        contact_lens=st.none() | contact_lenses(),
        recording_bucket=st.none() | _buckets,
    )


def flow_configurations() -> SearchStrategy[FlowConfiguration]:
    """Contact flows."""
    locations = st.one_of(
        st.builds("s3://{}/{}".format, _buckets, _words).map(TemplateInS3),
        texts(1).map(TemplateInFile),
        keys().map(TemplateResource),
    )
    return st.builds(
        FlowConfiguration,
        name=texts(1),
        active=st.booleans(),
        template=st.none() | locations,
        parameters=json_objects(),
        logging=st.none() | logging_settings(),
        metadata=mappings(texts(1), texts()),
        queue_key=_unset_or(keys()),
        routing_key=_unset_or(keys()),
        feature_keys=tuples_of(keys()),
    )


def flow_templates() -> SearchStrategy[FlowTemplate]:
    """Flow templates."""
    return st.builds(FlowTemplate, content=texts(1), description=texts(), defaults=json_objects())


def queue_configurations() -> SearchStrategy[QueueConfiguration]:
    """Contact queues."""
    limits = st.builds(
        QueueLimits,
        max_contacts=st.none() | _counts,
        default_routing_profile=_unset_or(),
        hours_of_operation=_unset_or(),
        outbound_caller_id=_unset_or(st.from_regex(r"\+[1-9][0-9]{1,14}", fullmatch=True)),
    )
    routing = st.builds(
        QueueRouting,
        skill_based=st.booleans(),
        required_skills=tags(),
        customer_priorities=mappings(texts(), st.integers(1, 2**31 - 1)),
    )
    monitoring = st.builds(
        QueueMonitoring,
        max_contacts_in_queue=st.none() | _counts,
        max_oldest_contact_age=st.none() | _milliseconds(10**6),
        max_abandon_percent=st.none() | _percents,
        alert_topic_arn=_unset_or(_words.map(_TOPIC.__add__)),
    )
    return st.builds(
        QueueConfiguration,
        arn=_words.map(_QUEUE.__add__),
        name=texts(1),
        limits=st.none() | limits,
        routing=st.none() | routing,
        service_level=st.none() | st.builds(ServiceLevel, _milliseconds(604_800), _percents),
        whisper_flows=st.none() | st.builds(WhisperFlows, _unset_or(), _unset_or(), _unset_or()),
        monitoring=st.none() | monitoring,
        active=st.booleans(),
    )


def routing_actions() -> SearchStrategy[RoutingActions]:
    """What happens to a contact."""
    return st.builds(
        RoutingActions,
        target_queue=_unset_or(keys()),
        routing_profile=_unset_or(),
        callback_queue=_unset_or(keys()),
        attributes=mappings(texts(1), texts()),
    )


def routing_rules() -> SearchStrategy[RoutingRule]:
    """Routing rules."""
    return st.builds(
        RoutingRule,
        priority=_counts,
        condition=st.sampled_from(RoutingOperator).flatmap(_routing_condition),
        actions=routing_actions(),
        active=st.booleans(),
        description=texts(),
    )


def _routing_condition(operator: RoutingOperator) -> SearchStrategy[RoutingCondition]:
    operands = st.just(()) if operator in _OPERANDS_NOT_TAKEN else tuples_of(texts(), min_size=1)
    return st.builds(RoutingCondition, texts(1), st.just(operator), operands)


def logging_configurations() -> SearchStrategy[LoggingConfiguration]:
    """Logging of one resource."""
    days = st.none() | st.sampled_from(_RETENTION_DAYS)
    buckets = st.builds(BucketDestination, _buckets, texts(), st.sampled_from(Compression))
    streams = st.builds(StreamDestination, _words.map(_STREAM.__add__), st.none() | st.integers(1, 500))
    destinations = st.builds(
        LogDestinations,
        log_group=st.none() | st.builds(LogGroupDestination, _words, days),
        bucket=st.none() | buckets,
        stream=st.none() | streams,
    )
    return st.builds(
        LoggingConfiguration,
        level=_levels,
        destinations=st.none() | destinations,
        filters=st.none() | st.builds(LogFilters, tuples_of(_patterns), st.booleans()),
        contact_lens=st.none() | contact_lenses(),
        retention_days=days,
    )
