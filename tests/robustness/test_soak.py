"""The soak's verdict, and a short soak that looks at what the server keeps instead of its memory."""

import asyncio
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.robustness.auditor import Auditor
from tests.robustness.checks import findings
from tests.robustness.cluster import open_channel
from tests.robustness.proxy import proxy
from tests.robustness.recorder import Recorder
from tests.robustness.soak.churn import Churn
from tests.robustness.soak.curve import LIMIT, Curve, Sample
from tests.robustness.soak.plot import plot
from tests.robustness.soak.requests import ENVIRONMENT, KEYS
from tests.robustness.soak.residents import residents, told
from tests.robustness.soak.writing import Writer
from tests.robustness.watcher import NAMESPACE
from tests.support.clock import ManualClock
from tests.support.server import PATIENCE, running_server
from vexil.server.watch.hub import Hub, HubLimits

MIB = 1024 * 1024
STREAMS = 50_000
VISITS = 2000


def curve(memory: Callable[[int], float]) -> Curve:
    return Curve([Sample(streams, int(memory(streams)), 100 * MIB) for streams in range(0, STREAMS + 1, 500)])


def noisy(seed: int, leak: float) -> Curve:
    """Pools that fill over the first tenth, pages that come and go, and a leak of so many bytes a stream."""
    dice = random.Random(seed)

    def memory(streams: int) -> float:
        pools = 8 * MIB * min(streams / 5000, 1)
        return 90 * MIB + pools + leak * streams + dice.choice([0, 0, 0, 1.5, -1]) * MIB

    return curve(memory)


class TestVerdict:
    @pytest.mark.parametrize("seed", range(20))
    def test_noise_is_flat(self, seed: int) -> None:
        assert noisy(seed, leak=0).flat

    @pytest.mark.parametrize("seed", range(20))
    def test_small_leak_is_noticed_in_noise(self, seed: int) -> None:
        assert not noisy(seed, leak=2 * LIMIT).flat

    def test_growth_is_in_bytes_per_stream(self) -> None:
        assert curve(lambda streams: 90 * MIB + 250 * streams).growth == pytest.approx(250, abs=0.01)

    def test_exactly_the_limit_is_a_leak(self) -> None:
        assert not curve(lambda streams: 90 * MIB + LIMIT * streams).flat

    def test_growth_that_ended_in_the_first_half_is_none(self) -> None:
        assert curve(lambda streams: 50 * MIB + 1000 * min(streams, STREAMS // 2)).growth == 0

    def test_one_spike_does_not_count(self) -> None:
        assert curve(lambda streams: 90 * MIB + (400 * MIB if streams == STREAMS else 0)).growth == 0

    @pytest.mark.parametrize(("leak", "verdict"), [(0, "flat"), (500, "growing")])
    def test_plot_shows_it(self, leak: int, verdict: str) -> None:
        drawn = plot(noisy(1, leak))
        assert f"class='{verdict}'" in drawn
        assert drawn.count(",") > STREAMS / 500


async def come_and_go(target: str, visits: range, recorder: Recorder) -> int:
    """When this returns, no client has any stream left. Answers how many were served."""
    async with (
        open_channel(target) as channel,
        proxy(target) as between,
        residents(between.address, 8, recorder) as here,
        Churn(between) as churn,
    ):
        writer = Writer(channel)
        for first in visits[::100]:
            revision = await writer.commit(first)
            await churn.run(range(first, first + 100), revision)
            await told(here, revision)
    return churn.served


async def quiet(hub: Hub, tasks: int) -> None:
    """Waits until the server has noticed that all are gone, and there are so many tasks at most."""
    async with asyncio.timeout(PATIENCE):
        while any(group.subscribers for group in hub.groups()) or len(asyncio.all_tasks()) > tasks:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_nothing_is_left_of_streams_that_are_gone(tmp_path: Path) -> None:
    clock, recorder = ManualClock(), Recorder(tmp_path / "history.jsonl")
    async with running_server(clock=clock.clock, history_events=16, new_streams_burst=10 * VISITS) as server:
        hub, convergence = server.inside.parts.hub, server.inside.parts.convergence
        async with open_channel(server.target) as channel:
            await Writer(channel).create()
        tasks = len(asyncio.all_tasks())
        assert await come_and_go(server.target, range(VISITS), recorder) > VISITS // 3
        await quiet(hub, tasks)
        place = (NAMESPACE, ENVIRONMENT)
        assert [status.streams for status in convergence.subscribers(place)] == [0] * KEYS
        assert len(list(hub.groups())) == 1 + KEYS
        clock.advance(max(HubLimits().linger, convergence.keep) + 1)
        hub.sweep()
        assert list(hub.groups()) == []
        assert list(convergence.subscribers(place)) == []
        await Auditor(server.inside.parts.store, recorder).record()
    assert findings(recorder.records) == []
    recorder.close()
