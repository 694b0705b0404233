"""A run from a seed: servers, writers, watchers, faults; and what it leaves behind."""

import asyncio
import random
from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TypeVar

from tests.robustness.auditor import Auditor
from tests.robustness.client import ClientProcess
from tests.robustness.cluster import Node, cluster
from tests.robustness.disk import disk
from tests.robustness.orders import Orders, Place
from tests.robustness.recorder import Recorder, merge
from tests.robustness.records import Record
from tests.robustness.scene import Scene
from tests.robustness.trouble import Trouble, draw, make_trouble, not_here
from tests.robustness.watcher import Wish
from tests.robustness.writer import GUESTS, PARENTS, Writer, put, put_environment
from tests.support.transports import TRANSPORTS, is_here
from vexil.server.settings import TransportName
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

T = TypeVar("T")

_WATCHERS_PER_PROCESS = 6
_WRITERS_PER_PROCESS = 2


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything about a run that is decided beforehand. `processes`: of each server."""

    seed: int
    servers: int
    processes: int
    history_events: int
    writers: int
    wishes: tuple[Wish, ...]
    troubles: tuple[Trouble, ...]
    transport: TransportName


def plan(seed: int, faults: int) -> Plan:
    """The seed's plan, with so much trouble.

    Histories are mostly small, so that those who come back find theirs gone from memory.
    """
    dice = random.Random(seed)
    wishes = [
        Wish(dice.choice(list(PARENTS)), selectors, resync=dice.random() < 0.6, batch=dice.random() < 0.5)
        for selectors in SELECTIONS
    ]
    wishes += [
        Wish("prod", resync=True, talks=0.5),
        Wish("prod", resync=False, batch=True, talks=0.5),
        Wish("qa-eu", conflate=True, pause=0.3),
        Wish("qa-eu", ({"tag": "blue"},), conflate=True, batch=True, pause=0.1),
        Wish(dice.choice(list(PARENTS)), pause=0.1),
        Wish(dice.choice(list(PARENTS)), batch=True, pause=0.3),
        Wish(dice.choice(list(PARENTS)), resync=dice.random() < 0.5, stops=True),
        Wish("base", ({"key": "nothing/has/this/key"},), silence=60.0, talks=0.5),
    ]
    wishes += [
        Wish(guest, resync=dice.random() < 0.5, batch=dice.random() < 0.5) for guest in (*GUESTS, "guest")
    ]
    dice.shuffle(wishes)
    return Plan(
        seed=seed,
        servers=dice.choice([1, 2, 2]),
        processes=dice.choice([1, 1, 2]),
        history_events=dice.choice([1, 2, 8, 64, 1024]),
        writers=dice.randint(1, 4),
        wishes=tuple(wishes),
        troubles=tuple(draw(dice) for _ in range(faults)),
        transport=TRANSPORTS[seed % len(TRANSPORTS)],
    )


def possible(plan: Plan) -> Plan:
    """The plan without the faults that this machine does not allow, and with a transport that it has."""
    missing = not_here()
    left = [Trouble(tuple(f for f in trouble.faults if f not in missing)) for trouble in plan.troubles]
    transport = plan.transport if is_here(plan.transport) else "grpc"
    return replace(plan, troubles=tuple(trouble for trouble in left if trouble.faults), transport=transport)


async def run(plan: Plan, directory: Path) -> list[Record]:
    """Carries the plan out. The machine has to allow all of its faults: see `possible`.

    The records are also in `history.jsonl` of the directory.
    """
    wanted = {fault for trouble in plan.troubles for fault in trouble.faults}
    async with AsyncExitStack() as stack:
        recorder = Recorder(directory / "control.jsonl")
        stack.callback(recorder.close)
        own = stack.enter_context(disk(directory / "disk")) if "fill_disk" in wanted else None
        path = (directory if own is None else own.directory) / "vexil.db"
        settings = {
            "processes": plan.processes,
            "history_events": plan.history_events,
            "transport": plan.transport,
        }
        clocks = "jump_clock" in wanted
        servers = cluster(path, plan.servers, directory, clocks=clocks, **settings)
        nodes = await stack.enter_async_context(servers)
        store = await SqliteStore.open(path)
        stack.push_async_callback(store.close)
        auditor = Auditor(store, recorder)
        await auditor.create(nodes[0].address)
        dice = random.Random(f"{plan.seed} faults")
        watchers, writers = _clients(plan, nodes, directory)
        scene = Scene(nodes, watchers, writers, auditor, recorder, dice, own)
        for client in (*watchers, *writers):
            await client.start()
            stack.push_async_callback(client.kill)
        await _perform(scene, plan)
        await auditor.record()
        await auditor.record_listed(nodes[0].address)
    files = [
        directory / "control.jsonl",
        *(path for client in (*watchers, *writers) for path in client.records),
    ]
    return merge(files, directory / "history.jsonl")


async def _perform(scene: Scene, plan: Plan) -> None:
    for watchers in scene.watchers:
        await watchers.wait_for(lambda it: any(it.positions.values()))
    await make_trouble(scene, plan.troubles)
    for writer in scene.writers:
        await writer.finish()
    # One more commit, when all else is done: the head that everybody should hear of.
    last = Writer("last", scene.nodes, scene.recorder, scene.dice)
    guests = [put_environment(name, parent) for name, parent in GUESTS.items()]
    head = await last.commit([*guests, put("base", "last", "words")])
    told = [watchers.wait_for(lambda it: min(it.positions.values()) >= head) for watchers in scene.watchers]
    await asyncio.gather(*told)
    await asyncio.gather(*(w.wait_for(lambda it: it.reported(head)) for w in scene.watchers))
    for environment in sorted({wish.environment for wish in plan.wishes if wish.talks}):
        for node in scene.nodes:
            await scene.auditor.record_convergence(node, environment, head)
    for watchers in scene.watchers:
        await watchers.finish()


def _clients(
    plan: Plan, nodes: Sequence[Node], directory: Path
) -> tuple[list[ClientProcess], list[ClientProcess]]:
    """The processes of watchers, and those of writers."""
    nobody = Orders(
        seed=plan.seed,
        life=0,
        places=tuple(Place(node.name, node.address) for node in nodes),
        record="",
        saved=(),
        watchers={},
        writers=(),
    )
    wishes = {f"watcher-{number}": wish for number, wish in enumerate(plan.wishes, 1)}
    names = tuple(f"writer-{number}" for number in range(1, plan.writers + 1))
    watching = [
        replace(nobody, watchers=dict(some)) for some in _shared_out(wishes.items(), _WATCHERS_PER_PROCESS)
    ]
    writing = [replace(nobody, writers=some) for some in _shared_out(names, _WRITERS_PER_PROCESS)]
    return (
        [ClientProcess(f"watchers-{n}", orders, directory) for n, orders in enumerate(watching, 1)],
        [ClientProcess(f"writers-{n}", orders, directory) for n, orders in enumerate(writing, 1)],
    )


def _shared_out(them: Iterable[T], size: int) -> list[tuple[T, ...]]:
    rest = iter(them)
    return list(iter(lambda: tuple(islice(rest, size)), ()))
