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
from loadtest.server import transports
from loadtest.watch_fanout.bystanders import Waits, waits
from loadtest.watch_fanout.costs import NAME, costs
from loadtest.watch_fanout.delivery import Delivery, commit_alone
from loadtest.watching.streams import open_streams
from loadtest.watching.subjects import bare_aio, bare_go, etcd_if_there, vexil

ROUNDS = 5


def run(plan: Plan, console: Console) -> Iterator[Figure]:
    """Yields the server's processor time for one delivered event, and how long other calls take meanwhile.

    Raises NotInstallable where the client can't be built.
    """
    client = compiled_client(console)
    for connections in plan.fan_out_connections:
        yield from _measured(client, plan, connections, console)


def _measured(client: Path, plan: Plan, connections: int, console: Console) -> Iterator[Figure]:
    core, other_core = two_cores()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        with started_on(core):
            ours = [
                stack.enter_context(vexil(folder / f"{transport}.db", transport=transport))
                for transport in transports()
            ]
            bare = (stack.enter_context(bare_aio()), stack.enter_context(bare_go(client)))
            peers = stack.enter_context(etcd_if_there(plan, folder / "etcd", console))
        alone = {subject.name: commit_alone(subject, plan.deltas) for subject in ours}
        deliveries = {}
        with started_on(other_core):
            for subject in (*ours, *bare, *peers):
                opening = open_streams(client, subject.process, subject.watch, plan.streams, connections)
                deliveries[subject.name] = Delivery(subject, stack.enter_context(opening))
        for _ in track(range(min(ROUNDS, plan.rounds)), "changing in turn", console=console):
            for delivery in deliveries.values():
                delivery.measure(plan.deltas)
        yield from costs(f"{plan.streams:,} over {connections:,}", plan.streams, deliveries, alone)
        if connections != plan.fan_out_connections[0]:
            return
        console.print("calling others meanwhile …")
        for name in (*alone, "bare grpc.aio"):
            with started_on(other_core):
                found = waits(client, deliveries[name], plan)
            yield from _waits(name, found)


def _waits(subject: str, found: Sequence[Waits]) -> Iterator[Figure]:
    for call in found:
        case = f"{call.name} meanwhile"
        for name, value in percentiles(call.busy):
            aim = "≤ 5 ms" if subject.startswith("vexil") else ""
            ratio = value / statistics.median(call.quiet) if name == "p50" else None
            yield Figure(NAME, case, f"{subject}, {name}", value, "ms", ratio, "when quiet", aim)
