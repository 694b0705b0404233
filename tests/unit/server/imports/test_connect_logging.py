from typing import Any

import pytest

from tests.unit.server.imports.items import LOGGING, changed, mapped, put, reasons, without
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


def logging(item: Any) -> LoggingConfiguration:
    resource = put(item).resource
    assert isinstance(resource, LoggingConfiguration)
    return resource


def test_logging_has_everything_of_its_item() -> None:
    assert put(LOGGING).id.key == "flow/inbound-sales-flow"
    assert logging(LOGGING) == LoggingConfiguration(
        level=LogLevel.DEBUG,
        destinations=LogDestinations(
            log_group=LogGroupDestination("/aws/connect/flows/sales", 30),
            bucket=BucketDestination("connect-logs-archive", "flows/sales/", Compression.GZIP),
            stream=StreamDestination("arn:aws:kinesis:eu-central-1:123456789012:stream/connect-events", 100),
        ),
        filters=LogFilters(("^DEBUG:Routine",), redact_pii=True),
        contact_lens=ContactLens(
            real_time=True, categories=("CustomerComplaint",), redact_pii=True, redact_phi=True
        ),
        retention_days=90,
    )
    assert not mapped(LOGGING).notes


def test_logging_of_other_resources_keeps_the_name_of_their_type() -> None:
    assert (
        put(changed(LOGGING, "resourceType", "LambdaFunction")).id.key == "LambdaFunction/inbound-sales-flow"
    )


def test_logging_that_is_off_logs_nothing() -> None:
    assert logging(changed(LOGGING, "loggingConfig.enabled", False)).level is LogLevel.OFF


def test_contact_lens_that_is_off_analyses_nothing() -> None:
    lens = logging(changed(LOGGING, "contactLens.enabled", False)).contact_lens

    assert lens is not None
    assert (lens.real_time, lens.post_call) == (False, False)


def test_redaction_of_some_kinds_becomes_that_of_all_and_is_noted() -> None:
    item = changed(LOGGING, "contactLens.redaction.pii", ["SSN", "Email"])

    assert logging(item) == logging(LOGGING)
    assert mapped(item).notes == ("contactLens.redaction.pii: all kinds are redacted, not only SSN, Email",)


def test_redaction_of_no_kind_is_none() -> None:
    lens = logging(changed(LOGGING, "contactLens.redaction.pii", [])).contact_lens

    assert lens is not None
    assert lens.redact_pii is False


@pytest.mark.parametrize(
    "missing",
    ["loggingConfig", "loggingConfig.destinations", "loggingConfig.filterRules", "contactLens", "retention"],
)
def test_logging_lives_without_what_is_optional(missing: str) -> None:
    assert put(without(LOGGING, missing)).id.key == "flow/inbound-sales-flow"


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        ("resourceId", "", "resourceId: is empty"),
        (
            "loggingConfig.destinations.s3.compressionFormat",
            "RAR",
            "loggingConfig.destinations.s3.compression",
        ),
        (
            "loggingConfig.destinations.cloudWatch",
            {},
            "loggingConfig.destinations.cloudWatch.logGroupName: is m",
        ),
        (
            "loggingConfig.filterRules.excludePatterns",
            [1],
            "loggingConfig.filterRules.excludePatterns: must be",
        ),
        ("retention.callRecordings", 30, "retention: Vexil keeps all records equally long, and these differ"),
    ],
)
def test_logging_with_a_fault_says_where(path: str, value: Any, reason: str) -> None:
    (found,) = reasons(changed(LOGGING, path, value))

    assert found.startswith(reason)
