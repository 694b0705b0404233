"""Answers to flows from remembered parts: always those of the snapshot that is asked."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.contacts import of, queue, rule
from tests.unit.core.making import flag, state_of, view_of
from vexil.convert.flows import resolved_flow_to_proto
from vexil.core.connect import FlowConfiguration, LoggingConfiguration, LogLevel, RoutingOperator
from vexil.core.flows.contact import Contact
from vexil.core.flows.resolving import Enrichment, active_flow, resolve_flow
from vexil.core.flows.routing import route_contact
from vexil.core.resource import Deleted, Kind, Resource, ResourceId, Revision, Version
from vexil.core.setting import Match, Operator, Setting
from vexil.core.value import Value
from vexil.core.view import View
from vexil.server.handlers.flow_answers import FlowAnswers
from vexil.v1.connect_service_pb2 import ResolveFlowResponse, RouteContactResponse

FLOW = FlowConfiguration(
    "Main", queue_key="support", routing_key="main", feature_keys=("vip", "limit", "gone")
)
START: dict[str, Resource] = {
    "main": FLOW,
    "support": queue(),
    "main/gold": rule(RoutingOperator.EQUALS, "gold", target_queue="support"),
    "main/rest": rule(priority=2, callback_queue="support"),
    "vip": flag(Match("tier", Operator.EQUALS, (Value.of_string("gold"),))),
    "limit": Setting(value=Value.of_int(1)),
    "flow/main": LoggingConfiguration(LogLevel.WARN),
}
CHANGES: list[tuple[str, Resource | None]] = [
    ("main", replace(FLOW, name="Other", feature_keys=("limit",))),
    ("main", FLOW),
    ("support", queue(active=False)),
    ("support", queue()),
    ("main/gold", rule(RoutingOperator.EQUALS, "silver")),
    ("main/gold", None),
    ("main/rest", rule(priority=0, active=False)),
    ("vip", flag()),
    ("limit", Setting(value=Value.of_int(2))),
    ("flow/main", LoggingConfiguration(LogLevel.ERROR)),
    ("flow/main", None),
]
KINDS = {"main/gold": Kind.ROUTING_RULE, "flow/main": Kind.LOGGING_CONFIGURATION}


def changed(view: View, number: int) -> View:
    key, resource = CHANGES[number]
    revision = Revision(view.revision + 1)
    if resource is None:
        gone = Deleted(ResourceId(KINDS[key], "prod", key), Version(2), revision)
        return view.apply(revision, [gone])
    return view.apply(revision, [state_of(key, resource, revision=revision, version=revision)])


contacts = st.builds(
    lambda key, tier: Contact(key, {} if tier is None else {"tier": tier}),
    st.sampled_from([None, "a", "b"]),
    st.sampled_from([None, "gold", "silver"]),
)
enrichments = st.builds(Enrichment, st.booleans(), st.booleans(), st.booleans())


@given(st.lists(st.tuples(st.integers(0, len(CHANGES) - 1) | st.none(), enrichments, contacts), max_size=12))
def test_answer_is_what_it_would_be_without_memory(
    asked: list[tuple[int | None, Enrichment, Contact]],
) -> None:
    answers, view = FlowAnswers(), view_of(START)
    for change, enrichment, contact in asked:
        view = view if change is None else changed(view, change)
        state = active_flow(view, "main")
        resolved = resolve_flow(view, state, enrichment, contact)
        fresh = View.of("shop", "prod", view.revision, view.states())
        expected = resolve_flow(fresh, active_flow(fresh, "main"), enrichment, contact)
        assert resolved == expected
        answer = ResolveFlowResponse.FromString(answers.resolved(state, resolved))
        assert answer == resolved_flow_to_proto(expected)


@pytest.mark.parametrize("ways", [1, 700])
def test_decision_is_right_however_many_ways_were_gone(ways: int) -> None:
    view = view_of(
        {f"main/{bit}": rule(RoutingOperator.EQUALS, "no", attribute=f"a{bit}") for bit in range(10)}
    )
    answers = FlowAnswers()
    for way in range(ways):
        contact = of(**{f"a{bit}": "yes" for bit in range(10) if way & 1 << bit})
        decision = route_contact(view, "main", contact)
        response = RouteContactResponse.FromString(answers.decided(decision, view.revision))
        assert [each.reason for each in response.decision.skipped] == [
            4 if way & 1 << bit else 2 for bit in range(10)
        ]
        assert response.revision == view.revision
