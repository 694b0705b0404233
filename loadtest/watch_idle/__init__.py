"""Streams on which nothing happens: what each takes of the server's memory, and all of its processor time.

Each measurement has a server of its own, which has served some streams before.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

from rich.console import Console

from loadtest.compiled import compiled_client
from loadtest.plan import Plan
from loadtest.processes import cpu_seconds, resident_bytes, started_on, two_cores
from loadtest.results import Figure
from loadtest.server import transports
from loadtest.watching.streams import open_streams
from loadtest.watching.subjects import Subject, bare_aio, bare_go, vexil

NAME = "watch, idle"
_WARMING = 100
"""Streams that open and close before: what a server sets up once is no stream's memory."""
_ON_EACH = 100
"""So many streams on each connection."""
_SETTLING = 1.0
"""Seconds until the server has let go of what opening alone took."""

Running = Callable[[], AbstractContextManager[Subject]]


def run(plan: Plan, console: Console) -> Iterator[Figure]:
    """Yields KiB of memory for each stream, and the processor's use in percent of a core.

    Raises NotInstallable where the client can't be built.
    """
    client = compiled_client(console)
    servers: dict[str, Running] = {
        "bare grpc.aio": bare_aio,
        "bare grpc-go": lambda: bare_go(client),
        "vexil": lambda: vexil(progress_interval=plan.idle_seconds),
    }
    if native := "native" in transports():
        servers["vexil native"] = lambda: vexil(progress_interval=plan.idle_seconds, transport="native")
    for count in plan.idle_streams:
        measured = {}
        for name, server in servers.items():
            console.print(f"{count:,} streams of {name} …")
            measured[name] = _measure(client, server, plan, count)
        bare, _ = measured["bare grpc.aio"]
        for name, (size, _) in measured.items():
            ratio = None if name == "bare grpc.aio" else size / bare
            aim = {"vexil": "≤ 1.2 ×", "vexil native": "≤ 12.7 KiB"}.get(name, "")
            case = f"{count:,} streams, memory"
            yield Figure(NAME, case, name, size, "KiB/stream", ratio, "bare grpc.aio", aim)
        for name in [name for name in measured if name.startswith("vexil")]:
            _, busy = measured[name]
            yield Figure(NAME, f"{count:,} streams, CPU", name, busy, "% of a core")
    if native:
        console.print(f"{plan.most_idle_streams:,} streams of vexil native …")
        size, busy = _measure(client, servers["vexil native"], plan, plan.most_idle_streams)
        case = f"{plan.most_idle_streams:,} streams"
        yield Figure(NAME, f"{case}, memory", "vexil native", size, "KiB/stream")
        yield Figure(NAME, f"{case}, CPU", "vexil native", busy, "% of a core")


def _measure(client: Path, server: Running, plan: Plan, count: int) -> tuple[float, float]:
    """KiB of memory for each stream, and percent of a core in use while nothing happens.

    In the end a change reaches all streams: they are still there.
    """
    core, other_core = two_cores()
    with ExitStack() as stack:
        with started_on(core):
            subject = stack.enter_context(server())
        pid, call = subject.process.pid, subject.watch
        with started_on(other_core):
            warming = min(_WARMING, count)
            with open_streams(client, subject.process, call, warming, max(1, warming // _ON_EACH)):
                pass
            before = resident_bytes(pid)
            opening = open_streams(client, subject.process, call, count, max(1, count // _ON_EACH))
            streams = stack.enter_context(opening)
        time.sleep(min(_SETTLING, plan.idle_seconds))
        size = max(1, resident_bytes(pid) - before)
        busy = cpu_seconds(pid)
        time.sleep(plan.idle_seconds)
        busy = cpu_seconds(pid) - busy
        streams.reach(subject.publish())
    return size / count / 1024, 100 * busy / plan.idle_seconds
