"""Tries requests and files with something wrong in them: `python -m tests.fuzz --duration 3600`."""

import argparse
import asyncio
import itertools
import logging
import random
import sys
import time

import structlog
from rich.console import Console

from loadtest.processes import resident_bytes
from tests.fuzz import formats, rpcs
from tests.support.transports import TRANSPORTS, is_here

_CONSOLE = Console(soft_wrap=True, markup=False, highlight=False)
_ROUND_SECONDS = 30.0
_MIB = 1024 * 1024
_GROWTH_MIB = 64
"""More than that between the end of the second round of a transport and the end of the last one is a leak."""


async def main() -> int:
    """The exit code: 1 where something was answered or read as nothing may be, or memory grew."""
    parser = argparse.ArgumentParser(prog="tests.fuzz", description=__doc__)
    parser.add_argument("--seed", type=int, help="default: any")
    parser.add_argument("--duration", type=float, default=60.0, help="seconds to go on for; default: 60")
    parser.add_argument("--case", help="only this one, as a finding names it")
    wanted = parser.parse_args()
    if wanted.case is not None:
        return await _again(wanted.case)
    # Refusals are what is expected, and one is logged for each.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    seed = wanted.seed if wanted.seed is not None else random.randrange(1_000_000)
    _CONSOLE.print(f"seed {seed}")
    transports = [name for name in TRANSPORTS if is_here(name)]
    end, cases, findings = time.monotonic() + wanted.duration, 0, 0
    sizes: list[int] = []
    for number in itertools.count():
        if (left := end - time.monotonic()) <= 0:
            break
        transport = transports[number % len(transports)]
        async with rpcs.target(transport) as server:
            round_end = time.monotonic() + min(left, _ROUND_SECONDS)
            for i in itertools.count():
                if time.monotonic() >= round_end:
                    break
                for path in rpcs.METHODS:
                    findings += _told(await server.run(path, f"{path} {seed}.{number}.{i}"))
                for name in formats.FORMATS:
                    findings += _told(formats.run(name, f"{name} {seed}.{number}.{i}"))
                cases += len(rpcs.METHODS) + len(formats.FORMATS)
        sizes.append(resident_bytes() // _MIB)
        _CONSOLE.print(f"{transport}: {cases} cases, {findings} findings, {sizes[-1]} MiB")
    settled = 2 * len(transports) - 1
    grown = sizes[-1] - sizes[settled] if len(sizes) > settled else 0
    if grown > _GROWTH_MIB:
        _CONSOLE.print(f"memory grew by {grown} MiB")
    return int(bool(findings) or grown > _GROWTH_MIB)


async def _again(case: str) -> int:
    name = case.rpartition(" ")[0]
    if name in formats.FORMATS:
        return _told(formats.run(name, case))
    async with rpcs.target() as server:
        return _told(await server.run(name, case))


def _told(finding: object | None) -> int:
    if finding is None:
        return 0
    _CONSOLE.print(str(finding))
    return 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
