"""How long the first answer of a sandbox takes, and what of that takes how long."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from statistics import median

from loadtest.bridge.setting import HANDLER, HERE, MODES, NAME, RESOLVE, TRIVIAL, require_answer, variables
from loadtest.plan import Plan
from loadtest.results import Figure
from tests.support.engines.lambda_runtime import lambda_runtime

_PARTS = ("interpreter", "imports", "set-up", "first call", "second call")


def figures(plan: Plan, target: str) -> Iterator[Figure]:
    """Yields milliseconds, medians of the rounds: on the emulator, and the parts in a bare process."""
    rounds = plan.rounds
    nothing = median(_start(TRIVIAL, {}) for _ in range(rounds)) * 1000
    yield Figure(NAME, "cold start to first answer", "a trivial function", nothing, "ms")
    for mode in MODES:
        whole = median(_start(HANDLER, variables(target, mode)) for _ in range(rounds)) * 1000
        yield Figure(NAME, "cold start to first answer", mode, whole, "ms", aim="< 2,000 ms")
    for mode in MODES:
        parts = [_parts(target, mode) for _ in range(rounds)]
        for number, part in enumerate(_PARTS):
            yield Figure(NAME, f"of that, {part}", mode, median(each[number] for each in parts), "ms")


def _start(handler: str, environment: dict[str, str]) -> float:
    """Seconds until a new function has answered: the emulator starts the runtime with the first event."""
    with lambda_runtime(handler, environment, code=HERE if handler == TRIVIAL else None) as function:
        invocation = function.invoke(RESOLVE)
        if environment:
            require_answer(invocation.payload)
    return invocation.seconds


def _parts(target: str, mode: str) -> list[float]:
    """Milliseconds of each part."""
    command = [sys.executable, str(HERE / "parts.py"), str(time.monotonic_ns())]
    environment = {**os.environ, **variables(target, mode)}
    event = json.dumps(RESOLVE)
    done = subprocess.run(command, env=environment, input=event, capture_output=True, text=True, check=True)
    parts: list[float] = json.loads(done.stdout.splitlines()[-1])
    return parts
