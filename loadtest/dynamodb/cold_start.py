"""A server that starts on a store with many settings."""

import asyncio
import statistics
import time
from collections.abc import Iterator

from rich.console import Console
from rich.progress import track

from loadtest.dynamodb.engines import Engines, new_tables
from loadtest.dynamodb.filling import fill
from loadtest.dynamodb.meter import metered
from loadtest.plan import Plan
from loadtest.processes import cpu_seconds
from loadtest.results import Figure
from loadtest.server import started_server, transports

_STARTS = 3


def cold_start(name: str, plan: Plan, engines: Engines, console: Console) -> Iterator[Figure]:
    """Seconds from the start of the process until it serves, and what is read for it."""
    case = f"cold start of {plan.large_settings:,}"
    with new_tables(engines.dynamodb) as tables:
        console.print(f"filling a store with {plan.large_settings:,} settings …")
        asyncio.run(fill(tables, plan.large_settings, plan.tail))
        seconds, cpu = [], []
        for _ in track(range(min(_STARTS, plan.rounds)), case, console=console):
            begin = time.monotonic()
            with started_server(tables.address(), transports()[0]) as process:
                seconds.append(time.monotonic() - begin)
                cpu.append(cpu_seconds(process.pid))
        with (
            metered(tables.database.endpoint) as meter,
            started_server(tables.address(meter.endpoint), transports()[0]),
        ):
            reading = meter.take()
    yield Figure(name, case, "until it serves", statistics.median(seconds), "s", aim="≤ 10 s")
    yield Figure(name, case, "its processor time", statistics.median(cpu), "s")
    yield Figure(name, case, "read units", reading.units["read", "store"], "units")
    yield Figure(name, case, "calls", reading.calls, "calls")
