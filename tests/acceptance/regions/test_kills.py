"""Server processes of all regions are killed while items arrive late and in no good order."""

import asyncio
import random
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.acceptance.regions.conftest import ASIA, EAST, HOME
from tests.robustness.auditor import Auditor
from tests.robustness.checks import findings
from tests.robustness.recorder import Recorder
from tests.robustness.watcher import Watcher, Wish, watching
from tests.robustness.writer import Writer, put
from tests.support.regions.mortal import Mortal, held
from tests.support.regions.world import World

REGIONS = (HOME, EAST, ASIA)
COMMITS = 40
KILLS = 8


@pytest.fixture
async def servers(world: World) -> AsyncIterator[Mapping[str, Mortal]]:
    async with AsyncExitStack() as stack:
        made = {}
        for region in REGIONS:
            made[region] = Mortal(region, world.place(region))
            stack.push_async_callback(made[region].close)
            await made[region].start()
        yield made


@pytest.mark.timeout(600)
async def test_guarantees_hold_while_servers_of_all_regions_are_killed(
    world: World, servers: Mapping[str, Mortal], tmp_path: Path
) -> None:
    dice = random.Random(11)
    recorder = Recorder(tmp_path / "history.jsonl")
    log = await world.store(HOME)
    auditor = Auditor(log, recorder)
    await auditor.create(servers[HOME].address)
    wishes = {
        "home": (Wish("prod"), (HOME,)),
        "east": (Wish("prod", resync=False), (EAST,)),
        "asia, in batches": (Wish("base", batch=True), (ASIA,)),
        "anywhere": (Wish("qa"), REGIONS),
        "anywhere, conflating": (Wish("prod", conflate=True), REGIONS),
    }
    watchers = [
        Watcher(name, wish, [servers[region] for region in regions], recorder, random.Random(name))
        for name, (wish, regions) in wishes.items()
    ]
    writer = Writer("writer", [servers[HOME]], recorder, random.Random(1))

    def hurdle() -> None:
        if dice.random() < 0.2:
            world.replicator.cut(*dice.sample(REGIONS, 2))
        if dice.random() < 0.3:
            world.replicator.mend()

    async def write() -> None:
        for number in range(COMMITS):
            changes = [put(dice.choice(("base", "prod", "qa")), dice.choice("abc"), f"{number}")]
            await writer.commit(changes if number % 5 else [*changes, put("base", "z", "x" * 90_000)])

    async def kill() -> None:
        """At random; also while a replica waits at a gap, and so begins anew beyond it."""
        for _ in range(KILLS):
            server = servers[dice.choice(REGIONS)]
            await server.kill()
            await server.start()

    await world.settle()
    async with watching(watchers):
        async with world.replicating(hurdle=hurdle):
            await asyncio.gather(write(), kill())
        head = await writer.commit([put("base", "a", "last"), put("qa", "a", "last")])
        world.replicator.mend()
        await world.settle()
        for watcher in watchers:
            assert await watcher.told(head)
    await auditor.record()
    recorder.close()
    wrong = [each for each in findings(recorder.records) if "REVISION_IN_FUTURE" not in each.text]
    assert wrong == []
    assert len({await held(server) for server in servers.values()}) == 1
    assert await log.check() == []
    await log.close()
