"""Answers from memory, and how they stay true."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from google.protobuf.message import Message

from tests.support.contact_centre import ContactCentre, event
from vexil.bridge.budget import Budget
from vexil.bridge.calls import Calls
from vexil.bridge.event import parse
from vexil.bridge.failure import Failure
from vexil.bridge.outcome import Outcome
from vexil.bridge.questions.asking import questions
from vexil.bridge.questions.question import Place
from vexil.bridge.settings import Settings
from vexil.bridge.snapshot.chain import SnapshotChain
from vexil.bridge.snapshot.fetching import fetch, selectors
from vexil.bridge.snapshot.holdings import Holdings
from vexil.v1.config_service_pb2 import EvaluateBatchRequest

FRESH = 5.0


class Sandbox:
    """A bridge's inside in snapshot mode, when its clock says `seconds`, and what it has asked the server."""

    def __init__(self, target: str, namespace: str) -> None:
        self.place = Place(namespace, "prod")
        self.seconds = 100.0
        self.asked: list[str] = []
        self.reachable = True
        self.defect: Exception | None = None
        self.beside: list[Callable[[], None]] = []
        self.calls = Calls(Settings(target, plaintext=True, attempt=30.0, hedge_after=20.0))
        self.holdings = Holdings(self._fetch, None, clock=lambda: self.seconds)
        self._chain = SnapshotChain(self._ask, self.holdings, FRESH, self.beside.append)

    def __call__(self, parameters: dict[str, str], attributes: dict[str, str] | None = None) -> Outcome:
        """The outcome of one question."""
        (asked,) = questions(parse(event(attributes, **parameters)), self.place)
        return self._chain.outcome(asked, Budget(60.0))

    def _ask(self, request: Message, budget: Budget) -> Any:
        self.asked.append(type(request).__name__)
        if self.defect is not None and isinstance(request, EvaluateBatchRequest):
            raise self.defect
        return self.calls.ask(request, budget) if self.reachable else Failure("UNAVAILABLE", "", unwell=True)

    def _fetch(self, place: Place, _seconds: float) -> Any:
        self.asked.append("Watch")
        if self.defect is not None:
            raise self.defect
        return fetch(self.calls.watch, place, selectors(()), 30.0) if self.reachable else None


RESOLVE = {"operation": "resolve", "flowId": "main-menu", "include": "queue,routing,features"}
ROUTE = {"operation": "route", "routingKey": "main"}


@pytest.fixture
def sandbox(bridge_target: str, centre: ContactCentre) -> Iterator[Sandbox]:
    made = Sandbox(bridge_target, centre.name)
    yield made
    made.calls.close()


def greeting(outcome: Outcome) -> object:
    return outcome.fields["parameters"]["greeting"]


def test_snapshot_is_fetched_once_and_then_nothing_is_asked(sandbox: Sandbox) -> None:
    first = sandbox(RESOLVE)
    sandbox(ROUTE)
    sandbox({"operation": "evaluate", "flag": "callback.enabled"})
    sandbox({"operation": "get", "kind": "queue", "key": "support"})

    assert first.source == "live"
    assert greeting(first) == "Welcome!"
    assert sandbox.asked == ["Watch"]


@pytest.mark.parametrize(
    ("parameters", "attributes"),
    [
        (RESOLVE, {}),
        (RESOLVE, {"customer_class": "gold"}),
        ({**RESOLVE, "flowId": "", "flowName": "Main menu"}, {}),
        (ROUTE, {}),
        (ROUTE, {"customer_class": "gold"}),
        ({"operation": "evaluate", "flag": "callback.enabled"}, {}),
        ({"operation": "evaluate", "flag": "callback.enabled", "type": "int"}, {}),
        ({"operation": "evaluate", "flags": "callback.enabled,nothing.here"}, {}),
        ({"operation": "get", "key": "callback.enabled"}, {}),
        ({"operation": "get", "kind": "flow", "key": "main-menu"}, {}),
        ({"operation": "get", "kind": "routing-rule", "key": "main/gold"}, {}),
    ],
)
def test_memory_answers_what_the_server_answers(
    sandbox: Sandbox, parameters: dict[str, str], attributes: dict[str, str]
) -> None:
    held = sandbox(parameters, attributes)
    (asked,) = questions(parse(event(attributes, **parameters)), sandbox.place)
    live = asked.read(sandbox.calls.ask(asked.request, Budget(60.0)))

    assert sandbox.asked == ["Watch"]
    assert (held.reason, held.fields, held.revision) == (live.reason, live.fields, live.revision)


def test_snapshot_is_confirmed_beside_an_answer_after_half_its_time(sandbox: Sandbox) -> None:
    sandbox(ROUTE)
    sandbox.seconds += FRESH / 2 + 0.1
    outcome = sandbox(ROUTE)

    assert outcome.source == "live"
    assert sandbox.asked == ["Watch"]
    (confirm,) = sandbox.beside
    confirm()
    assert sandbox.asked == ["Watch", "EvaluateBatchRequest"]
    assert sandbox.holdings.age(sandbox.place) == 0.0


def test_change_is_seen_at_the_latest_when_the_time_is_over(sandbox: Sandbox, centre: ContactCentre) -> None:
    before = sandbox(RESOLVE)
    centre.flow(greeting="We are moving.")
    meanwhile = sandbox(RESOLVE)
    sandbox.seconds += FRESH + 0.1
    after = sandbox(RESOLVE)

    assert [greeting(each) for each in (before, meanwhile, after)] == [
        "Welcome!",
        "Welcome!",
        "We are moving.",
    ]
    assert after.source == "live"
    assert sandbox.asked == ["Watch", "EvaluateBatchRequest", "Watch"]


def test_flow_that_the_snapshot_lacks_is_asked_for(sandbox: Sandbox) -> None:
    sandbox(ROUTE)
    outcome = sandbox({"operation": "resolve", "flowId": "night-menu"})

    assert (outcome.error, outcome.source) == ("CONFIGURATION_NOT_FOUND", "live")
    assert sandbox.asked == ["Watch", "ResolveFlowRequest"]


def test_snapshot_that_can_not_be_confirmed_is_stale_and_then_live_again(sandbox: Sandbox) -> None:
    sandbox(ROUTE)
    sandbox.seconds += FRESH + 0.1
    sandbox.reachable = False
    stale = sandbox(ROUTE)
    sandbox.reachable = True
    live = sandbox(ROUTE)

    assert (stale.source, stale.cause, stale.fields["rule"]) == ("stale", "UNAVAILABLE", "main/rest")
    assert live.source == "live"


def test_defect_in_fetching_costs_no_answer(sandbox: Sandbox) -> None:
    sandbox.defect = TypeError("a watch that nobody has thought of")
    assert (sandbox(RESOLVE).source, sandbox.asked) == ("live", ["Watch", "ResolveFlowRequest"])

    sandbox.defect = None
    sandbox.seconds += 20.0
    sandbox(RESOLVE)
    sandbox.defect = TypeError("a probe that nobody has thought of")
    sandbox.seconds += FRESH + 1.0
    stale = sandbox(RESOLVE)
    assert (stale.source, stale.cause, greeting(stale)) == ("stale", "INTERNAL", "Welcome!")


def test_snapshot_that_can_not_be_had_is_not_tried_for_at_each_call(sandbox: Sandbox) -> None:
    sandbox.reachable = False
    sandbox(ROUTE)
    sandbox(ROUTE)
    sandbox.seconds += 11.0
    sandbox(ROUTE)

    assert sandbox.asked.count("Watch") == 2


def test_sandbox_that_begins_while_the_server_is_away_says_so(sandbox: Sandbox) -> None:
    sandbox.reachable = False
    outcome = sandbox(ROUTE)

    assert (outcome.source, outcome.error) == ("default", "UNAVAILABLE")


def test_snapshot_holds_only_the_settings_that_are_chosen(bridge_target: str, centre: ContactCentre) -> None:
    centre.setting("banner", "Hello")
    calls = Calls(Settings(bridge_target, plaintext=True))
    held = fetch(calls.watch, Place(centre.name, "prod"), selectors(("callback.",)), 30.0)
    calls.close()

    assert held is not None
    view = held.view()
    assert set(view.settings) == {"callback.enabled"}
    assert {kind.name for kind in view.by_kind} == {
        "SETTING",
        "FLOW_CONFIGURATION",
        "QUEUE_CONFIGURATION",
        "ROUTING_RULE",
    }
