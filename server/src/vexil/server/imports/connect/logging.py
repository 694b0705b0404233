"""`ConnectLoggingConfigurations`: key `resourceType` and `resourceId`."""

from typing import Any

from vexil.core.connect import (
    BucketDestination,
    Compression,
    ContactLens,
    LogDestinations,
    LogFilters,
    LoggingConfiguration,
    LogGroupDestination,
    LogLevel,
    StreamDestination,
)
from vexil.server.imports.attributes import Attributes
from vexil.server.imports.connect.levels import read_level

_TYPES = {"ContactFlow": "flow", "Queue": "queue"}
"""Types of resource that Vexil has a name for; others keep theirs."""

_COMPRESSIONS = {
    "NONE": Compression.NONE,
    "UNCOMPRESSED": Compression.NONE,
    "GZIP": Compression.GZIP,
    "ZSTD": Compression.ZSTD,
}


def read_logging(item: Attributes, notes: list[str]) -> tuple[str, LoggingConfiguration]:
    """The configuration's key and content; what is wrong stands in the item's problems."""
    type_, id_ = item.needed("resourceType"), item.needed("resourceId")
    logging = item.inside("loggingConfig")
    level, destinations, filters = LogLevel.INFO, None, None
    if logging is not None:
        level = read_level(logging, "level")
        if logging.flag("enabled") is False:
            level = LogLevel.OFF
        destinations = _destinations(logging.inside("destinations"))
        filters = _filters(logging.inside("filterRules"))
    configuration = LoggingConfiguration(
        level=level,
        destinations=destinations,
        filters=filters,
        contact_lens=_contact_lens(item.inside("contactLens"), notes),
        retention_days=_retention(item.inside("retention")),
    )
    return f"{_TYPES.get(type_, type_)}/{id_}", configuration


def _destinations(destinations: Attributes | None) -> LogDestinations | None:
    if destinations is None:
        return None
    return LogDestinations(
        log_group=_log_group(destinations.inside("cloudWatch")),
        bucket=_bucket(destinations.inside("s3")),
        stream=_stream(destinations.inside("kinesis")),
    )


def _log_group(group: Attributes | None) -> LogGroupDestination | None:
    if group is None:
        return None
    return LogGroupDestination(group.needed("logGroupName"), group.whole("retentionDays"))


def _stream(stream: Attributes | None) -> StreamDestination | None:
    if stream is None:
        return None
    return StreamDestination(stream.needed("streamArn"), stream.whole("batchSize"))


def _bucket(bucket: Attributes | None) -> BucketDestination | None:
    if bucket is None:
        return None
    prefix = bucket.text("prefix") or ""
    return BucketDestination(bucket.needed("bucket"), prefix=prefix, compression=_compression(bucket))


def _compression(bucket: Attributes) -> Compression:
    text = bucket.text("compressionFormat")
    compression = Compression.NONE if text is None else _COMPRESSIONS.get(text.upper())
    if compression is None:
        bucket.refuse("compressionFormat", f"{text!r} is not known; there are: {', '.join(_COMPRESSIONS)}")
        return Compression.NONE
    return compression


def _filters(filters: Attributes | None) -> LogFilters | None:
    if filters is None:
        return None
    return LogFilters(
        exclude_patterns=filters.texts("excludePatterns"), redact_pii=filters.flag("includePII") is False
    )


def _contact_lens(lens: Attributes | None, notes: list[str]) -> ContactLens | None:
    if lens is None:
        return None
    enabled = lens.flag("enabled") is not False
    redaction = lens.inside("redaction")
    return ContactLens(
        real_time=bool(lens.flag("realtimeAnalytics")) and enabled,
        post_call=bool(lens.flag("postCallAnalytics")) and enabled,
        categories=lens.texts("categories"),
        redact_pii=redaction is not None and _redacts(redaction, "pii", notes),
        redact_phi=redaction is not None and _redacts(redaction, "phi", notes),
    )


def _redacts(redaction: Attributes, name: str, notes: list[str]) -> bool:
    """A boolean, or the kinds that are redacted; Vexil redacts all kinds or none."""
    value: Any = redaction.take(name)
    if not isinstance(value, list):
        return redaction.flag(name) or False
    kinds = redaction.texts(name)
    if kinds:
        notes.append(f"contactLens.redaction.{name}: all kinds are redacted, not only {', '.join(kinds)}")
    return bool(kinds)


def _retention(retention: Attributes | None) -> int | None:
    """The one period of all kinds of record; different ones are refused, since Vexil has one."""
    if retention is None:
        return None
    periods = {name: retention.whole(name) for name in retention.names}
    distinct = {period for period in periods.values() if period is not None}
    if len(distinct) > 1:
        shown = ", ".join(f"{name} {period}" for name, period in periods.items())
        retention.refuse("", f"Vexil keeps all records equally long, and these differ: {shown}")
        return None
    return next(iter(distinct), None)
