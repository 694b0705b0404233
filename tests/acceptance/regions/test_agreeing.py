"""Watch over regions that agree: commits go to any of them, and servers of all are killed."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from tests.acceptance.store.backends import PATIENT, agreeing_regions, dynamodb_database
from tests.robustness.auditor import Auditor
from tests.robustness.checks import findings
from tests.robustness.recorder import Recorder
from tests.robustness.watcher import Watcher, Wish, watching
from tests.robustness.writer import Writer, put
from tests.support.engines.dynamodb import REGION
from tests.support.regions.mortal import Mortal, held
from vexil.server.stores.dynamodb.store import DynamoDBStore

COMMITS = 60  # of each of two writers
KILLS = 6


@pytest.fixture
async def servers(request: pytest.FixtureRequest) -> AsyncIterator[Sequence[Mortal]]:
    places = agreeing_regions(request, dynamodb_database(request), share=0.02)()
    async with AsyncExitStack() as stack:
        made = [
            Mortal(name, replace(place, region=REGION))
            for name, place in zip(("one", "other"), places, strict=True)
        ]
        for server in made:
            stack.push_async_callback(server.close)
            await server.start()
        yield made


@pytest.mark.timeout(600)
async def test_guarantees_hold_while_all_regions_write_and_are_killed(
    servers: Sequence[Mortal], tmp_path: Path
) -> None:
    dice = random.Random(5)
    recorder = Recorder(tmp_path / "history.jsonl")
    log = await DynamoDBStore.open(servers[0].place, limits=PATIENT)
    auditor = Auditor(log, recorder)
    await auditor.create(servers[0].address)
    wishes = {
        "one": (Wish("prod"), servers[:1]),
        "other": (Wish("base", batch=True), servers[1:]),
        "anywhere": (Wish("qa"), servers),
        "anywhere, conflating": (Wish("prod", conflate=True), servers),
    }
    watchers = [
        Watcher(name, wish, where, recorder, random.Random(name)) for name, (wish, where) in wishes.items()
    ]
    writers = [Writer(name, servers, recorder, random.Random(name)) for name in ("ada", "bob")]

    async def write(writer: Writer) -> None:
        for number in range(COMMITS):
            await writer.commit([put(dice.choice(("base", "prod", "qa")), dice.choice("abc"), f"{number}")])

    async def kill() -> None:
        for _ in range(KILLS):
            server = dice.choice(servers)
            await server.kill()
            await server.start()

    async with watching(watchers):
        await asyncio.gather(kill(), *map(write, writers))
        head = await writers[0].commit([put("base", "a", "last"), put("qa", "a", "last")])
        for watcher in watchers:
            assert await watcher.told(head)
    await auditor.record()
    recorder.close()
    assert findings(recorder.records) == []
    assert len({await held(server) for server in servers}) == 1
    assert await log.check() == []
    await log.close()
