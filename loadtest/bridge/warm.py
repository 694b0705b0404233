"""How long an invocation takes when the sandbox is there, and what it holds in memory."""

from collections.abc import Iterator

from loadtest.bridge.setting import HANDLER, HERE, MODES, NAME, RESOLVE, TRIVIAL, require_answer, variables
from loadtest.plan import Plan
from loadtest.processes import family, resident_bytes
from loadtest.results import Figure, percentiles
from tests.support.engines.lambda_runtime import LambdaRuntime, lambda_runtime

_WARM_UP = 20


def figures(plan: Plan, target: str) -> Iterator[Figure]:
    """Yields percentiles of milliseconds through the emulator, and megabytes of the runtime's process."""
    with lambda_runtime(TRIVIAL, {}, code=HERE) as function:
        yield from _percentiles("a trivial function", function, plan.invocations, live=False)
        memory = [("a trivial function", _memory(function))]
    for mode in MODES:
        with lambda_runtime(HANDLER, variables(target, mode)) as function:
            yield from _percentiles(mode, function, plan.invocations, live=True)
            memory.append((mode, _memory(function)))
    for subject, size in memory:
        yield Figure(NAME, "memory of a sandbox", subject, size, "MB")


def _percentiles(subject: str, function: LambdaRuntime, count: int, *, live: bool) -> Iterator[Figure]:
    times = []
    for number in range(_WARM_UP + count):
        invocation = function.invoke(RESOLVE)
        if live:
            require_answer(invocation.payload)
        if number >= _WARM_UP:
            times.append(invocation.seconds * 1000)
    for name, value in percentiles(times):
        yield Figure(NAME, f"warm invocation, {name}", subject, value, "ms")


def _memory(function: LambdaRuntime) -> float:
    """Of the runtime with the function in it: the emulator's youngest descendant."""
    *_, runtime = family(function.process.pid)
    return resident_bytes(runtime) / 1e6
