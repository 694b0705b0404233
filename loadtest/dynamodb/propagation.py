"""From a commit at one server to a client of another."""

import random
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack

from rich.console import Console
from rich.progress import track

from loadtest.dynamodb.callers import caller, make_namespace, set_to, subscribed
from loadtest.dynamodb.engines import Engines, new_tables
from loadtest.plan import Plan
from loadtest.results import Figure, percentiles
from loadtest.server import started_server, transports

AIMS = {"p50": "≤ 15 ms", "p99": "≤ 60 ms"}


def propagation(name: str, plan: Plan, engines: Engines, console: Console) -> Iterator[Figure]:
    """Milliseconds from before the call and from its return, with hints and without."""
    for how, hints in (("with hints", engines.redis.url), ("without hints", None)):
        with ExitStack() as stack:
            tables = stack.enter_context(new_tables(engines.dynamodb))
            transport = transports()[0]
            # The store must be filled before the other server starts, or it would have nothing to serve.
            first = stack.enter_context(started_server(tables.address(), transport, hints=hints))
            server = stack.enter_context(caller(first))
            make_namespace(server)
            second = stack.enter_context(started_server(tables.address(), transport, hints=hints))
            chance = random.Random(1)  # noqa: S311 - jitter, not a secret
            pauses = [chance.uniform(0.5, 1.5) * plan.pause for _ in range(plan.commits)]
            # When followers look follows from the last commit: a fixed pause would always meet a look.
            rare = [chance.uniform(1.0, 1.6) * plan.long_pause for _ in range(plan.rare_commits)]
            subscriber = stack.enter_context(subscribed(second.target, len(pauses) + len(rare)))
            sent, returned = [], []
            for value, pause in enumerate(track([*pauses, *rare], how, console=console), start=1):
                time.sleep(pause)
                sent.append(time.monotonic_ns())
                set_to(server, value)
                returned.append(time.monotonic_ns())
            arrived = [at for value, at in sorted(subscriber.arrivals().items()) if value]
        busy = slice(len(pauses))
        yield from _figures(name, f"commit returns, {how}", _between(sent, returned)[busy])
        aims = AIMS if hints else {}
        yield from _figures(name, f"commit to applied elsewhere, {how}", _between(sent, arrived)[busy], aims)
        yield from _figures(name, f"return to applied elsewhere, {how}", _between(returned, arrived)[busy])
        late = _between(sent, arrived)[len(pauses) :]
        yield from _figures(name, f"commit to applied, seconds apart, {how}", late)


def _between(begins: Sequence[int], ends: Sequence[int]) -> Sequence[float]:
    return [(end - begin) / 1e6 for begin, end in zip(begins, ends, strict=True)]


def _figures(
    name: str, case: str, times: Sequence[float], aims: dict[str, str] | None = None
) -> Iterator[Figure]:
    for subject, value in percentiles(times):
        yield Figure(name, case, subject, value, "ms", aim=(aims or {}).get(subject, ""))
