"""How many commits a namespace takes."""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack

import grpc
from rich.console import Console

from loadtest.dynamodb.callers import caller, make_namespace, set_to
from loadtest.dynamodb.engines import Engines, Tables, new_tables
from loadtest.plan import Plan
from loadtest.processes import Serving, cpu_seconds
from loadtest.results import Figure
from loadtest.server import Server, started_server, transports

_AT_ONCE = 8
_CALLS = 4
"""A measurement takes so many times the plan's seconds for calls."""


def rate(name: str, plan: Plan, engines: Engines, console: Console) -> Iterator[Figure]:
    """Commits of one setting a second to one namespace, and the processor time of one."""
    with ExitStack() as stack:
        tables = stack.enter_context(new_tables(engines.dynamodb))
        first = stack.enter_context(_server(tables, engines))
        with caller(first) as server:
            make_namespace(server)
        second = stack.enter_context(_server(tables, engines))
        for case, servers, callers in (
            ("one caller", (first,), 1),
            (f"{_AT_ONCE} callers", (first,), _AT_ONCE),
            (f"{_AT_ONCE} callers on each of two servers", (first, second), _AT_ONCE),
        ):
            console.print(f"committing to one namespace, {case} …")
            yield from _measured(name, case, servers, callers, plan.call_seconds * _CALLS, engines)


def _server(tables: Tables, engines: Engines) -> AbstractContextManager[Serving]:
    return started_server(tables.address(), transports()[0], hints=engines.redis.url)


def _measured(
    name: str, case: str, servers: Sequence[Serving], callers: int, seconds: float, engines: Engines
) -> Iterator[Figure]:
    pids = [server.pid for server in servers]
    engine = engines.dynamodb.process.pid
    with ExitStack() as stack, ThreadPoolExecutor(callers * len(servers)) as threads:
        connected = [stack.enter_context(caller(server)) for server in servers for _ in range(callers)]
        before = [sum(map(cpu_seconds, pids)), cpu_seconds(engine)]
        begin = time.monotonic()
        counts = list(threads.map(lambda each: _commit_until(begin + seconds, *each), enumerate(connected)))
        took = time.monotonic() - begin
        after = [sum(map(cpu_seconds, pids)), cpu_seconds(engine)]
    made, refused = map(sum, zip(*counts, strict=True))
    yield Figure(name, f"commits a second, {case}", "vexil", made / took, "/s")
    if len(servers) > 1:
        share = refused / (made + refused) * 100
        yield Figure(name, f"commits a second, {case}", "refused: others came first", share, "% of calls")
    for subject, used in zip(
        ("its processor time", "the engine's"), map(float.__sub__, after, before), strict=True
    ):
        yield Figure(name, f"commits a second, {case}", subject, used / made * 1e3, "ms a commit")


def _commit_until(end: float, number: int, server: Server) -> tuple[int, int]:
    """How many were made, and how many gave way to others' too often."""
    made = refused = 0
    while time.monotonic() < end:
        try:
            set_to(server, made, f"setting-{number}")
        except grpc.RpcError as error:
            if error.code() is not grpc.StatusCode.ABORTED:
                raise
            refused += 1
        else:
            made += 1
    return made, refused
