"""How long a change takes from the caller who makes it to a callback in another process."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import track

from loadtest.plan import Plan
from loadtest.results import Figure, percentiles
from loadtest.server import Server, running_server
from vexil.core.change import Put
from vexil.core.resource import Kind, ResourceId
from vexil.core.setting import Setting
from vexil.core.value import Value

NAME = "propagation"
KEY = "rate-limit"
GAP = 0.005
"""Seconds between changes, so that each finds everybody idle."""
AIMS = {"p50": "≤ 5 ms", "p99": "≤ 20 ms"}


def run(plan: Plan, console: Console) -> Iterator[Figure]:
    """Yields milliseconds: of a bare write to the same disk, of the commit's call, and until the callback."""
    with tempfile.TemporaryDirectory() as folder, running_server(Path(folder, "vexil.db")) as server:
        _set(server, 0)
        console.print(f"making {plan.changes} changes …")
        writes, calls, arrivals = _make_changes(server, Path(folder, "block"), plan.changes, console)
    yield from _percentiles("write and fsync", writes)
    yield from _percentiles("commit returns", calls)
    yield from _percentiles("callback is called", arrivals, AIMS)


def _make_changes(
    server: Server, block: Path, count: int, console: Console
) -> tuple[Sequence[float], Sequence[float], Sequence[float]]:
    """Writes, calls and arrivals, in milliseconds; a bare write follows each change."""
    command = [sys.executable, "-m", "loadtest.propagation.subscriber", KEY, str(count)]
    environ = {**os.environ, "VEXIL_TARGET": server.target}
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True) as subscriber:
        assert subscriber.stdout
        subscriber.stdout.readline()
        sent, writes, calls = {}, [], []
        with block.open("wb", buffering=0) as file:
            for value in track(range(1, count + 1), "changing", console=console):
                sent[value] = time.monotonic_ns()
                _set(server, value)
                calls.append((time.monotonic_ns() - sent[value]) / 1e6)
                time.sleep(GAP)
                writes.append(_write(file.fileno()))
        arrived = {int(value): at for value, at in json.loads(subscriber.stdout.read()).items()}
    return writes, calls, [(arrived[value] - at) / 1e6 for value, at in sent.items()]


def _set(server: Server, value: int) -> None:
    id = ResourceId(Kind.SETTING, server.environment, KEY)
    server.commit(Put(id, Setting(value=Value.of_int(value))))


def _write(file: int) -> float:
    begin = time.monotonic_ns()
    os.pwrite(file, bytes(4096), 0)
    os.fsync(file)
    return (time.monotonic_ns() - begin) / 1e6


def _percentiles(
    case: str, times: Sequence[float], aims: Mapping[str, str] | None = None
) -> Iterator[Figure]:
    for name, value in percentiles(times):
        yield Figure(NAME, case, name, value, "ms", aim=(aims or {}).get(name, ""))
