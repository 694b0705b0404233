"""What Prometheus is told."""

from collections.abc import Mapping, Sequence

import pytest

from tests.support.announcing import Received, Shop
from tests.support.backend import Backend, backend
from tests.support.clock import ManualClock
from tests.support.grapevine import Grapevine
from vexil.core.errors import Reason, Unavailable
from vexil.core.resource import Revision
from vexil.server.control.directory import Directory
from vexil.server.metrics.gauges import gauges
from vexil.server.metrics.sources import Sources
from vexil.server.stores.gaps import Gap
from vexil.server.stores.memory import MemoryStore
from vexil.server.stores.port import Head

Values = dict[tuple[str, str], float]


class Replica(MemoryStore):
    """A store in a region to which not everything has come, and which can be cut off."""

    down = False

    @property
    def gaps(self) -> Mapping[str, Gap]:
        return {"shop": Gap(Revision(4), Revision(9), 12.5), "new": Gap(Revision(1), Revision(1), 0.5)}

    async def heads(self) -> Sequence[Head]:
        if self.down:
            raise Unavailable("cut off", reason=Reason.STORE_UNAVAILABLE)
        return await super().heads()


def values(sources: Sources) -> Values:
    """The value of each number, by its name and namespace."""
    return {
        (sample.name, sample.labels.get("namespace", "")): sample.value
        for family in gauges(sources)
        for sample in family.samples
    }


async def test_server_says_what_it_serves_and_how_old_that_may_be() -> None:
    time, store = ManualClock(), Replica()
    async with backend(store, time=time) as shop:
        revision = await shop.set(color="red")
        await shop.directory.refresh()
        store.down = True
        time.advance(7)
        with pytest.raises(Unavailable):
            await shop.directory.refresh()

        found = values(Sources(shop.directory, store))

        assert found["vexil_ready", ""] == 1
        assert found["vexil_store_available", ""] == 0
        assert found["vexil_snapshot_age_seconds", ""] == 7
        assert found["vexil_revision", "shop"] == revision


async def test_gap_counts_what_waits_behind_it_also_where_nothing_is_shown_yet() -> None:
    store = Replica()
    async with backend(store) as shop:
        await shop.directory.refresh()
        found = values(Sources(shop.directory, store))
        assert found["vexil_region_missing_revisions", "shop"] == 6
        assert found["vexil_region_gap_seconds", "shop"] == 12.5
        assert found["vexil_region_missing_revisions", "new"] == 1


async def test_what_a_server_does_not_have_is_not_told(shop: Backend) -> None:
    names = {name for name, _ in values(Sources(shop.directory, shop.store))}
    assert names == {
        "vexil_ready",
        "vexil_store_available",
        "vexil_snapshot_age_seconds",
        "vexil_revision",
    }
    hinted = values(Sources(shop.directory, shop.store, Grapevine().source()))
    assert hinted["vexil_hints_connected", ""] == 1


async def test_announcer_says_what_waits_and_how_old_it_is(shop: Backend) -> None:
    announcing, received = Shop(), Received()
    received.open.clear()
    await announcing.commit(3)
    announcing.time.advance(101)  # the first commit is of second 1
    async with announcing.announcing(received) as announcer:
        await received.until(lambda: received.calls == 1)
        found = values(Sources(shop.directory, shop.store, announcer=announcer))
        assert found["vexil_announcements_waiting", ""] == 3
        assert round(found["vexil_announcements_lag_seconds", ""]) == 100
        received.open.set()
    await announcing.store.close()


async def test_server_that_is_still_loading_says_so(shop: Backend) -> None:
    loading = Directory(shop.store, shop.hub, shop.time.clock)
    assert values(Sources(loading, shop.store)) == {
        ("vexil_ready", ""): 0.0,
        ("vexil_store_available", ""): 0.0,
    }
