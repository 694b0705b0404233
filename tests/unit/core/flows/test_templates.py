"""Templates of flows: what a placeholder becomes, and what is said when it can't become anything."""

import json
from typing import Any

import pytest

from vexil.core.flows.language import FlowFindingCode
from vexil.core.flows.templates import Filled, fill
from vexil.core.flows.templates.filling import MAX_FILLED_LENGTH


def filled(document: Any, parameters: dict[str, Any], **layers: dict[str, Any]) -> Any:
    """The filled document; there must be one."""
    result = fill(json.dumps(document), parameters, **layers)
    assert result.missing == ()
    assert result.findings == ()
    assert result.content is not None
    return json.loads(result.content)


def refused(template: str, parameters: dict[str, Any]) -> tuple[str, FlowFindingCode, str]:
    result = fill(template, parameters)
    assert result.content is None
    (finding,) = result.findings
    return finding.pointer, finding.code, finding.message


@pytest.mark.parametrize(
    "value", ["text", "", 5, 0.25, -1, True, False, None, {"a": [1, {"b": None}]}, [], [1, "2"]]
)
def test_string_that_is_one_placeholder_becomes_the_value(value: Any) -> None:
    """1 and true are equal in Python, not in JSON."""
    assert repr(filled({"x": ["{{v}}"], "y": "{{ v }}"}, {"v": value})) == repr({"x": [value], "y": value})


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ('say "hi", \\ and \n', 'say "hi", \\ and \n'),
        (5, "5"),
        (5.0, "5"),
        (-0.0, "0"),
        (0.1, "0.1"),
        (1e20, "100000000000000000000"),
        (1e21, "1e+21"),
        (123456789.125, "123456789.125"),
        (0.00001, "0.00001"),
        (0.000001, "0.000001"),
        (0.0000001, "1e-7"),
        (-2.5e-8, "-2.5e-8"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
        (9007199254740991, "9007199254740991"),
        (True, "true"),
        (False, "false"),
        ("", ""),
        ("مرحبا 🚀", "مرحبا 🚀"),
    ],
)
def test_value_inside_a_string_is_text(value: Any, text: str) -> None:
    """Numbers as RFC 8785 §3.2.2.3 writes them."""
    assert filled({"x": "<{{v}}>"}, {"v": value}) == {"x": f"<{text}>"}


def test_placeholders_stand_anywhere_in_a_string() -> None:
    template = {"Text": "{{greeting}}, {{ customer.name }}: {{customer.name}}{{greeting}}"}
    parameters = {"greeting": "Hello", "customer": {"name": "Ada"}}
    assert filled(template, parameters) == {"Text": "Hello, Ada: AdaHello"}


def test_name_of_a_member_takes_text_alone() -> None:
    assert filled({"Attributes": {"{{name}}": "x", "n{{i}}": "y"}}, {"name": "queue", "i": 1}) == {
        "Attributes": {"queue": "x", "n1": "y"}
    }
    pointer, _, message = refused('{"{{o}}":1}', {"o": {}})
    assert (pointer, message[:15]) == ("/{{o}}", "{{o}} is an obj")
    assert refused('{"a":1,"{{name}}":2}', {"name": "a"}) == (
        "/{{name}}",
        FlowFindingCode.INVALID_STRUCTURE,
        'two members of the object would have the name "a"',
    )


@pytest.mark.parametrize(
    ("value", "kind"), [({}, "an object"), ({"a": 1}, "an object"), ([1], "an array"), (None, "null")]
)
def test_what_is_no_text_has_no_place_inside_other_text(value: Any, kind: str) -> None:
    assert refused('{"a":["","x {{v}}"]}', {"v": value}) == (
        "/a/1",
        FlowFindingCode.INVALID_STRUCTURE,
        f"{{{{v}}}} is {kind}, which has no place inside other text: let the placeholder be the whole string",
    )


def test_parameters_win_over_values_and_these_over_defaults() -> None:
    document = {name: f"{{{{{name}}}}}" for name in "abc"}
    result = filled(
        document,
        {"a": "parameter"},
        values={"a": "value", "b": "value"},
        defaults={"a": "default", "b": "default", "c": "default"},
    )
    assert result == {"a": "parameter", "b": "value", "c": "default"}


def test_layers_are_looked_at_path_by_path_and_objects_are_never_merged() -> None:
    document = {"one": "{{menu.one}}", "two": "{{menu.two}}", "menu": "{{menu}}"}
    parameters, defaults = {"menu": {"one": 1}}, {"menu": {"one": 2, "two": 2}}
    assert filled(document, parameters, defaults=defaults) == {"one": 1, "two": 2, "menu": {"one": 1}}


def test_null_is_a_value() -> None:
    assert filled({"a": "{{v}}"}, {"v": None}, defaults={"v": 1}) == {"a": None}


def test_path_through_what_is_no_object_finds_nothing() -> None:
    result = fill('["{{a.b}}","{{c.0}}","{{d.e}}"]', {"a": "b", "c": [1], "d": None})
    assert [missing.name for missing in result.missing] == ["a.b", "c.0", "d.e"]


def test_missing_placeholders_are_all_named_where_they_stand() -> None:
    result = fill('{"b":"{{x}} {{y.z}}","a/~":["{{x}}"],"{{n}}":"{{there}}"}', {"there": 1})
    assert result.content is None
    assert [(missing.name, missing.pointer) for missing in result.missing] == [
        ("x", "/b"),
        ("y.z", "/b"),
        ("x", "/a~1~0/0"),
        ("n", "/{{n}}"),
    ]


def test_values_that_no_placeholder_names_are_reported_by_path() -> None:
    parameters = {"menu": {"timeout": 5, "text": "t"}, "list": [1, 2], "empty": {}, "used": {"a": 1, "b": 2}}
    result = fill('["{{menu.text}}","{{used}}"]', parameters, values={"menu": {"timeout": 6}, "late": True})
    assert result.unused == ("empty", "late", "list", "menu.timeout")


def test_defaults_that_nothing_uses_are_no_finding() -> None:
    assert fill('["{{a}}"]', {"a": 1}, defaults={"b": 1}).unused == ()


def test_what_connect_fills_itself_stays() -> None:
    document = {"QueueId": "$.Attributes.queue", "Text": "$.External.name, {braces} and }} $['x'] stay"}
    assert filled(document, {"Attributes": {"queue": 1}}) == document


def test_four_braces_are_two() -> None:
    assert filled({"a": "{{{{name}} {{{{", "b": "{{{{{{name}}"}, {"name": "x"}) == {
        "a": "{{name}} {{",
        "b": "{{x",
    }


def test_what_was_inserted_is_not_looked_at_again() -> None:
    values = {"a": "{{b}}", "b": "boom", "c": {"{{b}}": "{{b}}"}}
    assert filled(["{{a}}", "-{{a}}-", "{{c}}", "{{b}}"], values) == [
        "{{b}}",
        "-{{b}}-",
        {"{{b}}": "{{b}}"},
        "boom",
    ]


@pytest.mark.parametrize(
    "text", ["{{", "{{}}", "{{ }}", "{{a b}}", "{{a.}}", "{{.a}}", "{{$.x}}", "{{{a}}}", "{{a}"]
)
def test_braces_that_hold_no_name_are_refused(text: str) -> None:
    pointer, code, message = refused(json.dumps({"a": f"x {text}"}), {"a": 1})
    assert (pointer, code) == ("/a", FlowFindingCode.INVALID_STRUCTURE)
    assert message == (
        f'"{text}" is no placeholder: write {{{{name}}}} or {{{{nested.name}}}}, and {{{{{{{{ for two braces'
    )


def test_placeholder_outside_quotes_is_told_by_line_and_column() -> None:
    pointer, code, message = refused('{\n  "seconds": {{menu.seconds}}\n}', {})
    assert (pointer, code) == ("", FlowFindingCode.INVALID_JSON)
    assert "line 2 column 15" in message
    assert 'a placeholder stands inside quotes, as in "{{name}}"' in message


@pytest.mark.parametrize(
    "digits", ["0.12345678901234567890", "1e-400", "1e-99999999999999999999", "0.10000000000000001"]
)
def test_number_that_would_change_is_refused(digits: str) -> None:
    _, code, message = refused(f'{{"a":{digits}}}', {})
    assert code is FlowFindingCode.INVALID_JSON
    assert message == f"the number {digits} has more digits than readers keep; write it as text"


def test_order_of_members_is_the_templates() -> None:
    assert fill('{"z" : "{{v}}", "a" : [ 1.50, 1e2, -0 ]}', {"v": {"y": 1, "b": 2}}).content == (
        '{"z":{"y":1,"b":2},"a":[1.5,100.0,0]}'
    )


def test_same_value_many_times_has_an_end() -> None:
    template = json.dumps(["{{v}}"] * 5000)
    pointer, code, message = refused(template, {"v": "x" * (MAX_FILLED_LENGTH // 100)})
    assert (pointer, code) == ("/99", FlowFindingCode.INVALID_STRUCTURE)
    assert message == "the values are too long: together over 1,048,576 characters"


def test_nothing_to_fill_is_nothing_found() -> None:
    assert fill("{}", {}) == Filled("{}")


def test_findings_of_a_template_have_an_end() -> None:
    assert len(fill(json.dumps(["{{}}"] * 5000), {}).findings) == 1000
