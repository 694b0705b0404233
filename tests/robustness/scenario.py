"""A run from a seed: servers, writers, watchers, faults; and what it leaves behind."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.robustness.auditor import Auditor
from tests.robustness.cluster import cluster
from tests.robustness.faults import FAULTS, Scene, make_trouble
from tests.robustness.records import Record, Recorder
from tests.robustness.watcher import Watcher, Wish
from tests.robustness.writer import PARENTS, Writer, put
from vexil.server.stores.sqlite import SqliteStore
from vexil.v1 import resource_pb2

SELECTIONS = (
    (),
    ({"prefix": "app/"},),
    ({"kind": resource_pb2.RESOURCE_KIND_SEGMENT},),
    ({"tag": "blue"},),
    ({"tag": "green", "prefix": "web/"}, {"key": "app/a"}),
    ({"key": "nothing/has/this/key"},),
)
"""What watchers select; the last one never matches anything."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything about a run that is decided beforehand."""

    seed: int
    servers: int
    history_events: int
    writers: int
    wishes: tuple[Wish, ...]
    faults: tuple[str, ...]


def plan(seed: int, faults: int) -> Plan:
    """The seed's plan, with so many faults.

    Histories are mostly small, so that those who come back find theirs gone from memory.
    """
    dice = random.Random(seed)
    wishes = [
        Wish(dice.choice(list(PARENTS)), selectors, resync=dice.random() < 0.6) for selectors in SELECTIONS
    ]
    wishes += [
        Wish("prod", resync=True),
        Wish("prod", resync=False),
        Wish("qa-eu", conflate=True, pause=0.3),
        Wish("qa-eu", ({"tag": "blue"},), conflate=True, pause=0.1),
        Wish(dice.choice(list(PARENTS)), pause=0.1),
        Wish(dice.choice(list(PARENTS)), resync=dice.random() < 0.5, stops=True),
    ]
    return Plan(
        seed=seed,
        servers=dice.choice([1, 2, 2]),
        history_events=dice.choice([1, 2, 8, 64, 1024]),
        writers=dice.randint(1, 4),
        wishes=tuple(wishes),
        faults=tuple(dice.choice(list(FAULTS)) for _ in range(faults)),
    )


async def run(plan: Plan, directory: Path) -> list[Record]:
    """Carries the plan out; the records are also in `history.jsonl` of the directory."""
    recorder = Recorder(directory / "history.jsonl")
    path = directory / "vexil.db"
    try:
        async with cluster(path, plan.servers, history_events=plan.history_events) as nodes:
            store = await SqliteStore.open(path)
            try:
                auditor = Auditor(store, recorder)
                await auditor.create(nodes[0].address)
                watchers = [
                    Watcher(
                        f"watcher-{number}", wish, nodes, recorder, random.Random(f"{plan.seed} {number}")
                    )
                    for number, wish in enumerate(plan.wishes, 1)
                ]
                writers = [
                    Writer(f"writer-{number}", nodes, recorder, random.Random(f"{plan.seed} w{number}"))
                    for number in range(1, plan.writers + 1)
                ]
                scene = Scene(nodes, watchers, auditor, recorder, random.Random(f"{plan.seed} faults"))
                async with watching(watchers):
                    await _write_in_trouble(writers, scene, plan.faults)
                    head = await _last_words(writers[0])
                    await asyncio.gather(*(watcher.told(head) for watcher in watchers))
                await auditor.record()
                await auditor.record_listed(nodes[0].address)
            finally:
                await store.close()
    finally:
        recorder.close()
    return recorder.records


@asynccontextmanager
async def watching(watchers: Sequence[Watcher]) -> AsyncIterator[None]:
    """Watchers at work while the block runs."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(watcher.run()) for watcher in watchers]
        yield
        for task in tasks:
            task.cancel()


def _dice(plan: Plan, who: str) -> random.Random:
    """Each has dice of its own, so that what one does not depend on when the others do theirs."""
    return random.Random(f"{plan.seed} {who}")


async def _write_in_trouble(writers: Sequence[Writer], scene: Scene, faults: Sequence[str]) -> None:
    enough = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        for writer in writers:
            group.create_task(writer.run(enough))
        await make_trouble(scene, faults)
        enough.set()


async def _last_words(writer: Writer) -> int:
    """One more commit, when all else is done: the head that everybody should hear of."""
    return await writer.commit([put("base", "last", "words")])
