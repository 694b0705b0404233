import pytest

from vexil.core.connect import FlowConfiguration, LoggingConfiguration, LogLevel
from vexil.core.resource import Environment, Kind, Namespace, Resource, ResourceId
from vexil.core.setting import (
    Definition,
    Match,
    Operator,
    Prerequisite,
    Rule,
    Segment,
    Setting,
    Split,
    Target,
    WeightedVariant,
)
from vexil.core.value import Redacted, Value, ValueType
from vexil.server.cli.render.contents import content_lines
from vexil.server.cli.render.resources import name_of, summary
from vexil.server.cli.render.values import literal, raw

RULE = Rule(Match("plan", Operator.EQUALS, (Value.of_string("beta"),)), "on")
ON_OFF = {"on": Value.of_bool(True), "off": Value.of_bool(False)}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (Value.of_bool(True), "true"),
        (Value.of_int(5), "5"),
        (Value.of_double(5.0), "5.0"),
        (Value.of_string("5"), '"5"'),
        (Value.of_string("\x1b[2J"), '"\\u001b[2J"'),
        (Value.of_string("naïve\u202e"), '"naïve\\u202e"'),
        (Value.of_json({"b": [1, None], "a": "x"}), '{"a":"x","b":[1,null]}'),
        (Value.of_secret("env:KEY"), "secret env:KEY"),
    ],
)
def test_literal_says_the_type(value: Value | None, text: str) -> None:
    assert literal(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Value.of_string("two\nlines"), "two\nlines"),
        (Value.of_bool(False), "false"),
        (Value.of_int(-1), "-1"),
        (Value.of_json([1, {"a": None}]), '[1,{"a":null}]'),
        (Value.of_secret("env:KEY"), "env:KEY"),
    ],
)
def test_raw_is_for_scripts(value: Value, text: str) -> None:
    assert raw(value) == text


@pytest.mark.parametrize(
    ("resource", "text"),
    [
        (Setting(value=Value.of_string("hi")), '"hi"'),
        (Setting(value=Value.of_int(1), enabled=False), "1, disabled"),
        (Setting(variants=ON_OFF, serve="on"), "serves on"),
        (Setting(variants=ON_OFF, serve="on", enabled=False), "disabled, serves the caller's default"),
        (Setting(variants=ON_OFF, serve="on", enabled=False, off_variant="off"), "disabled, serves off"),
        (
            Setting(
                variants=ON_OFF,
                serve=Split((WeightedVariant("on", 1), WeightedVariant("off", 7))),
                prerequisites=(Prerequisite("other", ("on",)),),
                targets=(Target("on", ("a",)), Target("off", ("b",))),
                rules=(RULE,),
            ),
            "serves on 12.5 % / off 87.5 %, 1 prerequisite, 2 targets, 1 rule",
        ),
        (Segment(), "nobody"),
        (Segment(included=("a", "b"), conditions=(RULE.condition,)), "2 included, 1 condition"),
        (
            Definition(ValueType.INT, default=Value.of_int(3), required=True, sensitive=True),
            "int, required, sensitive, default 3",
        ),
        (Setting(value=Value(ValueType.STRING, "hunter2", sensitive=True)), "(not shown)"),
        (Setting(value=Value(ValueType.JSON, Redacted())), "(not shown)"),
        (
            Definition(ValueType.INT, default=Value(ValueType.INT, Redacted()), sensitive=True),
            "int, sensitive, default (not shown)",
        ),
        (Environment(), "root"),
        (
            Environment("base", production=True, approval_required=True),
            "inherits from base, production, approval required",
        ),
        (Namespace("The \x1b shop"), "The \\x1b shop"),
        (FlowConfiguration("welcome", active=False), "welcome, inactive"),
        (LoggingConfiguration(LogLevel.WARN), "warn"),
    ],
)
def test_summary_is_one_line(resource: Resource, text: str) -> None:
    assert summary(resource) == text


@pytest.mark.parametrize(
    "value",
    [
        Value(ValueType.INT, Redacted()),
        Value(ValueType.JSON, Redacted()),
        Value(ValueType.STRING, "hunter2", sensitive=True),
    ],
)
def test_sensitive_values_are_not_in_contents(value: Value) -> None:
    assert content_lines(Setting(value=value)) == ["value: (not shown)"]
    flag = Setting(variants={"a": value, "b": value}, serve="a", description="why")
    assert "hunter2" not in "".join(content_lines(flag))
    assert "".join(content_lines(flag)).count("(not shown)") == 2


def test_name_says_kind_place_and_key() -> None:
    assert name_of(ResourceId(Kind.FLOW_TEMPLATE, "prod", "welcome")) == "flow-template prod/welcome"
    assert name_of(ResourceId(Kind.ENVIRONMENT, "", "prod")) == "environment prod"
