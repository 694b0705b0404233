"""Snapshots: one change applied to small and large ones, a cold start from SQLite, memory a setting."""

import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console

from loadtest.plan import Plan
from loadtest.results import Figure
from loadtest.snapshot.applying import server_and_sdk
from loadtest.snapshot.filling import fill

NAME = "snapshot"
COLD_STARTS = 3


def run(plan: Plan, console: Console) -> Iterator[Figure]:
    """Yields times in µs and s, and bytes a setting."""
    yield from _applying(plan, console)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "vexil.db")
        console.print(f"filling a store with {plan.large_settings:,} settings …")
        asyncio.run(fill(path, plan.large_settings))
        yield from _cold_start(path, plan, console)
        yield from _memory(path, plan, console)


def _applying(plan: Plan, console: Console) -> Iterator[Figure]:
    console.print("applying commits of one change …")
    small, large = plan.small_settings, plan.large_settings
    for subject, times in server_and_sdk(small, large, plan.commits):
        medians = {count: statistics.median(series) / 1000 for count, series in times.items()}
        yield Figure(NAME, f"one change to {small:,}", subject, medians[small], "µs")
        ratio = medians[large] / medians[small]
        case, aim = f"one change to {large:,}", "≤ 1 ms, ≤ 2 ×"
        yield Figure(NAME, case, subject, medians[large], "µs", ratio, f"that to {small:,}", aim)
        worst = statistics.quantiles(times[large], n=100)[-1] / 1000
        yield Figure(NAME, case, f"{subject}, p99", worst, "µs", worst / medians[large], "the median")


def _cold_start(path: Path, plan: Plan, console: Console) -> Iterator[Figure]:
    console.print("starting cold …")
    rounds = min(COLD_STARTS, plan.rounds)
    runs = [_measure("cold-start", path, plan.large_settings) for _ in range(rounds)]
    reading, building, cpu = (statistics.median(column) for column in zip(*runs, strict=True))
    case = f"cold start of {plan.large_settings:,}"
    yield Figure(NAME, case, "reading SQLite", reading, "s")
    yield Figure(NAME, case, "reading and building", reading + building, "s", aim="≤ 2 s")
    yield Figure(NAME, case, "its processor time", cpu, "s")


def _memory(path: Path, plan: Plan, console: Console) -> Iterator[Figure]:
    for subject in ("server", "sdk"):
        console.print(f"weighing the state of the {subject} …")
        for measure, how in (("traced", "objects"), ("resident", "process")):
            (size,) = _measure(f"{subject}-{measure}", path, plan.large_settings)
            yield Figure(NAME, "memory a setting", f"{subject}, {how}", size, "bytes", aim="≤ 1 KB")


def _measure(measure: str, store: Path, count: int) -> Sequence[float]:
    """The figures of a measurement that has a process of its own."""
    command = [sys.executable, "-m", "loadtest.snapshot.child", measure, str(store), str(count)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    figures: list[float] = json.loads(done.stdout)
    return figures
