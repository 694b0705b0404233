"""What contact flows ask, beside Evaluate: the server's processor time for a call, on each transport.

The server has one core, the generator the other. Each call is asked in turn with the others.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack

from rich.console import Console
from rich.progress import track

from loadtest.contact_flows.requests import CALLS, EVALUATE, contact_centre
from loadtest.plan import Plan
from loadtest.processes import started_on, two_cores
from loadtest.results import Figure
from loadtest.server import Transport, running_server, transports
from loadtest.server_evaluate.load import Load

NAME = "contact flows"


def run(plan: Plan, console: Console) -> Iterator[Figure]:
    """Yields the processor time of each call in µs, as a multiple of Evaluate's on the same transport."""
    core, other_core = two_cores()
    with ExitStack() as stack:
        loads: dict[Transport, Sequence[Load]] = {}
        for transport in transports():
            with started_on(core):
                server = stack.enter_context(running_server(transport=transport))
            server.commit(*contact_centre())
            loads[transport] = [Load(server.process, method, request) for _, method, request in CALLS]
        for _ in track(range(plan.rounds), "asking in turn", console=console):
            for load in (load for each in loads.values() for load in each):
                load.measure(plan.call_seconds, other_core)
    for transport, each in loads.items():
        costs = {name: load.cpu for (name, _, _), load in zip(CALLS, each, strict=True)}
        for name, cost in costs.items():
            ratio = cost / costs[EVALUATE]
            compared = (ratio, EVALUATE) if name != EVALUATE else ()
            yield Figure(NAME, f"{name}, CPU", f"vexil {transport}", cost, "µs/call", *compared)
