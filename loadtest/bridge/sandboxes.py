"""Many sandboxes on one server: through runtimes, and as fast as processes can call."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from loadtest.bridge.setting import HANDLER, MODES, NAME, RESOLVE, require_answer, variables
from loadtest.plan import Plan
from loadtest.processes import cpu_seconds, family
from loadtest.results import Figure, percentiles
from loadtest.server import Server
from tests.support.engines.lambda_runtime import lambda_runtime

_RUNTIMES = 4
_SANDBOXES = 4


def figures(plan: Plan, server: Server) -> Iterator[Figure]:
    """Yields calls a second and how long each takes, and the server's processor time for a call."""
    for mode in MODES:
        yield from _through_runtimes(plan, server.target, mode)
    for mode in MODES:
        rates, _ = _flat_out(plan, server, mode, 1)
        yield Figure(NAME, "calls of one sandbox, one after the other", mode, rates, "/s")
    rate, cost = _flat_out(plan, server, "live", _SANDBOXES)
    yield Figure(NAME, f"calls of {_SANDBOXES} sandboxes on this machine", "live", rate, "/s")
    yield Figure(NAME, "server's processor time for a call", "live", cost * 1e6, "µs")
    yield Figure(NAME, "so one core of a server sustains", "live", 1 / cost, "calls/s")


def _through_runtimes(plan: Plan, target: str, mode: str) -> Iterator[Figure]:
    """As many callers as there are contacts at once; each runtime answers one at a time."""
    with ExitStack() as stack:
        functions = [
            stack.enter_context(lambda_runtime(HANDLER, variables(target, mode))) for _ in range(_RUNTIMES)
        ]
        for function in functions:
            require_answer(function.invoke(RESOLVE).payload)
        callers = stack.enter_context(ThreadPoolExecutor(plan.callers))

        def call(number: int) -> float:
            begin = time.perf_counter()
            require_answer(functions[number % _RUNTIMES].invoke(RESOLVE).payload)
            return (time.perf_counter() - begin) * 1000

        begin = time.perf_counter()
        times = list(callers.map(call, range(plan.callers * 10)))
        seconds = time.perf_counter() - begin
    case = f"{plan.callers} callers on {_RUNTIMES} runtimes"
    yield Figure(NAME, case, mode, len(times) / seconds, "calls/s")
    for name, value in percentiles(times):
        yield Figure(NAME, f"{case}, {name}, waiting for their turn included", mode, value, "ms")


def _flat_out(plan: Plan, server: Server, mode: str, count: int) -> tuple[float, float]:
    """Calls a second of so many processes, all told, and seconds of the server's processors for each call."""
    command = [sys.executable, "-m", "loadtest.bridge.calling", str(plan.call_seconds)]
    environment = {**os.environ, **variables(server.target, mode)}
    processes = [
        subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(count)
    ]
    for process in processes:
        assert process.stdout
        process.stdout.readline()
    before = _processor_time(server)
    for process in processes:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    calls = [json.loads(process.communicate()[0].splitlines()[-1]) for process in processes]
    used = _processor_time(server) - before
    return sum(calls) / plan.call_seconds, used / sum(calls)


def _processor_time(server: Server) -> float:
    return sum(cpu_seconds(pid) for pid in family(server.process.pid))
