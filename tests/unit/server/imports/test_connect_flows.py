from typing import Any

import pytest

from tests.unit.server.imports.items import FLOW, changed, mapped, put, reasons, without
from vexil.core.connect import (
    ContactLens,
    FlowConfiguration,
    LoggingSettings,
    LogLevel,
    TemplateInFile,
    TemplateInS3,
)
from vexil.core.resource import Kind, ResourceId


def flow(item: Any) -> FlowConfiguration:
    resource = put(item).resource
    assert isinstance(resource, FlowConfiguration)
    return resource


def test_flow_has_everything_of_its_item() -> None:
    done = mapped(FLOW)

    assert done.version == 3
    assert done.item == "table: flowId=inbound-sales-flow, version=3"
    assert done.puts[0].id == ResourceId(Kind.FLOW_CONFIGURATION, "prod", "inbound-sales-flow")
    assert done.puts[0].resource == FlowConfiguration(
        name="Sales Inbound Flow",
        active=True,
        template=TemplateInS3("s3://connect-flows/templates/sales-inbound-v2.json"),
        parameters={**FLOW["parameters"], "share": 0.25},
        logging=LoggingSettings(
            level=LogLevel.INFO,
            log_group="/aws/connect/flows/sales-inbound",
            contact_lens=ContactLens(post_call=True),
            recording_bucket="connect-recordings-prod",
        ),
        metadata={
            "createdBy": "admin@example.com",
            "description": "Longer waits",
            "ticket": "17",
            "sourceVersion": "3",
        },
    )
    assert done.notes == ("logging.enableContactLens: is taken as analysis after the call",)


@pytest.mark.parametrize(
    ("written", "meant"), [(1, True), (0, False), ("true", True), ("FALSE", False), (None, True)]
)
def test_flow_is_active_as_keys_of_an_index_can_say_it(written: Any, meant: bool) -> None:
    assert flow(changed(FLOW, "active", written)).active is meant


@pytest.mark.parametrize(
    ("written", "path"),
    [("templates/main.json", "templates/main.json"), ("file:///srv/a%20b.json", "/srv/a b.json")],
)
def test_flow_template_may_be_a_file(written: str, path: str) -> None:
    assert flow(changed(FLOW, "flowTemplate", written)).template == TemplateInFile(path)


@pytest.mark.parametrize("missing", ["flowTemplate", "parameters", "logging", "metadata", "logging.level"])
def test_flow_lives_without_what_is_optional(missing: str) -> None:
    assert flow(without(FLOW, missing)).name == "Sales Inbound Flow"


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        ("flowId", "", "flowId: is empty"),
        ("flowId", 5, "flowId: must be text, not a number"),
        ("version", "3", "version: must be a number, not text"),
        ("version", -1, "version: must not be negative: -1"),
        ("version", None, "version: is missing"),
        ("flowName", None, "flowName: is missing"),
        ("active", "maybe", "active: must be true or false, not text"),
        ("parameters", [1], "parameters: must be a map, not a list"),
        ("parameters.big", 2**53, "parameters: big: the number 9007199254740992 is outside ±(2^53-1)"),
        ("parameters.deep", {"list": [b"x"]}, "parameters: deep.list[0]: binary data has no place in JSON"),
        ("logging", "INFO", "logging: must be a map, not text"),
        ("logging.level", "LOUD", "logging.level: 'LOUD' is no log level"),
        ("metadata.sourceVersion", "1", "metadata: the label 'sourceVersion' is taken"),
    ],
)
def test_flow_with_a_fault_says_where(path: str, value: Any, reason: str) -> None:
    (found,) = reasons(changed(FLOW, path, value))

    assert found.startswith(reason)


def test_flow_with_several_faults_says_all() -> None:
    item = changed(changed(FLOW, "flowName", 1), "logging.enableContactLens", "perhaps")

    assert len(reasons(item)) == 2


def test_attributes_that_nobody_knows_are_noted() -> None:
    item = changed(changed(FLOW, "colour", "red"), "logging.sampling", 5)

    assert mapped(item).notes[-2:] == (
        "colour: is not known, and left out",
        "logging.sampling: is not known, and left out",
    )


def test_item_of_no_table_says_which_keys_there_are() -> None:
    (reason,) = reasons({"id": "x"})

    assert reason == "has none of the keys flowId, queueId, routingKey, resourceType, featureName"
