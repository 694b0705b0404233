"""Server processes of all regions are killed while items arrive late and in no good order."""

import asyncio
import random
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, ExitStack
from pathlib import Path

import pytest

from tests.acceptance.regions.conftest import ASIA, EAST, HOME
from tests.robustness.auditor import Auditor
from tests.robustness.checks import findings
from tests.robustness.cluster import open_channel
from tests.robustness.recorder import Recorder
from tests.robustness.watcher import NAMESPACE, Watcher, Wish, watching
from tests.robustness.writer import PARENTS, Writer, put
from tests.support.regions.world import World
from tests.support.server import ServerProcess, server_process
from vexil.client.rpc import AioConfigStub
from vexil.v1 import config_service_pb2

REGIONS = (HOME, EAST, ASIA)
COMMITS = 40
KILLS = 8


class Mortal:
    """A region's server, which can be killed and comes back somewhere else.

    `address`: where it listens, or did before it was killed.
    """

    def __init__(self, name: str, world: World) -> None:
        self.name = name
        place = world.place(name)
        self._store = f"dynamodb:{place.table}?region={name}&endpoint={place.endpoint}"
        self._life = ExitStack()
        self._process: ServerProcess | None = None
        self.address = ""

    async def start(self) -> None:
        """Starts it; returns when it serves."""

        def start() -> tuple[ServerProcess, str]:
            process = self._life.enter_context(server_process(self._store))
            return process, process.target

        self._process, self.address = await asyncio.to_thread(start)

    async def kill(self) -> None:
        """kill -9, at whatever it is."""
        assert self._process is not None
        self._process.kill()
        await self.close()

    async def close(self) -> None:
        """Waits until it is gone."""
        await asyncio.to_thread(self._life.close)


@pytest.fixture
async def servers(world: World) -> AsyncIterator[Mapping[str, Mortal]]:
    async with AsyncExitStack() as stack:
        made = {}
        for region in REGIONS:
            made[region] = Mortal(region, world)
            stack.push_async_callback(made[region].close)
            await made[region].start()
        yield made


async def held(server: Mortal) -> tuple[str, ...]:
    """Everything that a server holds, by environment."""
    async with open_channel(server.address) as channel:
        stub = AioConfigStub(channel)
        requests = [
            config_service_pb2.ListRequest(namespace=NAMESPACE, environment=environment, page_size=1000)
            for environment in PARENTS
        ]
        return tuple([str((await stub.list(request)).resources) for request in requests])


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
