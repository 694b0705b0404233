"""What `dump` writes is pleasant to read."""

from textwrap import dedent

import pytest

from tests.unit.core.committing import ON_OFF, flag, plain, put
from vexil.core.change import Put
from vexil.core.connect import FlowTemplate, QueueConfiguration, ServiceLevel
from vexil.core.resource import Environment, Namespace, Resource
from vexil.core.setting import (
    Constraints,
    Definition,
    Match,
    Operator,
    Rule,
    Setting,
    Split,
    WeightedVariant,
)
from vexil.core.value import Value, ValueType
from vexil.files import dump, load_text

SPACES = [" leading", "trailing ", "\n", "a\n\n", "a \nb", "  a\nb", "a\n  b", "\ta", "a\n\n\nb\n"]
CONTROLS = [
    "\x7f",
    "\x00",
    "\x85",
    "\u2028",
    "\ufeff",
    "a\tb\nc",
    "a\r\nb",
    "a\x85\nb",
    "a\n\x0bb",
    "a\nb\ufeff",
]
SIGNS = [
    *"'\"\\|>=~",
    "# a",
    "a: b",
    "- a",
    "? a",
    "&a",
    "*a",
    "!a",
    "@a",
    "`a",
    "{a",
    "[a",
    "%a",
    "a\n#b",
    "---",
]

CHANGES = [
    put("", "shop", Namespace(owner="us")),
    put("", "base", Environment()),
    put("", "prod", Environment(parent="base", production=True)),
    put("", "timeout", Definition(ValueType.INT, constraints=Constraints(minimum=100))),
    put("prod", "timeout", plain(2500)),
    put("prod", "greeting", plain("on")),
    put("base", "note", plain("two\nlines\n")),
]


def test_yaml_has_a_document_for_each_environment() -> None:
    assert dump(CHANGES, namespace="shop") == dedent(
        """\
        ---
        namespace:
          name: shop
          owner: us
        environments:
          base: {}
          prod:
            parent: base
            production: true
        definitions:
          timeout:
            type: int
            minimum: 100
        ---
        namespace: shop
        environment: base
        settings:
          note: |
            two
            lines
        ---
        namespace: shop
        environment: prod
        settings:
          greeting: on
          timeout: 2500
        """
    )


def test_toml_has_a_table_for_each_section() -> None:
    written = dump([put("prod", "timeout", plain(1)), put("prod", "a.b", flag())], "toml", namespace="shop")
    assert written == dedent(
        """\
        namespace = "shop"
        environment = "prod"

        [settings]
        timeout = 1

        [settings."a.b"]
        variants = { on = true, off = false }
        serve = "off"
        """
    )


def test_json_has_one_document_or_a_list() -> None:
    assert dump([put("prod", "a", plain(1))], "json", namespace="shop").startswith('{\n  "namespace": "shop"')
    assert dump(CHANGES, "json", namespace="shop").startswith('{\n  "documents": [')


def _written(resource: Resource, section: str) -> str:
    text = dump([put("prod", "k", resource)], namespace="shop")
    head = f"namespace: shop\nenvironment: prod\n{section}:\n  k:"
    assert text.startswith(head)
    return dedent(text[len(head) :]).strip()


@pytest.mark.parametrize(
    ("setting", "written"),
    [
        (plain(1), "1"),
        (plain("text"), "text"),
        (plain("on"), "on"),
        (plain("1"), "'1'"),
        (plain("true"), "'true'"),
        (plain("1_000"), "'1_000'"),
        (plain("12:30"), "'12:30'"),
        (plain("2026-12-31"), "'2026-12-31'"),
        (plain("null"), "'null'"),
        (plain(""), "''"),
        (Setting(value=Value.of_double(2.0)), "2.0"),
        (Setting(value=Value.of_double(1e300)), "1e+300"),
        (Setting(value=Value.of_json(["a", 1])), "[a, 1]"),
        (Setting(value=Value.of_json({"a": 1})), "value: {a: 1}"),
        (Setting(value=Value.of_json(None)), "type: json\nvalue: null"),
        (Setting(value=Value.of_secret("env:A")), "secret: env:A"),
        (Setting(value=Value.of_int(1), enabled=False), "enabled: false\nvalue: 1"),
        (Setting(variants=ON_OFF, serve="on"), "variants: {on: true, off: false}\nserve: on"),
        (
            Setting(
                variants=ON_OFF, serve=Split((WeightedVariant("on", 12_500), WeightedVariant("off", 87_500)))
            ),
            "variants: {on: true, off: false}\nrollout: 12.5",
        ),
        (
            Setting(variants=ON_OFF, serve=Split((WeightedVariant("on", 1), WeightedVariant("off", 2)))),
            "variants: {on: true, off: false}\nserve: {split: {on: 1, off: 2}}",
        ),
        (
            Setting(
                variants=ON_OFF,
                serve="off",
                rules=(Rule(Match("plan", Operator.EQUALS, (Value.of_string("beta"),)), "on", "beta"),),
            ),
            """variants: {on: true, off: false}
serve: off
rules: [{id: beta, if: {attribute: plan, equals: beta}, serve: on}]""",
        ),
    ],
)
def test_setting_is_written_as_people_would(setting: Setting, written: str) -> None:
    assert _written(setting, "settings") == written


def test_template_that_is_json_is_written_as_a_document() -> None:
    assert _written(FlowTemplate('{"Actions":[],"Version":"1"}'), "templates") == (
        "content: {Actions: [], Version: '1'}"
    )
    assert _written(FlowTemplate('{ "Version": "1" }'), "templates") == """content: '{ "Version": "1" }'"""
    assert _written(FlowTemplate("one\ntwo"), "templates") == "content: |-\n  one\n  two"


def test_duration_is_written_with_its_unit() -> None:
    queue = QueueConfiguration("arn:aws:x", "Q", service_level=ServiceLevel(20.5, 80))
    assert "service_level: {threshold: 20.5s, target_percent: 80}" in _written(queue, "queues")


@pytest.mark.parametrize("text", [*SPACES, *CONTROLS, *SIGNS])
def test_text_that_is_hard_to_write_is_read_back(text: str) -> None:
    change = put("prod", "k", plain(text))
    (back,) = load_text(dump([change], namespace="shop"), "yaml").changes
    assert back.change == Put(change.id, plain(text))


def test_nothing_is_written_as_nothing() -> None:
    assert dump([], namespace="shop") == ""
