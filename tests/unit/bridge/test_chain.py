"""The live chain, whose server and whose holdings are told what to do."""

import io
import json
from collections.abc import Iterator

import pytest

from tests.support.contact_centre import CALLER_NUMBER, event
from vexil.bridge.budget import Budget
from vexil.bridge.chain import LiveChain
from vexil.bridge.event import parse
from vexil.bridge.logs import LOGGER, set_up
from vexil.bridge.questions.asking import questions
from vexil.bridge.questions.question import Place
from vexil.bridge.snapshot.fetching import fetch, selectors
from vexil.bridge.snapshot.holdings import Holdings
from vexil.v1.config_service_pb2 import EvaluateResponse
from vexil.v1.watch_pb2 import WatchRequest, WatchResponse

PROD = Place("contact-centre", "prod")


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """The bridge's log."""
    written = io.StringIO()
    before = (LOGGER.handlers[:], LOGGER.level, LOGGER.propagate)
    set_up(written)
    yield written
    LOGGER.handlers[:], LOGGER.propagate = before[0], before[2]
    LOGGER.setLevel(before[1])


def test_watch_that_raises_costs_no_answer(logged: io.StringIO) -> None:
    def watch(_request: WatchRequest, _seconds: float) -> Iterator[WatchResponse]:
        raise TypeError(f"no stream for {CALLER_NUMBER}")

    answer = EvaluateResponse(revision=7)
    answer.evaluation.value.bool_value = True
    holdings = Holdings(lambda place, seconds: fetch(watch, place, selectors(()), seconds), None)
    (asked,) = questions(parse(event(operation="evaluate", flag="callback.enabled")), PROD)
    outcome = LiveChain(lambda _request, _budget: answer, holdings).outcome(asked, Budget(60.0))

    assert (outcome.success, outcome.source, outcome.fields["value"]) == (True, "live", True)
    line = json.loads(logged.getvalue())
    assert (line["event"], line["level"], line["exception"]) == ("defect", "ERROR", "TypeError")
    assert any("test_chain.py" in frame for frame in line["frames"])
    assert CALLER_NUMBER not in logged.getvalue()
