"""From a template to a flow: what is said when none comes out."""

import json
from typing import Any

import pytest

from vexil.core.errors import FailedPrecondition, Reason
from vexil.core.flows.rendering import render


def template(**parameters: Any) -> str:
    end: dict[str, Any] = {"Identifier": "end", "Type": "DisconnectParticipant", "Parameters": {}}
    return json.dumps(
        {
            "Version": "2019-10-30",
            "StartAction": "end",
            "Metadata": parameters,
            "Actions": [{**end, "Transitions": {}}],
        }
    )


def test_flow_is_what_comes_out() -> None:
    rendered = render(template(a="{{x}}"), {"x": 1, "y": {"z": 1}}, {"x": 2, "v": 3}, {"x": 4, "d": 5})
    assert json.loads(rendered.content)["Metadata"] == {"a": 1}
    assert (rendered.unused, rendered.warnings) == (("v", "y.z"), ())


def test_every_name_without_a_value_is_told_once_with_its_places() -> None:
    with pytest.raises(FailedPrecondition) as raised:
        render(template(a="{{x}}", b="{{x}} {{menu.key}}"), {})
    error = raised.value
    assert error.reason is Reason.TEMPLATE_INCOMPLETE
    assert error.message == "placeholders have no value: x, menu.key"
    assert [(each.field, each.description) for each in error.violations] == [
        ("x", "has no value, for /Metadata/a and 1 more"),
        ("menu.key", "has no value, for /Metadata/b"),
    ]


def test_message_names_some_of_many() -> None:
    with pytest.raises(FailedPrecondition) as raised:
        render(template(a=[f"{{{{n{number}}}}}" for number in range(9)]), {})
    assert raised.value.message == "placeholders have no value: n0, n1, n2, n3, n4 and 4 more"
    assert len(raised.value.violations) == 9


def test_warnings_do_not_stop_a_flow() -> None:
    rendered = render(template().replace("DisconnectParticipant", "SomethingNew"), {})
    assert {finding.is_error for finding in rendered.warnings} == {False}


@pytest.mark.parametrize(
    ("text", "pointer"),
    [
        ("{", ""),
        (template(a="x{{x}}"), "/Metadata/a"),
        (template().replace('"StartAction": "end"', '"StartAction": "{{s}}"'), "/StartAction"),
    ],
)
def test_what_is_no_flow_says_where(text: str, pointer: str) -> None:
    with pytest.raises(FailedPrecondition) as raised:
        render(text, {"x": {}, "s": "nowhere"})
    assert raised.value.reason is Reason.INVALID_FLOW
    assert pointer in [each.field for each in raised.value.violations]
