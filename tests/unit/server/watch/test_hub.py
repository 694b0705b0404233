"""Which groups stay when nobody watches them."""

from tests.support.clock import ManualClock
from vexil.core.resource import Revision
from vexil.core.selector import Selector
from vexil.server.watch.departures import Departures
from vexil.server.watch.group import Group
from vexil.server.watch.hub import Hub, HubLimits
from vexil.server.watch.selection import Selection


def selection(key: str) -> Selection:
    return Selection.of("shop", "prod", [Selector(key=key)])


def hub_of(time: ManualClock, limits: HubLimits) -> Hub:
    return Hub(limits, time.clock, Departures(1.0, time.clock))


def visit(hub: Hub, key: str) -> Group:
    with hub.join(selection(key), Revision(1), epoch=1) as group:
        return group


def keys(hub: Hub) -> list[str | None]:
    return [group.selection.selectors[0].key for group in hub.groups()]


async def test_of_groups_without_subscribers_those_stay_that_were_left_last() -> None:
    hub = hub_of(ManualClock(), HubLimits(max_idle_groups=2))
    with hub.join(selection("busy"), Revision(1), epoch=1):
        for key in ("a", "b", "a", "c", "d"):
            visit(hub, key)
        assert keys(hub) == ["busy", "c", "d"]


async def test_group_lingers_after_its_last_subscriber_left_and_no_longer() -> None:
    time = ManualClock()
    hub = hub_of(time, HubLimits(linger=60.0))
    first = visit(hub, "a")
    time.advance(30)
    visit(hub, "b")
    assert visit(hub, "a") is first
    time.advance(59)
    hub.sweep()
    assert keys(hub) == ["a", "b"]
    time.advance(1)
    hub.sweep()
    assert keys(hub) == []


async def test_group_that_somebody_is_in_stays_whatever_came_before() -> None:
    time = ManualClock()
    hub = hub_of(time, HubLimits(linger=60.0))
    visit(hub, "a")
    with hub.join(selection("a"), Revision(1), epoch=1):
        visit(hub, "a")
        time.advance(3600)
        hub.sweep()
        assert keys(hub) == ["a"]
