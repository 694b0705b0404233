from typing import Any

from tests.unit.server.imports.items import FEATURE, FLOW, LOGGING, QUEUE, ROUTING, changed
from vexil.server.imports.connect import ConnectMapper
from vexil.server.imports.item import Broken, Item
from vexil.server.imports.survey import Survey, survey


def surveyed(*items: Any) -> Survey:
    return survey((Item("table", item) for item in items), ConnectMapper("prod"))


def test_items_of_all_tables_are_in_the_same_order_however_they_come() -> None:
    tables = [FEATURE, FLOW, QUEUE, ROUTING, LOGGING]

    one, other = surveyed(*tables), surveyed(*reversed(tables))

    assert one == other
    assert (one.read, len(one.mapped)) == (5, 5)
    assert one.environments == ["prod", "production"]


def test_what_vexil_would_not_take_is_refused_with_its_place() -> None:
    found = surveyed(
        changed(QUEUE, "queueArn", "arn:aws:connect:...:queue/sales"),
        changed(FLOW, "flowId", "-bad"),
        changed(LOGGING, "loggingConfig.filterRules.excludePatterns", ["("]),
        changed(LOGGING, "retention", {"callRecordings": 91}),
    )

    assert len(found.refused) == 4
    reasons = [refused.reasons[0] for refused in found.refused]
    assert any(reason.startswith("arn: must be the ARN of a queue") for reason in reasons)
    assert any(reason.startswith("id.key: must be letters") for reason in reasons)
    assert any(reason.startswith("filters.exclude_patterns[0]: ") for reason in reasons)
    assert any(reason.startswith("retention_days: must be one of CloudWatch's periods") for reason in reasons)


def test_version_that_is_there_twice_is_refused_once() -> None:
    found = surveyed(FLOW, changed(FLOW, "flowName", "Another"), changed(FLOW, "version", 4))

    assert len(found.mapped) == 2
    (refused,) = found.refused
    (reason,) = refused.reasons
    assert reason.startswith("version 3 of flow_configuration prod/inbound-sales-flow is in table: flowId=")


def test_key_that_two_items_come_to_is_refused_once() -> None:
    found = surveyed(LOGGING, changed(LOGGING, "resourceType", "flow"))

    assert (len(found.mapped), len(found.refused)) == (1, 1)


def test_environment_that_is_not_there_is_refused() -> None:
    found = surveyed(FLOW, FEATURE).only_in({"prod"})

    assert found.read == 2
    assert [mapped.puts[0].id.environment for mapped in found.mapped] == ["prod"]
    assert "there is no environment production; --create-environments" in found.refused[0].reasons[0]


def test_broken_items_count() -> None:
    found = survey([Broken("dump.json:3", "is not JSON"), Item("table", FLOW)], ConnectMapper("prod"))

    assert (found.read, found.refused[0].item) == (2, "dump.json:3")
