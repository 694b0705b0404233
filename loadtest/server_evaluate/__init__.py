"""Evaluation by the server: what Vexil adds to grpc.aio, and what a batch saves.

The server has one core, the generator the other. Vexil, and a server that is set up in the same way around an
empty handler, are asked in turn.
"""

from collections.abc import Iterator
from contextlib import ExitStack

from rich.console import Console
from rich.progress import track

from loadtest.plan import Plan
from loadtest.processes import running, started_on, two_cores
from loadtest.results import Figure
from loadtest.server import running_server
from loadtest.server_evaluate.load import Load
from loadtest.server_evaluate.requests import KEYS, batch, many_flags, single

NAME = "server evaluate"
EVALUATE = "/vexil.v1.ConfigService/Evaluate"
EVALUATE_BATCH = "/vexil.v1.ConfigService/EvaluateBatch"


def run(plan: Plan, console: Console) -> Iterator[Figure]:
    """Yields calls and evaluations a second, and the server's processor time for each in µs."""
    core, other_core = two_cores()
    with ExitStack() as stack:
        with started_on(core):
            vexil = stack.enter_context(running_server())
            empty = stack.enter_context(running("loadtest.server_evaluate.empty"))
        vexil.commit(*many_flags())
        loads = (
            Load(empty, EVALUATE, single()),
            Load(vexil.process, EVALUATE, single()),
            Load(vexil.process, EVALUATE_BATCH, batch()),
        )
        for _ in track(range(plan.rounds), "asking servers in turn", console=console):
            for load in loads:
                load.measure(plan.call_seconds, other_core)
    yield from _figures(*loads)


def _figures(empty: Load, single: Load, batch: Load) -> Iterator[Figure]:
    case = "Evaluate"
    yield Figure(NAME, case, "empty handler", empty.rate, "calls/s")
    ratio = single.rate / empty.rate
    yield Figure(NAME, case, "vexil", single.rate, "calls/s", ratio, "empty handler", "≥ 0.9 ×")
    case = "Evaluate, CPU"
    yield Figure(NAME, case, "empty handler", empty.cpu, "µs/call")
    yield Figure(NAME, case, "vexil", single.cpu, "µs/call", single.cpu / empty.cpu, "empty handler")
    case = f"Batch of {len(KEYS)}"
    rate, cpu = batch.rate * len(KEYS), batch.cpu / len(KEYS)
    yield Figure(NAME, case, "vexil", rate, "evals/s", rate / single.rate, "single calls", "≥ 25 ×")
    yield Figure(NAME, f"{case}, CPU", "vexil", cpu, "µs/eval", cpu / single.cpu, "one call")
    busiest = max(load.generator_busy for load in (empty, single, batch))
    yield Figure(NAME, "generator", "its core, busy", 100 * busiest, "%", aim="≤ 50 %")
