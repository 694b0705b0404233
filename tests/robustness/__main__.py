"""Runs one scenario after another for a while: `python -m tests.robustness --duration 3600`."""

import argparse
import asyncio
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from tests.robustness.checks import findings
from tests.robustness.records import Fault, Logged, Received, of_type
from tests.robustness.scenario import plan, possible, run
from tests.robustness.timeline import timeline
from tests.robustness.trouble import not_here

_CONSOLE = Console(soft_wrap=True, markup=False, highlight=False)


def main() -> int:
    """The exit code: 1 where a guarantee was broken; its history is then kept."""
    parser = argparse.ArgumentParser(prog="tests.robustness", description=__doc__)
    parser.add_argument("--seed", type=int, help="the first run's seed; default: any")
    parser.add_argument("--duration", type=float, default=0.0, help="seconds to go on for; default: one run")
    parser.add_argument("--faults", type=int, default=12, help="faults in each run; default: 12")
    parser.add_argument(
        "--out", type=Path, help="a directory for all histories; default: only bad ones are kept"
    )
    wanted = parser.parse_args()
    # Whoever ends it early leaves no processes and no mounted disk behind.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    seed = wanted.seed if wanted.seed is not None else random.randrange(1_000_000)
    out = wanted.out or Path(tempfile.mkdtemp(prefix="vexil-robustness-"))
    for fault, reason in not_here().items():
        _CONSOLE.print(f"without {fault}: {reason}")
    began, runs, failures = time.monotonic(), 0, 0
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=_CONSOLE, transient=True, disable=not _CONSOLE.is_terminal) as progress:
        task = progress.add_task("", total=wanted.duration or None)
        while not runs or time.monotonic() - began < wanted.duration:
            progress.update(
                task,
                description=f"seed {seed}; {runs} runs, {failures} failed",
                completed=time.monotonic() - began,
            )
            failed = _run(seed, wanted.faults, out / str(seed))
            if not (failed or wanted.out):
                shutil.rmtree(out / str(seed))
            seed, runs, failures = seed + 1, runs + 1, failures + failed
    _CONSOLE.print(f"{runs} runs in {time.monotonic() - began:.0f} s, {failures} failed")
    return int(failures > 0)


def _run(seed: int, faults: int, directory: Path) -> bool:
    """Whether anything was wrong; says so in a line."""
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    began = time.monotonic()
    try:
        records = asyncio.run(run(possible(plan(seed, faults)), directory))
    except (RuntimeError, OSError, ExceptionGroup):
        _CONSOLE.print(f"seed {seed}: the run itself FAILED; {directory}\n{traceback.format_exc()}")
        return True
    found = findings(records)
    commits = {logged.revision for logged in of_type(records, Logged)}
    _CONSOLE.print(
        f"seed {seed}: {len(commits)} commits, {len(of_type(records, Received))} messages, "
        f"{len(of_type(records, Fault)) // 2} faults in {time.monotonic() - began:.0f} s: "
        f"{'FAILED' if found else 'ok'}"
    )
    for finding in found[:20]:
        _CONSOLE.print(f"  {finding.guarantee}: {finding.text}")
    if found:
        (directory / "timeline.html").write_text(timeline(records))
        _CONSOLE.print(f"  {len(found)} findings; {directory}/history.jsonl, and as a picture timeline.html")
        _CONSOLE.print(f"  again: python -m tests.robustness --seed {seed} --faults {faults}")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
