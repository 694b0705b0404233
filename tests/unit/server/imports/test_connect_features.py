from decimal import Decimal
from typing import Any

import pytest

from tests.unit.server.imports.items import FEATURE, changed, mapped, put, reasons, without
from vexil.core.resource import Kind, ResourceId
from vexil.core.setting import (
    Match,
    Operator,
    Rule,
    Segment,
    SegmentMatch,
    Setting,
    Split,
    WeightedVariant,
)
from vexil.core.value import Value
from vexil.server.imports.connect import ConnectMapper
from vexil.server.imports.environments import EnvironmentNames
from vexil.server.imports.item import Item
from vexil.server.imports.outcome import Mapped, Refused

SWITCH = {"on": Value.of_bool(True), "off": Value.of_bool(False)}


def flag(item: Any) -> Setting:
    resource = put(item).resource
    assert isinstance(resource, Setting)
    return resource


def test_flag_goes_to_its_own_environment_with_its_configuration_beside_it() -> None:
    one, other = mapped(FEATURE).puts

    assert one.id == ResourceId(Kind.SETTING, "production", "callback-queuing")
    assert one.resource == Setting(
        variants=SWITCH,
        serve="on",
        off_variant="off",
        description="Last changed 2024-10-24T10:00:00Z by admin@example.com",
    )
    assert other.id.key == "callback-queuing.configuration"
    assert isinstance(other.resource, Setting)
    assert other.resource.value == Value.of_json(FEATURE["configuration"])
    assert not mapped(FEATURE).needs


@pytest.mark.parametrize("configuration", [None, {}])
def test_flag_without_configuration_is_alone(configuration: Any) -> None:
    assert len(mapped(changed(FEATURE, "configuration", configuration)).puts) == 1


@pytest.mark.parametrize(
    ("percentage", "serve"),
    [
        (0, "off"),
        (100, "on"),
        (None, "on"),
        (25, Split((WeightedVariant("on", 25), WeightedVariant("off", 75)))),
        (Decimal("12.5"), Split((WeightedVariant("on", 125), WeightedVariant("off", 875)))),
        (Decimal("0.001"), Split((WeightedVariant("on", 1), WeightedVariant("off", 99_999)))),
    ],
)
def test_flag_rolls_out_with_on_first(percentage: Any, serve: Any) -> None:
    assert flag(changed(FEATURE, "rolloutPercentage", percentage)).serve == serve


def test_flag_that_is_not_enabled_is_disabled_and_keeps_its_rollout() -> None:
    disabled = flag(changed(FEATURE, "enabled", False))

    assert (disabled.enabled, disabled.off_variant, disabled.serve) == (False, "off", "on")


def test_flag_for_segments_is_a_rule_and_needs_them() -> None:
    item = changed(changed(FEATURE, "targetSegments", ["vip", "beta"]), "rolloutPercentage", 50)

    targeted = flag(item)

    split = Split((WeightedVariant("on", 50), WeightedVariant("off", 50)))
    assert targeted.rules == (Rule(SegmentMatch(("vip", "beta")), split, id="target-segments"),)
    assert targeted.serve == "off"
    vip, beta = mapped(item).needs
    assert vip.id == ResourceId(Kind.SEGMENT, "production", "vip")
    assert beta.id.key == "beta"
    assert vip.resource == Segment(
        conditions=(Match("segment", Operator.EQUALS, (Value.of_string("vip"),)),),
        description="Contexts whose segment is vip.",
    )


def test_environments_are_renamed_or_in_lower_case() -> None:
    mapper = ConnectMapper("prod", EnvironmentNames({"production": "prod"}))

    def environment(name: str) -> str:
        result = mapper(Item("table", changed(FEATURE, "environment", name)))
        assert isinstance(result, Mapped)
        return result.puts[0].id.environment

    assert environment("production") == "prod"
    assert environment("Staging") == "staging"


def test_environment_that_can_not_be_one_says_what_to_do() -> None:
    result = ConnectMapper("prod")(Item("table", changed(FEATURE, "environment", "pre_prod")))

    assert isinstance(result, Refused)
    assert "--map-environment" in result.reasons[0]


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        ("featureName", None, "featureName: is missing"),
        ("enabled", "sometimes", "enabled: must be true or false"),
        ("rolloutPercentage", 101, "rolloutPercentage: must be from 0 to 100, not 101"),
        ("rolloutPercentage", "50", "rolloutPercentage: must be a number, not text"),
        ("rolloutPercentage", Decimal("0.12345678"), "rolloutPercentage: has 8 decimals"),
        ("targetSegments", "all", "targetSegments: must be a list of text"),
        ("configuration.limit", 2**60, "configuration: limit: the number"),
    ],
)
def test_flag_with_a_fault_says_where(path: str, value: Any, reason: str) -> None:
    (found,) = reasons(changed(FEATURE, path, value))

    assert found.startswith(reason)


def test_flag_without_enabled_is_not_guessed() -> None:
    assert reasons(without(FEATURE, "enabled")) == ("enabled: is missing",)


def test_flag_without_environment_is_refused_once() -> None:
    assert reasons(without(FEATURE, "environment")) == ("environment: is missing",)
