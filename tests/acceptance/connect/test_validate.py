"""ValidateFlow: what is wrong is the answer."""

import pytest

from tests.acceptance.connect.conftest import Centre, error_of
from tests.acceptance.connect.test_render import flow_text
from vexil.core.errors import InvalidRequest
from vexil.v1 import connect_service_pb2 as pb


async def test_flow_and_template_are_valid(centre: Centre) -> None:
    for content in (flow_text("Hello"), flow_text("{{greeting}}")):
        response = await centre.findings(content)
        assert (response.valid, list(response.findings)) == (True, [])


async def test_every_error_has_its_place(centre: Centre) -> None:
    response = await centre.findings(flow_text("x", next_action="nowhere"))
    assert not response.valid
    [finding] = response.findings
    assert (finding.pointer, finding.action_id) == ("/Actions/0/Transitions/NextAction", "say")
    assert (finding.severity, finding.code) == (
        pb.FINDING_SEVERITY_ERROR,
        pb.FLOW_FINDING_CODE_TRANSITION_NOT_FOUND,
    )


async def test_warnings_leave_a_flow_valid(centre: Centre) -> None:
    response = await centre.findings(flow_text("x").replace("DisconnectParticipant", "SomethingNew"))
    assert response.valid
    assert {finding.severity for finding in response.findings} == {pb.FINDING_SEVERITY_WARNING}


@pytest.mark.parametrize("content", ["", "x" * 262_145])
async def test_content_beyond_the_contract_is_refused(centre: Centre, content: str) -> None:
    error = await error_of(centre.findings(content))
    assert isinstance(error, InvalidRequest)
    assert [each.field for each in error.violations] == ["content"]
