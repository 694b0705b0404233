"""Evaluate by one process and by two, which share a port and a store.

Nothing is pinned: h2load has what the servers leave it of the same cores.
"""

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console
from rich.progress import track

from loadtest.evaluate_peers.request import METHOD, REQUEST, flag, require_on
from loadtest.h2load import Load, program
from loadtest.plan import Plan
from loadtest.processes import PATIENCE
from loadtest.results import Figure
from loadtest.server import Transport, running_server, transports

NAME = "evaluate, processes"
ROUNDS = 5
CONNECTIONS, IN_FLIGHT = 32, 8
"""More connections than elsewhere: the system spreads them over the processes by chance."""
ENOUGH = 20
"""Right answers in a row, each on a new connection, until every process counts as ready."""


def run(plan: Plan, console: Console) -> Iterator[Figure]:
    """Yields calls a second and the processor time of a call. Raises NotInstallable without h2load."""
    program()
    loads: dict[tuple[Transport, int], Load] = {}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for transport in transports():
            for processes in (1, 2):
                database = folder / f"{transport}-{processes}.db"
                server = stack.enter_context(running_server(database, transport, processes))
                server.commit(flag())
                load = Load(server.process, METHOD, REQUEST, CONNECTIONS, IN_FLIGHT)
                _await_all(load)
                loads[transport, processes] = load
        for _ in track(range(min(ROUNDS, plan.rounds)), "asking servers in turn", console=console):
            for load in loads.values():
                load.measure(plan.call_seconds)
    for (transport, processes), load in loads.items():
        one = loads[transport, 1]
        ratio = None if load is one else load.rate / one.rate
        yield Figure(NAME, f"vexil {transport}", _name(processes), load.rate, "calls/s", ratio, "one process")
    for (transport, processes), load in loads.items():
        yield Figure(NAME, f"vexil {transport}, CPU", _name(processes), load.cpu, "µs/call")
    busiest = max(load.generator_busy for load in loads.values())
    yield Figure(NAME, f"h2load, of {os.cpu_count()} cores", "most", 100 * busiest, "% of a core")


def _await_all(load: Load) -> None:
    """Waits until each process has followed the store to the flag. Raises RuntimeError when one does not."""
    until = time.monotonic() + PATIENCE
    right = 0
    while right < ENOUGH:
        try:
            require_on(load.answer())
            right += 1
        except RuntimeError:
            if time.monotonic() > until:
                raise
            right = 0


def _name(processes: int) -> str:
    return "one process" if processes == 1 else f"{processes} processes"
