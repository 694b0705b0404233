"""Nothing of a contact reaches a log, whatever happens."""

import io
import json
import logging
import traceback
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.bridges import HURRIED, bridge_to, nobody
from tests.support.contact_centre import CALLER_NUMBER, OUR_NUMBER, ContactCentre, event
from vexil.bridge.bridge import Bridge, FlowError
from vexil.bridge.calls import Calls
from vexil.bridge.logs import LOGGER, set_up
from vexil.bridge.settings import Settings

SECRET = "correct-horse-battery-staple"
SECRETS = (SECRET, CALLER_NUMBER, OUR_NUMBER, CALLER_NUMBER.removeprefix("+"))
CONTACT = {"iban": SECRET, SECRET: "as a name", "customer_class": "gold"}

EVENTS: list[Any] = [
    event(CONTACT, operation="route", routingKey="main", endpoints="true"),
    event(CONTACT, operation="resolve", flowId="main-menu", include="queue,routing,features"),
    event(CONTACT, operation="resolve", flowId=SECRET),
    event(CONTACT, operation="resolve", flowId=CALLER_NUMBER),
    event(CONTACT, operation="resolve", flowName=CALLER_NUMBER, **{"raise": "true"}),
    event(CONTACT, operation="evaluate", flag=SECRET, targetingKey=CALLER_NUMBER),
    event(CONTACT, operation="evaluate", flags=f"callback.enabled,{SECRET}"),
    event(CONTACT, operation="evaluate", flag="nothing.here", default__value=SECRET),
    event(CONTACT, operation="get", key=CALLER_NUMBER, namespace=SECRET),
    event(CONTACT, operation=SECRET),
    event(CONTACT, operation="get", key="x", kind=CALLER_NUMBER),
    event(CONTACT, operation="batch", **{"1.operation": "route", "1.routingKey": "main", "1.as": SECRET}),
    event(CONTACT, operation="get", key="x", **{"raise": CALLER_NUMBER}),
    event(CONTACT, operation="batch", **{"1.operation": SECRET, f"{SECRET}.operation": CALLER_NUMBER}),
    {"Details": {"ContactData": {"ContactId": CALLER_NUMBER, "Attributes": [SECRET]}, "Parameters": SECRET}},
    {"Details": SECRET},
    SECRET,
]


class Broken(Calls):
    """Fails with all that it knows."""

    def ask(self, request: Any, _budget: Any) -> Any:
        raise RuntimeError(f"can't send {request}")


@pytest.fixture
def logged(capfd: pytest.CaptureFixture[str]) -> Iterator[io.StringIO]:
    """All that is written anywhere: by the bridge, by any logger, or past them."""
    written = io.StringIO()
    everything = logging.StreamHandler(written)
    root = logging.getLogger()
    before = (root.level, LOGGER.handlers[:], LOGGER.level, LOGGER.propagate)
    root.addHandler(everything)
    root.setLevel(logging.DEBUG)
    set_up(written)
    LOGGER.setLevel(logging.DEBUG)
    try:
        yield written
        written.write("".join(capfd.readouterr()))
    finally:
        root.removeHandler(everything)
        root.level, LOGGER.handlers[:], LOGGER.level, LOGGER.propagate = before
    assert not [secret for secret in SECRETS if secret in written.getvalue()]


def handle_all(bridge: Bridge, written: io.StringIO) -> list[dict[str, Any]]:
    responses = []
    for each in EVENTS:
        try:
            responses.append(bridge.handle(each))
        except FlowError:
            # What Lambda writes of it.
            traceback.print_exc(file=written)
    return responses


def test_contact_is_in_no_log_of_a_bridge_that_answers(
    bridge_target: str, centre: ContactCentre, logged: io.StringIO
) -> None:
    with bridge_to(bridge_target, namespace=centre.name) as bridge:
        responses = handle_all(bridge, logged)

    assert len(responses) == len(EVENTS) - 1
    lines = [json.loads(line) for line in logged.getvalue().splitlines() if line.startswith("{")]
    assert len(lines) >= len(EVENTS)
    assert {"live", "default"} == {line["source"] for line in lines if line["event"] == "answered"}


def test_contact_is_in_no_log_of_a_bridge_that_fails(logged: io.StringIO) -> None:
    with bridge_to(nobody(), redis=f"redis://{nobody()}", **HURRIED) as bridge:
        handle_all(bridge, logged)

    assert '"cause": "UNAVAILABLE"' in logged.getvalue()


def test_contact_is_in_no_log_of_a_bridge_that_is_broken(logged: io.StringIO) -> None:
    settings = Settings("127.0.0.1:1", "contact-centre", "prod", plaintext=True)
    bridge = Bridge(settings, Broken(settings))
    responses = handle_all(bridge, logged)
    bridge.close()

    assert responses[0]["error"] == "INTERNAL"
    assert (responses[6]["success"], responses[6]["cause"]) == ("true", "INTERNAL")
    defect = next(json.loads(line) for line in logged.getvalue().splitlines() if '"defect"' in line)
    assert defect["exception"] == "RuntimeError"
    assert any("chain.py" in frame for frame in defect["frames"])
