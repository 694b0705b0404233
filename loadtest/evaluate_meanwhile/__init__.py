"""Evaluate while commits go out to a thousand streams, beside Evaluate when nothing else happens.

Calls begin at a fixed rate, whether or not those before are answered, so that a stall is felt by every call
that comes in it. The server has one core; h2load and the client that holds the streams share the other, where
h2load goes first.
"""

import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import track

from loadtest.compiled import compiled_client
from loadtest.evaluate_peers.request import METHOD, REQUEST, flag, require_on
from loadtest.h2load import Load, program
from loadtest.plan import Plan
from loadtest.processes import started_on, two_cores
from loadtest.results import Figure, percentiles
from loadtest.server import Transport, running_server, transports
from loadtest.watching.streams import Streams, open_streams
from loadtest.watching.subjects import Subject, subject_of

NAME = "evaluate, meanwhile"
ROUNDS = 5
COMMITS_PER_SECOND = 5
CALLS_PER_SECOND = 1_000
IN_FLIGHT = 100


def run(plan: Plan, console: Console) -> Iterator[Figure]:
    """Yields how long calls take, on each transport. Raises NotInstallable without h2load or Go."""
    program()
    client = compiled_client(console)
    for transport in transports():
        yield from _measured(transport, client, plan, console)


def _measured(transport: Transport, client: Path, plan: Plan, console: Console) -> Iterator[Figure]:
    core, other_core = two_cores()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        with started_on(core):
            server = stack.enter_context(running_server(folder / "vexil.db", transport))
        server.commit(flag())
        subject = subject_of(server, f"vexil {transport}")
        with started_on(other_core):
            opening = open_streams(
                client, subject.process, subject.watch, plan.streams, plan.connections, niceness=19
            )
            streams = stack.enter_context(opening)
        quiet, busy = (
            Load(subject.process, METHOD, REQUEST, in_flight=IN_FLIGHT, core=other_core) for _ in range(2)
        )
        require_on(quiet.answer())
        for _ in track(range(min(ROUNDS, plan.rounds)), f"quiet and busy, {transport}", console=console):
            quiet.measure_paced(CALLS_PER_SECOND, plan.call_seconds)
            with _commits(subject, streams):
                busy.measure_paced(CALLS_PER_SECOND, plan.call_seconds)
    yield from _figures(subject.name, quiet, busy)


@contextmanager
def _commits(subject: Subject, streams: Streams) -> Iterator[None]:
    """Commits, evenly spread, from another thread; in the end every stream has the last one."""
    enough = threading.Event()
    revisions: list[int] = []

    def commit() -> None:
        while not enough.wait(1 / COMMITS_PER_SECOND) or not revisions:
            revisions.append(subject.publish())

    thread = threading.Thread(target=commit)
    thread.start()
    try:
        yield
    finally:
        enough.set()
        thread.join()
    streams.reach(revisions[-1])


def _figures(name: str, quiet: Load, busy: Load) -> Iterator[Figure]:
    before = dict(percentiles(quiet.took))
    for percentile, value in before.items():
        yield Figure(NAME, "Evaluate when quiet", f"{name}, {percentile}", value / 1e3, "ms")
    case = f"beside {COMMITS_PER_SECOND} commits/s"
    for percentile, value in percentiles(busy.took):
        aim = "≤ 2 ×" if percentile == "p99" and name == "vexil native" else ""
        ratio = value / before[percentile]
        yield Figure(NAME, case, f"{name}, {percentile}", value / 1e3, "ms", ratio, "when quiet", aim)
