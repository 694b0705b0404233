from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.unit.server.imports.items import FEATURE, FLOW, QUEUE, ROUTING, changed, mapped
from vexil.core.change import Put
from vexil.core.connect import FlowConfiguration
from vexil.core.resource import Environment, Kind, Resource, ResourceId, ResourceState, Revision, Version
from vexil.core.setting import Segment
from vexil.server.imports.links import linked
from vexil.server.imports.schedule import Schedule, schedule
from vexil.server.imports.survey import new_environment

Held = Mapping[ResourceId, ResourceState]
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def versions(*active: bool) -> list[dict[str, Any]]:
    """Versions 1, 2 … of a flow."""
    return [
        changed(changed(changed(FLOW, "version", number), "active", on), "flowName", f"v{number}")
        for number, on in enumerate(active, start=1)
    ]


def planned(items: Sequence[Mapping[str, Any]], held: Held | None = None) -> Schedule:
    return schedule([mapped(item) for item in items], [], held or {})


def puts(plan: Schedule) -> list[Put]:
    return [write.change for write in plan.writes if isinstance(write.change, Put)]


def names(plan: Schedule) -> list[str]:
    return [flow.name for put in puts(plan) if isinstance(flow := put.resource, FlowConfiguration)]


def held(*puts: Put) -> dict[ResourceId, ResourceState]:
    return {
        put.id: ResourceState(put.id, put.resource, Version(1), Revision(1), Revision(1), NOW) for put in puts
    }


@pytest.mark.parametrize(
    ("active", "order"),
    [
        ((True, True, True), ["v1", "v2", "v3"]),
        ((True, True, False), ["v1", "v3", "v2"]),
        ((True, False, False), ["v2", "v3", "v1"]),
        ((False, False), ["v1", "v2"]),
    ],
)
def test_newest_active_version_is_written_last(active: tuple[bool, ...], order: list[str]) -> None:
    plan = planned(list(reversed(versions(*active))))

    assert names(plan) == order
    assert (plan.created, plan.updated, plan.unchanged) == (1, len(order) - 1, 0)


@pytest.mark.parametrize("done", range(4))
def test_history_goes_on_where_it_broke_off(done: int) -> None:
    flows = versions(True, True, False, True)
    order = puts(planned(flows))

    plan = planned(flows, held(*order[max(done - 1, 0) : done]))

    assert puts(plan) == order[done:]
    assert plan.unchanged == done


def test_history_that_is_there_is_left_alone() -> None:
    flows = versions(True, False)
    last = puts(planned(flows))[-1]

    assert planned(flows, held(last)).writes == []


def test_new_version_is_written_after_those_that_are_there() -> None:
    before = puts(planned(versions(True, True)))[-1]

    assert names(planned(versions(True, True, True), held(before))) == ["v3"]


def test_what_was_changed_here_since_is_put_back() -> None:
    last = puts(planned(versions(True, True)))[-1]
    assert isinstance(last.resource, FlowConfiguration)
    edited = Put(last.id, FlowConfiguration("edited", metadata=last.resource.metadata))

    assert names(planned(versions(True, True), held(edited))) == ["v2"]


def test_what_others_need_comes_first_and_only_where_it_is_missing() -> None:
    flag = changed(FEATURE, "targetSegments", ["vip"])
    segment = ResourceId(Kind.SEGMENT, "production", "vip")
    inherited = ResourceId(Kind.SEGMENT, "base", "vip")
    tree: list[tuple[ResourceId, Resource]] = [
        (ResourceId(Kind.ENVIRONMENT, "", "base"), Environment()),
        (ResourceId(Kind.ENVIRONMENT, "", "production"), Environment("base")),
    ]
    places = held(*(Put(id, resource) for id, resource in tree))

    assert puts(planned([flag]))[0].id == segment
    assert puts(planned([flag], {**places, **held(Put(segment, Segment()))}))[0].id.kind is Kind.SETTING
    assert puts(planned([flag], {**places, **held(Put(inherited, Segment()))}))[0].id.kind is Kind.SETTING
    assert puts(planned([flag], places))[0].id == segment


def test_environments_come_before_everything() -> None:
    plan = schedule([mapped(QUEUE)], [new_environment("prod")], {})

    assert [put.id.kind for put in puts(plan)] == [Kind.ENVIRONMENT, Kind.QUEUE_CONFIGURATION]
    assert schedule([], [new_environment("prod")], held(new_environment("prod"))).writes == []


def test_flow_is_linked_to_its_queue_and_rules() -> None:
    rule = changed(ROUTING, "routingKey", "inbound-sales-flow")

    flow = linked([mapped(FLOW), mapped(QUEUE), mapped(rule)], [])[0].puts[0].resource

    assert isinstance(flow, FlowConfiguration)
    assert (flow.queue_key, flow.routing_key) == ("sales-queue", "inbound-sales-flow")


def test_flow_is_linked_to_what_is_held() -> None:
    states = held(*mapped(QUEUE).puts)

    flow = linked([mapped(FLOW)], [(id, state.resource) for id, state in states.items()])[0].puts[0].resource

    assert isinstance(flow, FlowConfiguration)
    assert (flow.queue_key, flow.routing_key) == ("sales-queue", None)
