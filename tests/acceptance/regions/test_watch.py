"""Watch over several regions, with the checks of the robustness runs, while items arrive in no good order."""

import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.acceptance.regions.conftest import ASIA, EAST, HOME
from tests.acceptance.store.drafts import START
from tests.robustness.auditor import Auditor
from tests.robustness.checks import findings
from tests.robustness.cluster import open_channel
from tests.robustness.recorder import Recorder
from tests.robustness.stage import Direct
from tests.robustness.watcher import NAMESPACE, Watcher, Wish, watching
from tests.robustness.writer import Writer, put
from tests.support.regions.world import World
from tests.support.server import running_server
from vexil.client.rpc import AioConfigStub
from vexil.v1 import config_service_pb2, watch_pb2

REGIONS = (HOME, EAST, ASIA)


class Scene:
    """A server in each region, and a namespace whose home is the first."""

    def __init__(
        self, world: World, servers: dict[str, Direct], auditor: Auditor, recorder: Recorder
    ) -> None:
        self.world = world
        self.servers = servers
        self.auditor = auditor
        self.recorder = recorder
        self._writers: dict[str, Writer] = {}

    def writer(self, region: str) -> Writer:
        if region not in self._writers:
            name, where = f"writer-{region}", [self.servers[region]]
            self._writers[region] = Writer(name, where, self.recorder, random.Random(1))
        return self._writers[region]

    def watcher(self, name: str, wish: Wish, *regions: str) -> Watcher:
        return Watcher(
            name, wish, [self.servers[region] for region in regions], self.recorder, random.Random(name)
        )


@pytest.fixture
async def scene(world: World, tmp_path: Path) -> AsyncIterator[Scene]:
    async with AsyncExitStack() as stack:
        recorder = Recorder(tmp_path / "history.jsonl")
        stack.callback(recorder.close)
        servers = {}
        for region in REGIONS:
            store = await world.store(region)
            server = await stack.enter_async_context(running_server(store, history_events=4))
            servers[region] = Direct(region, server.target)
        log = await world.store(HOME)
        stack.push_async_callback(log.close)
        auditor = Auditor(log, recorder)
        await auditor.create(servers[HOME].address)
        await world.settle()
        yield Scene(world, servers, auditor, recorder)


async def test_guarantees_of_watch_hold_in_every_region(scene: Scene) -> None:
    """Watchers in all regions, some of which come back in another one each time, with their last token.

    Regions lag behind each other: a position that has not arrived yet is refused for now, and nothing else.
    """
    wishes = {
        "east": (Wish("prod"), (EAST,)),
        "asia, in batches": (Wish("base", batch=True), (ASIA,)),
        "anywhere": (Wish("prod", resync=False), REGIONS),
        "elsewhere, a prefix": (Wish("qa", ({"prefix": "a"},)), (EAST, ASIA)),
        "asia, conflating": (Wish("prod", conflate=True), (ASIA,)),
    }
    watchers = [scene.watcher(name, wish, *regions) for name, (wish, regions) in wishes.items()]
    dice = random.Random(7)

    def hurdle() -> None:
        if dice.random() < 0.3:
            scene.world.replicator.cut(*dice.sample(REGIONS, 2))
        if dice.random() < 0.3:
            scene.world.replicator.mend()

    writer = scene.writer(HOME)
    async with watching(watchers):
        async with scene.world.replicating(hurdle=hurdle):
            for number in range(30):
                changes = [put(dice.choice(("base", "prod", "qa")), dice.choice("abc"), f"{number}")]
                await writer.commit(changes if number % 5 else [*changes, put("base", "z", "x" * 90_000)])
        head = await writer.commit([put("base", "a", "last"), put("qa", "a", "last")])
        scene.world.replicator.mend()
        await scene.world.settle()
        for watcher in watchers:
            assert await watcher.told(head)
    await scene.auditor.record()
    wrong = [each for each in findings(scene.recorder.records) if "REVISION_IN_FUTURE" not in each.text]
    assert wrong == []


async def test_streams_are_told_when_a_move_has_left_behind_what_they_told(scene: Scene) -> None:
    """A subscriber in the third region had the old home's commit; it gets the state that is true instead."""
    async with open_channel(scene.servers[ASIA].address) as channel:
        stub = AioConfigStub(channel)
        await scene.writer(HOME).commit([put("base", "a", "both")])
        await scene.world.settle()
        scene.world.replicator.cut(HOME, EAST)
        scene.world.replicator.cut(EAST, ASIA)
        stream = stub.watch(Wish("base").request(b""), wait_for_ready=True)
        lost = await scene.writer(HOME).commit([put("base", "a", "lost")])
        await scene.world.settle()
        message = await anext(aiter(stream))
        while message.revision < lost or not message.resume_token:
            message = await anext(aiter(stream))
        async with scene.world.desk(EAST) as desk:
            await desk.promote(await desk.survey(NAMESPACE), "ada", START)
        scene.world.replicator.mend()
        await scene.world.settle()
        while message.WhichOneof("event") != "end":
            message = await anext(aiter(stream))
        assert message.end.reason == watch_pb2.STREAM_END_REASON_HISTORY_REPLACED
        token = message.resume_token
        again = stub.watch(Wish("base").request(token), wait_for_ready=True)
        first = await anext(aiter(again))
        assert first.state_begin.reason == watch_pb2.STATE_REASON_RESYNC
        again.cancel()
        answer = await stub.get(
            config_service_pb2.GetRequest(namespace=NAMESPACE, environment="base", key="a"),
        )
        assert "lost" not in str(answer)
