"""Processes that are measured, and what the system says about them (Linux; see proc(5))."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PATIENCE = 60.0
"""Seconds until a process that does not start, or does not end, counts as failed."""


@dataclass(frozen=True, slots=True)
class Serving:
    """A process that serves at that address."""

    target: str
    pid: int


@contextmanager
def running(module: str, *arguments: str) -> Iterator[Serving]:
    """A Python module that serves, as `serving` has it."""
    with serving([sys.executable, "-m", module, *arguments]) as process:
        yield process


@contextmanager
def serving(command: Sequence[str]) -> Iterator[Serving]:
    """A program that serves, and says so by a line of JSON with `event`: `serving` and its `address`.

    Raises RuntimeError with the last thing that it said when it does not come up.
    """
    # What is set for another server, such as its certificate, is not for this one.
    environ = {name: value for name, value in os.environ.items() if not name.startswith("VEXIL_")}
    with tempfile.TemporaryDirectory() as folder:
        said = Path(folder, "said")
        with said.open("w") as stderr:
            process = subprocess.Popen(command, env=environ, stdin=subprocess.DEVNULL, stderr=stderr)
        with stopped(process):
            yield Serving(_address(process, said), process.pid)


@contextmanager
def stopped(process: "subprocess.Popen[Any]") -> Iterator[None]:
    """Stops the process at the end of the block."""
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _address(process: "subprocess.Popen[Any]", said: Path) -> str:
    # Read by name each time: a handle shared with the process would share its position, too.
    until = time.monotonic() + PATIENCE
    lines: list[str] = []
    while process.poll() is None and time.monotonic() < until:
        lines = [line for line in said.read_text().splitlines(keepends=True) if line.endswith("\n")]
        for line in lines:
            if line.startswith("{") and (entry := json.loads(line)).get("event") == "serving":
                address: str = entry["address"]
                return address
        time.sleep(0.02)
    last = lines[-1].strip() if lines else "it said nothing"
    raise RuntimeError(f"the process does not serve: {last}")


@contextmanager
def started_on(core: int) -> Iterator[None]:
    """Processes that are started inside run on that core only."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def two_cores() -> tuple[int, int]:
    """Two cores that this process may use; the same one twice where there is only one."""
    cores = sorted(os.sched_getaffinity(0))
    return cores[0], cores[-1]


def resident_bytes(pid: int | str = "self") -> int:
    """How much of a process's memory is in RAM."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def cpu_seconds(pid: int) -> float:
    """The processor time that a process has used so far, in user and system mode, ended threads included."""
    # The clock that clock_getcpuclockid(3) gives; in /proc it is rounded to 10 ms.
    return time.clock_gettime((~pid << 3) | 2)


def family(pid: int) -> Iterator[int]:
    """A process, its children, and theirs."""
    yield pid
    for thread in Path(f"/proc/{pid}/task").iterdir():
        for child in (thread / "children").read_text().split():
            yield from family(int(child))
