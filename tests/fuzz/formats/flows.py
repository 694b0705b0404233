"""Contact flows, what fills them, and what Amazon Connect sends while they run."""

import json
from collections.abc import Mapping
from pathlib import Path

from tests.fuzz.formats.format import Format
from vexil.bridge.event import parse as parse_event
from vexil.core.flows.language import read_flow, validate
from vexil.core.flows.rendering import render

_ROOT = Path(__file__).parents[3]
_TEMPLATE = (
    '{"Version": "2019-10-30", "StartAction": "{{start}}", "Wait": {{minutes}}, "Q": "{{queue}} {{queue}}"}'
)
_EVENT = json.dumps(
    {
        "Name": "ContactFlowEvent",
        "Details": {
            "Parameters": {"operation": "get", "keys": "greeting,queue", "targetingKey": "c-1"},
            "ContactData": {
                "ContactId": "c-1",
                "Channel": "VOICE",
                "CustomerEndpoint": {"Address": "+493012345", "Type": "TELEPHONE_NUMBER"},
                "Attributes": {"plan": "pro"},
                "Queue": {"Name": "sales", "ARN": "arn:aws:connect:eu-central-1:123456789012:queue/1"},
            },
        },
    }
)


def _flow(text: str) -> None:
    validate(text)
    read_flow(text)


def _template(text: str) -> None:
    render(text, {"queue": "sales", "minutes": 5})


def _event(text: str) -> None:
    try:
        event = json.loads(text)
    except (ValueError, RecursionError):
        return  # Lambda hands over only what is JSON
    parse_event(event)


FLOWS: Mapping[str, Format] = {
    "contact flow": Format(
        tuple(path.read_text() for path in sorted((_ROOT / "tests/data/connect-flows").glob("*.json"))), _flow
    ),
    "template of a flow": Format(
        (
            _TEMPLATE,
            *(path.read_text() for path in sorted(_ROOT.glob("examples/contact-centre/flows/*.json"))),
        ),
        _template,
    ),
    "event of a contact flow": Format((_EVENT,), _event),
}
