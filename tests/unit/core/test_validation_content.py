"""Resources by themselves: every limit, at it and beyond it."""

from collections.abc import Mapping

import pytest

from tests.unit.core import contact_centres, contents, permissions
from tests.unit.core.contents import nested, with_
from vexil.core.connect import (
    LoggingConfiguration,
    RoutingActions,
    RoutingCondition,
    RoutingOperator,
    RoutingRule,
)
from vexil.core.resource import KIND_OF, Resource, ResourceId
from vexil.core.setting import Rule, Setting
from vexil.core.validation import check_put
from vexil.core.value import Value

AT_LIMITS = [*contents.AT_LIMITS, *contact_centres.AT_LIMITS, *permissions.AT_LIMITS]
BEYOND = [*contents.BEYOND, *contact_centres.BEYOND, *permissions.BEYOND]
CATCH_ALL = RoutingRule(1, RoutingCondition("*", RoutingOperator.ALWAYS), RoutingActions())


def problems_of(resource: Resource, key: str = "main/k") -> Mapping[str, str]:
    """Descriptions by field, from the content on."""
    kind = KIND_OF[type(resource)]
    id = ResourceId(kind, "prod" if kind.in_environment else "", key)
    prefix = f"put.{kind.name.lower()}"
    return {
        finding.field.removeprefix(prefix).removeprefix("."): finding.description
        for finding in check_put(id, resource)
        if kind.in_environment or finding.field != "id.key"  # of a namespace or environment, main/k is none
    }


@pytest.mark.parametrize("resource", AT_LIMITS)
def test_content_at_its_limits_is_accepted(resource: Resource) -> None:
    assert problems_of(resource) == {}


@pytest.mark.parametrize(("resource", "field", "message"), BEYOND)
def test_content_beyond_its_limits_is_refused(resource: Resource, field: str, message: str) -> None:
    problems = problems_of(resource)
    assert message in problems[field], problems


def test_every_problem_of_a_setting_is_found() -> None:
    setting = with_(
        serve="x", off_variant="y", rules=(Rule(nested(17), "z", "rules[1]"),), description="x" * 5000
    )
    assert set(problems_of(setting)) == {
        "description",
        "serve.variant",
        "off_variant",
        "rules[0].id",
        "rules[0].condition" + ".not" * 16,
        "rules[0].serve.variant",
    }


def test_message_does_not_repeat_long_text() -> None:
    descriptions = problems_of(with_(serve="x" * 100_000)).values()
    assert all(len(description) < 500 for description in descriptions)


@pytest.mark.parametrize("key", ["main", "main/", "/vip"])
@pytest.mark.parametrize("resource", [CATCH_ALL, LoggingConfiguration()])
def test_key_of_two_parts_has_two(resource: Resource, key: str) -> None:
    assert problems_of(resource, "main/vip/a") == {}
    assert "id.key" in problems_of(resource, key)


def test_text_that_may_be_a_secret_is_not_repeated() -> None:
    (problem,) = problems_of(Setting(value=Value.of_secret("hunter2"))).values()
    assert "hunter2" not in problem


@pytest.mark.parametrize(
    "uri",
    [
        "arn:aws:s3:::hunter2",
        "vault:hunter2",
        "env:",
        "file:/run/../hunter2",
        "ssm:#hunter2",
        "http://hunter2",
    ],
)
def test_a_reference_that_no_reader_can_follow_is_refused(uri: str) -> None:
    for setting, field in (
        (Setting(value=Value.of_secret(uri)), "value"),
        (with_(variants={"a": Value.of_secret(uri)}, serve="a"), 'variants["a"]'),
    ):
        found = problems_of(setting)
        assert field in found
        assert "hunter2" not in found[field]
