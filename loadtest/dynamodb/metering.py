"""What commits, followers and servers at rest take of DynamoDB."""

import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack

from rich.console import Console
from rich.progress import track

from loadtest.dynamodb.callers import caller, make_namespace, set_to, subscribed
from loadtest.dynamodb.engines import Engines, new_tables
from loadtest.dynamodb.meter import Meter, Reading, metered
from loadtest.plan import Plan
from loadtest.results import Figure, percentiles
from loadtest.server import started_server, transports

_HOUR = 3600.0
_APART = 4
"""Metered commits come so many times slower than those that are timed: each by itself."""


def metering(name: str, plan: Plan, engines: Engines, console: Console) -> Iterator[Figure]:
    """Units a commit, of who makes it and of who follows; units an hour at rest; how fast DynamoDB answers.

    The follower has a subscriber that reports, and so posts on the board.
    """
    with ExitStack() as stack:
        tables = stack.enter_context(new_tables(engines.dynamodb))
        making, following = (stack.enter_context(metered(tables.database.endpoint)) for _ in range(2))
        first, second = (
            stack.enter_context(
                started_server(tables.address(meter.endpoint), transports()[0], hints=engines.redis.url)
            )
            for meter in (making, following)
        )
        server = stack.enter_context(caller(first))
        make_namespace(server)
        stack.enter_context(subscribed(second.target, plan.metered_commits + 1, "shop"))
        resting = _rest(making, following, plan, console)
        for value in track(range(1, plan.metered_commits + 1), "counting commits", console=console):
            time.sleep(plan.pause * _APART)
            set_to(server, value)
        committing = making.take(), following.take()
    for who, reading in zip(("who commits", "who follows"), committing, strict=True):
        for (kind, table), units in sorted(reading.units.items()):
            yield Figure(name, f"{who}, a commit", f"{kind}, {table}", units / plan.metered_commits, "units")
    for who, reading in zip(("no subscriber", "one subscriber"), resting, strict=True):
        for (kind, table), units in sorted(reading.units.items()):
            an_hour = units / plan.metered_seconds * _HOUR
            yield Figure(name, f"at rest, {who}", f"{kind}, {table}", an_hour, "units an hour")
    for operation in ("Query", "TransactWriteItems"):
        times = [took for reading in committing for took in reading.times[operation]]
        yield from _answers(name, operation, times)


def _rest(making: Meter, following: Meter, plan: Plan, console: Console) -> tuple[Reading, Reading]:
    """What both took while nothing happened."""
    time.sleep(plan.long_pause)
    making.take(), following.take()
    for _ in track(range(10), "counting rest", console=console):
        time.sleep(plan.metered_seconds / 10)
    return making.take(), following.take()


def _answers(name: str, operation: str, times: list[float]) -> Iterator[Figure]:
    for subject, value in percentiles(times):
        if subject == "p99":
            p95 = statistics.quantiles(times, n=20, method="inclusive")[-1]
            yield Figure(
                name, f"{operation} answered", "p95", p95, "ms", aim="≤ 50 ms" if operation == "Query" else ""
            )
        yield Figure(name, f"{operation} answered", subject, value, "ms")
