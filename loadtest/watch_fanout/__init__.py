"""One change to many streams: what its delivery costs the server, and whom it keeps waiting.

The servers have one core, the compiled client that holds the streams the other. Every server has its streams
open from the start, and they get changes in turn.
"""

import statistics
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console
from rich.progress import track

from loadtest.compiled import compiled_client
from loadtest.plan import Plan
from loadtest.processes import started_on, two_cores
from loadtest.results import Figure, percentiles
from loadtest.watch_fanout.bystanders import Waits, waits
from loadtest.watch_fanout.delivery import Delivery, commit_alone
from loadtest.watching.streams import open_streams
from loadtest.watching.subjects import bare_aio, bare_go, etcd_if_there, vexil

NAME = "watch fan-out"
ROUNDS = 5


def run(plan: Plan, console: Console) -> Iterator[Figure]:
    """Yields the server's processor time for one delivered event, and how long other calls take meanwhile.

    Raises NotInstallable where the client can't be built.
    """
    client = compiled_client(console)
    core, other_core = two_cores()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        with started_on(core):
            ours = stack.enter_context(vexil(folder / "vexil.db"))
            bare = (stack.enter_context(bare_aio()), stack.enter_context(bare_go(client)))
            peers = stack.enter_context(etcd_if_there(plan, folder / "etcd", console))
        alone = commit_alone(ours, plan.deltas)
        deliveries = []
        with started_on(other_core):
            for subject in (ours, *bare, *peers):
                opening = open_streams(client, subject.process, subject.watch, plan.streams, plan.connections)
                deliveries.append(Delivery(subject, stack.enter_context(opening)))
        for _ in track(range(min(ROUNDS, plan.rounds)), "changing in turn", console=console):
            for delivery in deliveries:
                delivery.measure(plan.deltas)
        yield from _costs(plan, deliveries, alone)
        console.print("calling others meanwhile …")
        for delivery in deliveries[:2]:
            with started_on(other_core):
                found = waits(client, delivery, plan)
            yield from _waits(delivery.subject.name, found)


def _costs(plan: Plan, deliveries: Sequence[Delivery], alone: float) -> Iterator[Figure]:
    case = f"one to {plan.streams:,}, CPU"
    bare = deliveries[1]
    for delivery in deliveries:
        name, unit = delivery.subject.name, "µs/event"
        if delivery is bare:
            yield Figure(NAME, case, name, delivery.cpu, unit)
        else:
            aim = "≤ 1.15 ×" if name == "vexil" else ""
            yield Figure(
                NAME, case, name, delivery.cpu, unit, delivery.cpu / bare.cpu, bare.subject.name, aim
            )
    yield Figure(NAME, case, "vexil, of that the commit", alone / plan.streams, "µs/event")
    case = f"one to {plan.streams:,}, all have it"
    for delivery in deliveries:
        yield Figure(NAME, case, delivery.subject.name, delivery.milliseconds, "ms")
    busy = 100 * deliveries[0].client_busy
    yield Figure(NAME, "client of vexil", "its core, busy", busy, "%", aim="≤ 50 %")


def _waits(subject: str, found: Sequence[Waits]) -> Iterator[Figure]:
    for call in found:
        case = f"{call.name} meanwhile"
        for name, value in percentiles(call.busy):
            aim = "≤ 5 ms" if subject == "vexil" else ""
            ratio = value / statistics.median(call.quiet) if name == "p50" else None
            yield Figure(NAME, case, f"{subject}, {name}", value, "ms", ratio, "when quiet", aim)
