"""RenderTemplate: templates from resources, files and requests, filled and checked."""

import json
from typing import Any

import pytest

from tests.acceptance.connect.conftest import PLACE, Centre, error_of
from vexil.core.connect import FlowConfiguration, FlowTemplate, TemplateInFile, TemplateInS3, TemplateResource
from vexil.core.errors import FailedPrecondition, InvalidRequest, NotFound, Reason, Unavailable
from vexil.v1 import connect_service_pb2 as pb


def flow_text(text: str = "{{greeting}}", next_action: str = "end") -> str:
    return json.dumps(
        {
            "Version": "2019-10-30",
            "StartAction": "say",
            "Actions": [
                {
                    "Identifier": "say",
                    "Type": "MessageParticipant",
                    "Parameters": {"Text": text},
                    "Transitions": {
                        "NextAction": next_action,
                        "Errors": [{"NextAction": "end", "ErrorType": "NoMatchingError"}],
                    },
                },
                {"Identifier": "end", "Type": "DisconnectParticipant", "Parameters": {}, "Transitions": {}},
            ],
        }
    )


def said(response: pb.RenderTemplateResponse) -> Any:
    return json.loads(response.content)["Actions"][0]["Parameters"]["Text"]


async def test_template_of_a_flow_is_filled_from_its_parameters_first(centre: Centre) -> None:
    revision = await centre.put(
        {
            "main": FlowConfiguration(
                "Main",
                template=TemplateResource("t"),
                parameters={"greeting": 'Say "hi"\n👋 שלום', "spare": {"a": 1}},
            ),
            "t": FlowTemplate(
                flow_text("{{greeting}} {{name}} {{last}}"), defaults={"name": "you", "last": "!"}
            ),
        }
    )
    response = await centre.render({"greeting": "no", "name": "Ümit", "more": True}, flow_id="main")

    assert said(response) == 'Say "hi"\n👋 שלום Ümit !'
    assert list(response.unused) == ["more", "spare.a"]
    assert (response.source, response.source_version, response.revision) == ("template/t", "1", revision)
    assert list(response.warnings) == []


async def test_template_resource_is_filled_from_values(centre: Centre) -> None:
    await centre.put({"t": FlowTemplate(flow_text())})
    await centre.put({"t": FlowTemplate(flow_text("{{greeting}}!"))})
    response = await centre.render({"greeting": "Hello"}, template_key="t")
    assert (said(response), response.source_version) == ("Hello!", "2")


async def test_template_in_the_request_is_filled(centre: Centre) -> None:
    response = await centre.render({"greeting": "Hello"}, content=flow_text())
    assert (said(response), response.source, response.source_version) == ("Hello", "", "")


async def test_template_in_a_file_is_read_anew_each_time(centre: Centre) -> None:
    file = centre.template_dir / "flows" / "main.json"
    file.parent.mkdir()
    await centre.put({"main": FlowConfiguration("Main", template=TemplateInFile("flows/main.json"))})
    file.write_text(flow_text("one"))
    first = await centre.render(flow_id="main")
    file.write_text(flow_text("two"))
    second = await centre.render(flow_id="main")

    assert (said(first), said(second)) == ("one", "two")
    assert first.source == second.source == "file:flows/main.json"
    assert first.source_version != second.source_version


async def test_placeholders_without_a_value_are_named(centre: Centre) -> None:
    error = await error_of(centre.render({}, content=flow_text("{{a}} {{menu.timeout}} {{a}}")))
    assert (type(error), error.reason) == (FailedPrecondition, Reason.TEMPLATE_INCOMPLETE)
    assert [each.field for each in error.violations] == ["a", "menu.timeout"]
    assert "/Actions/0/Parameters/Text" in error.violations[0].description


async def test_result_that_is_no_flow_says_where(centre: Centre) -> None:
    error = await error_of(centre.render({}, content=flow_text("x", next_action="nowhere")))
    assert (type(error), error.reason) == (FailedPrecondition, Reason.INVALID_FLOW)
    assert [(each.field, each.reason) for each in error.violations] == [
        ("/Actions/0/Transitions/NextAction", Reason.INVALID_FLOW)
    ]


@pytest.mark.parametrize("content", ["{", "[]", "no JSON", '{"a":1,"a":2}', "{{x"])
async def test_template_that_is_no_flow_at_all_is_refused(centre: Centre, content: str) -> None:
    error = await error_of(centre.render({}, content=content))
    assert (type(error), error.reason) == (FailedPrecondition, Reason.INVALID_FLOW)
    assert error.violations


@pytest.mark.parametrize(
    ("template", "named"),
    [
        (None, ""),
        (TemplateResource("gone"), "template/gone"),
        (TemplateInFile("gone.json"), "file:gone.json"),
        (TemplateInFile("../secret.json"), "file:../secret.json"),
        (TemplateInFile("/etc/hostname"), "file:/etc/hostname"),
    ],
)
async def test_template_that_is_not_there_is_not_found(centre: Centre, template: Any, named: str) -> None:
    (centre.template_dir.parent / "secret.json").write_text(flow_text("secret"))
    await centre.put({"main": FlowConfiguration("Main", template=template)})
    error = await error_of(centre.render({}, flow_id="main"))
    assert (type(error), error.reason) == (NotFound, Reason.TEMPLATE_NOT_FOUND)
    assert error.metadata["template"] == named


async def test_flow_that_is_not_there_or_disabled_is_told_apart(centre: Centre) -> None:
    await centre.put({"off": FlowConfiguration("Off", active=False, template=TemplateResource("t"))})
    missing = await error_of(centre.render({}, flow_id="gone"))
    disabled = await error_of(centre.render({}, flow_id="off"))
    resource = await error_of(centre.render({}, template_key="gone"))
    assert (missing.reason, disabled.reason) == (Reason.CONFIGURATION_NOT_FOUND, Reason.FLOW_DISABLED)
    assert resource.reason is Reason.TEMPLATE_NOT_FOUND


async def test_s3_that_does_not_answer_is_unavailable(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"ENDPOINT_URL_S3": "http://127.0.0.1:1", "REGION": "eu-central-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "x")
    await centre.put({"main": FlowConfiguration("Main", template=TemplateInS3("s3://bucket/main.json"))})
    error = await error_of(centre.render({}, flow_id="main"))
    assert (type(error), error.reason) == (Unavailable, Reason.TEMPLATE_UNAVAILABLE)
    assert error.metadata == {"template": "s3://bucket/main.json"}
    assert error.retry_after is not None


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (pb.RenderTemplateRequest(**PLACE), "template"),
        (pb.RenderTemplateRequest(**PLACE, content=""), "content"),
        (pb.RenderTemplateRequest(**PLACE, content="ü" * 131_073), "content"),
        (pb.RenderTemplateRequest(**PLACE, template_key="x" * 257), "template_key"),
    ],
    ids=["none", "empty", "large", "key"],
)
async def test_request_beyond_the_contract_is_refused(
    centre: Centre, request_: pb.RenderTemplateRequest, field: str
) -> None:
    error = await error_of(centre.connect.render_template(request_))
    assert isinstance(error, InvalidRequest)
    assert [each.field for each in error.violations] == [field]


async def test_value_that_is_no_json_is_refused_with_its_place(centre: Centre) -> None:
    request = pb.RenderTemplateRequest(**PLACE, content=flow_text())
    request.values["a"] = {"b": [1.0, float("nan")]}
    error = await error_of(centre.connect.render_template(request))
    assert isinstance(error, InvalidRequest)
    assert [each.field for each in error.violations] == ['values["a"]["b"][1]']
