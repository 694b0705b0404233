"""Evaluate while commits go out to a thousand streams, and while the server has one large piece of work.

Calls begin at a fixed rate, whether or not those before are answered, so that a stall is felt by every call
that comes in it. The server has one core; h2load and the client that holds the streams share the other, where
h2load goes first.
"""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console
from rich.progress import track

from loadtest.compiled import compiled_client
from loadtest.evaluate_meanwhile import heavy
from loadtest.evaluate_meanwhile.figures import beside, when_quiet
from loadtest.evaluate_meanwhile.repeating import repeated
from loadtest.evaluate_peers.request import METHOD, REQUEST, flag, require_on
from loadtest.h2load import Load, program
from loadtest.plan import Plan
from loadtest.processes import started_on, two_cores
from loadtest.results import Figure
from loadtest.server import Transport, running_server, transports
from loadtest.watching.streams import open_streams
from loadtest.watching.subjects import subject_of

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
        yield from heavy.measured(transport, client, plan, console, (CALLS_PER_SECOND, IN_FLIGHT))


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
        revisions: list[int] = []
        for _ in track(range(min(ROUNDS, plan.rounds)), f"quiet and busy, {transport}", console=console):
            quiet.measure_paced(CALLS_PER_SECOND, plan.call_seconds)
            with repeated(lambda: revisions.append(subject.publish()), pause=1 / COMMITS_PER_SECOND):
                busy.measure_paced(CALLS_PER_SECOND, plan.call_seconds)
            streams.reach(revisions[-1])
    yield from when_quiet(subject.name, "Evaluate when quiet", quiet)
    yield from beside(subject.name, f"beside {COMMITS_PER_SECOND} commits/s", quiet, busy, "≤ 2 ×")
