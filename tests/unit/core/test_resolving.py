"""Resolving flows: by id and by name, disabled or not there, and what else is asked for."""

from dataclasses import replace
from typing import Any

import pytest

from tests.support.contacts import of, queue, rule
from tests.unit.core.making import flag, state_of, view_of
from vexil.core.connect import (
    BucketDestination,
    ContactLens,
    FlowConfiguration,
    LogDestinations,
    LoggingConfiguration,
    LoggingSettings,
    LogGroupDestination,
    LogLevel,
    RoutingOperator,
)
from vexil.core.errors import FailedPrecondition, NotFound, Reason
from vexil.core.evaluation import EvaluationReason
from vexil.core.flows.contact import NOBODY, Contact
from vexil.core.flows.omission import Omission, OmissionReason
from vexil.core.flows.resolving import (
    Enrichment,
    ResolvedFlow,
    active_flow,
    active_flow_named,
    resolve_flow,
)
from vexil.core.resource import Environment, Kind, Resource, Revision
from vexil.core.setting import Match, Operator, Setting
from vexil.core.snapshot import Snapshot
from vexil.core.value import Value
from vexil.core.view import View

EVERYTHING = Enrichment(queue=True, routing=True, features=True)
FLOW = FlowConfiguration(
    "Main menu",
    parameters={"greeting": "Hello"},
    queue_key="support",
    routing_key="main",
    feature_keys=("new-menu", "limit"),
)


def resolved(
    resources: dict[str, Resource], flow: FlowConfiguration = FLOW, contact: Contact = NOBODY, **asked: Any
) -> ResolvedFlow:
    view = view_of({"main": flow, **resources}, revision=7)
    return resolve_flow(view, active_flow(view, "main"), Enrichment(**asked), contact)


def test_flow_is_found_by_its_id() -> None:
    found = resolved({})

    assert (found.flow_id, found.flow, found.version, found.environment) == ("main", FLOW, 1, "prod")
    assert found.revision == 7
    assert (found.queue, found.routing_rules, found.route, found.features) == (None, (), None, ())
    assert found.omissions == ()


def test_flow_of_an_ancestor_says_where_it_is_from() -> None:
    snapshot = Snapshot.build(
        "shop",
        Revision(3),
        [
            state_of("base", Environment()),
            state_of("prod", Environment(parent="base")),
            state_of("main", FLOW, environment="base", version=4),
        ],
    )
    view = snapshot.view("prod")
    found = resolve_flow(view, active_flow(view, "main"))
    assert (found.environment, found.version) == ("base", 4)


def test_not_found_and_disabled_are_told_apart() -> None:
    view = view_of({"off": replace(FLOW, active=False), "main": queue()})
    with pytest.raises(NotFound) as missing:
        active_flow(view, "main")
    with pytest.raises(FailedPrecondition) as disabled:
        active_flow(view, "off")
    assert missing.value.reason is Reason.CONFIGURATION_NOT_FOUND
    assert disabled.value.reason is Reason.FLOW_DISABLED
    assert disabled.value.metadata == {"key": "off", "environment": "prod"}


def named(**flows: FlowConfiguration) -> View:
    return view_of(dict(flows))


def test_active_flow_of_a_name_with_the_smallest_id_is_taken() -> None:
    off = replace(FLOW, active=False)
    view = named(a=off, c=FLOW, b=FLOW, d=replace(FLOW, name="main menu"))
    assert active_flow_named(view, "Main menu").id.key == "b"
    assert active_flow_named(view, "main menu").id.key == "d"


def test_name_of_disabled_flows_only_is_disabled_and_of_none_not_found() -> None:
    view = named(a=replace(FLOW, active=False))
    with pytest.raises(FailedPrecondition) as disabled:
        active_flow_named(view, "Main menu")
    with pytest.raises(NotFound) as missing:
        active_flow_named(view, "Main")
    assert disabled.value.reason is Reason.FLOW_DISABLED
    assert missing.value.reason is Reason.CONFIGURATION_NOT_FOUND


def test_name_follows_changes() -> None:
    before = named(a=FLOW)
    assert active_flow_named(before, "Main menu").id.key == "a"
    after = before.apply(Revision(2), [state_of("a", replace(FLOW, name="New")), state_of("b", FLOW)])
    assert active_flow_named(after, "Main menu").id.key == "b"
    assert active_flow_named(after, "New").id.key == "a"
    assert active_flow_named(before, "Main menu").id.key == "a"


LENS = ContactLens(real_time=True)
OF_FLOW = LoggingConfiguration(
    LogLevel.WARN, LogDestinations(LogGroupDestination("/flow"), BucketDestination("logs")), contact_lens=LENS
)
OF_ENVIRONMENT = LoggingConfiguration(LogLevel.ERROR)


@pytest.mark.parametrize(
    ("own", "configured", "expected"),
    [
        (LoggingSettings(), {"flow/main": OF_FLOW}, LoggingSettings()),
        (
            None,
            {"flow/main": OF_FLOW, "environment/prod": OF_ENVIRONMENT},
            LoggingSettings(LogLevel.WARN, "/flow", LENS),
        ),
        (None, {"environment/prod": OF_ENVIRONMENT}, LoggingSettings(LogLevel.ERROR)),
        (None, {"environment/base": OF_ENVIRONMENT, "flow/other": OF_FLOW}, None),
    ],
)
def test_logging_is_the_flows_own_then_that_of_the_flow_then_that_of_the_environment(
    own: LoggingSettings | None, configured: dict[str, Resource], expected: LoggingSettings | None
) -> None:
    assert resolved(configured, replace(FLOW, logging=own)).logging == expected


def test_everything_is_added_when_asked_for() -> None:
    vip = flag(Match("tier", Operator.EQUALS, (Value.of_string("gold"),)))
    found = resolved(
        {
            "support": queue(),
            "main/a": rule(RoutingOperator.EQUALS, "gold", target_queue="support"),
            "main/off": rule(priority=0, active=False),
            "new-menu": vip,
            "limit": Setting(value=Value.of_int(3)),
        },
        contact=Contact("c-1", {"tier": "gold"}),
        queue=True,
        routing=True,
        features=True,
    )
    assert found.queue is not None
    assert found.queue.key == "support"
    assert [each.key for each in found.routing_rules] == ["main/off", "main/a"]
    assert found.route is not None
    assert found.route.rule_key == "main/a"
    assert [(each.key, each.value, each.reason) for each in found.features] == [
        ("new-menu", True, EvaluationReason.TARGETING_MATCH),
        ("limit", 3, EvaluationReason.STATIC),
    ]
    assert found.omissions == ()


def test_what_the_flow_does_not_name_is_an_omission() -> None:
    found = resolved({}, FlowConfiguration("Bare", queue_key=""), queue=True, routing=True, features=True)
    assert [(each.subject, each.reason.name) for each in found.omissions] == [
        ("queue", "NOT_CONFIGURED"),
        ("routing", "NOT_CONFIGURED"),
        ("features", "NOT_CONFIGURED"),
    ]


def test_what_the_flow_names_and_is_not_there_is_an_omission() -> None:
    found = resolved(
        {"limit": Setting(value=Value.of_int(3))}, contact=of(a="b"), queue=True, routing=True, features=True
    )
    assert found.omissions == (
        Omission("queue/support", OmissionReason.NOT_FOUND),
        Omission("routing/main", OmissionReason.NOT_FOUND),
        Omission("feature/new-menu", OmissionReason.NOT_FOUND),
    )
    assert [each.key for each in found.features] == ["limit"]


def test_disabled_queue_is_an_omission() -> None:
    found = resolved({"support": queue(active=False)}, queue=True)
    assert (found.queue, found.omissions) == (
        None,
        (Omission("queue/support", OmissionReason.DISABLED),),
    )


def test_view_of_a_kind_is_not_mixed_up_with_others() -> None:
    view = view_of({"main": FLOW})
    assert view.state(Kind.QUEUE_CONFIGURATION, "main") is None
