"""A subscriber that needs much at once: the full state of many settings, or all that changed for a while.

Each is asked of a server right after its start, and again when it has answered that before.
"""

import asyncio
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console
from rich.progress import track

from loadtest.compiled import compiled_client
from loadtest.plan import Plan
from loadtest.processes import cpu_seconds, started_on, two_cores
from loadtest.results import Figure
from loadtest.server import started_server
from loadtest.settings import ENVIRONMENT, NAMESPACE
from loadtest.watch_catchup.filling import fill_with_history
from loadtest.watching.streams import Call, open_streams
from vexil.v1 import watch_pb2

NAME = "watch, catching up"
ROUNDS = 3


def run(plan: Plan, console: Console) -> Iterator[Figure]:
    """Yields seconds from opening a stream until it has everything, and the server's processor time for it.

    Raises NotInstallable where the client can't be built.
    """
    client = compiled_client(console)
    settings, commits = f"{plan.large_settings:,} settings", f"{plan.behind:,} commits"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "vexil.db")
        console.print(f"filling a store with {settings} and {commits} …")
        head = asyncio.run(fill_with_history(path, plan.large_settings, plan.behind))
        whole = watch_pb2.WatchRequest(namespace=NAMESPACE, environment=ENVIRONMENT)
        behind = watch_pb2.WatchRequest(after_revision=head - plan.behind)
        behind.MergeFrom(whole)
        in_batches = watch_pb2.WatchRequest(batch=True)
        in_batches.MergeFrom(behind)
        for case, request, aim in (
            (f"full state, {settings}", whole, "≤ 1 s"),
            (f"resume, {commits} behind", behind, "≤ 0.5 s"),
            (f"resume in batches, {commits} behind", in_batches, "≤ 0.5 s"),
        ):
            rounds = track(range(min(ROUNDS, plan.rounds)), case, console=console)
            measured = zip(*(_measure(client, path, request, head) for _ in rounds), strict=True)
            for when, times in zip(("after its start", "asked again"), measured, strict=True):
                seconds, cpu = (statistics.median(column) for column in zip(*times, strict=True))
                yield Figure(NAME, case, f"vexil, {when}", seconds, "s", aim=aim)
                yield Figure(NAME, case, "its processor time", cpu, "s")


def _measure(
    client: Path, database: Path, request: watch_pb2.WatchRequest, head: int
) -> Sequence[tuple[float, float]]:
    """What a new server takes for the first such stream, and for the next: seconds, and of processor time."""
    call = Call("/vexil.v1.ConfigService/Watch", request.SerializeToString())
    core, other_core = two_cores()
    taken = []
    with ExitStack() as stack:
        with started_on(core):
            server = stack.enter_context(started_server(f"sqlite:{database}"))
        for _ in range(2):
            before = cpu_seconds(server.pid)
            with started_on(other_core), open_streams(client, server, call) as streams:
                summary = streams.reach(head)
            seconds = (summary.latest - summary.began) / 1e9
            taken.append((seconds, cpu_seconds(server.pid) - before))
    return taken
