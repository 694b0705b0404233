"""Runs one scenario after another for a while: `python -m tests.robustness --duration 3600`."""

# ruff: noqa: T201
# It is a program: it prints its result.

import argparse
import asyncio
import random
import sys
import tempfile
import time
from pathlib import Path

from tests.robustness.checks import findings
from tests.robustness.records import Fault, Logged, Received, of_type
from tests.robustness.scenario import plan, possible, run
from tests.robustness.timeline import timeline
from tests.robustness.trouble import not_here


def main() -> int:
    """The exit code: 1 where a guarantee was broken; its history is then kept."""
    parser = argparse.ArgumentParser(prog="tests.robustness", description=__doc__)
    parser.add_argument("--seed", type=int, help="the first run's seed; default: any")
    parser.add_argument("--duration", type=float, default=0.0, help="seconds to go on for; default: one run")
    parser.add_argument("--faults", type=int, default=12, help="faults in each run; default: 12")
    parser.add_argument("--out", type=Path, help="a directory for histories; default: a temporary one")
    wanted = parser.parse_args()
    seed = wanted.seed if wanted.seed is not None else random.randrange(1_000_000)
    out = wanted.out or Path(tempfile.mkdtemp(prefix="vexil-robustness-"))
    end = time.monotonic() + wanted.duration
    for fault, reason in not_here().items():
        print(f"without {fault}: {reason}")
    failed = False
    while True:
        failed |= _run(seed, wanted.faults, out / str(seed))
        seed += 1
        if time.monotonic() >= end:
            return int(failed)


def _run(seed: int, faults: int, directory: Path) -> bool:
    """Whether anything was wrong."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "vexil.db").unlink(missing_ok=True)
    print(f"seed {seed}, {faults} faults:", end=" ", flush=True)
    began = time.monotonic()
    records = asyncio.run(run(possible(plan(seed, faults)), directory))
    found = findings(records)
    commits = {logged.revision for logged in of_type(records, Logged)}
    print(
        f"{len(commits)} commits, {len(of_type(records, Received))} messages, "
        f"{len(of_type(records, Fault)) // 2} faults in {time.monotonic() - began:.0f} s: "
        f"{'FAILED' if found else 'ok'}",
        flush=True,
    )
    for finding in found[:20]:
        print(f"  {finding.guarantee}: {finding.text}")
    if found:
        (directory / "timeline.html").write_text(timeline(records))
        print(f"  {len(found)} findings; {directory}/history.jsonl, and as a picture timeline.html")
        print(f"  again: python -m tests.robustness --seed {seed} --faults {faults}")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
