"""Tries requests and files with something wrong in them: `python -m tests.fuzz --duration 3600`.

`--target` chooses what is tried, by a part of its name: `--target /Watch`, `--target certificate`. At the end
there is a table of how often each was tried, and what was found.
"""

import argparse
import asyncio
import itertools
import logging
import random
import sys
import time
from collections import Counter

import structlog
from rich.console import Console
from rich.table import Table

from loadtest.processes import resident_bytes
from tests.fuzz import formats
from tests.fuzz.formats import FORMATS
from tests.fuzz.requests import METHODS
from tests.fuzz.servers import SERVERS
from tests.support.transports import TRANSPORTS, is_here

_CONSOLE = Console(soft_wrap=True, markup=False, highlight=False)
_ROUND_SECONDS = 30.0
_MIB = 1024 * 1024
_GROWTH_MIB = 64
"""More than that from when every server has been tried twice until the end is a leak."""


async def main() -> int:
    """The exit code: 1 where something was answered or read as nothing may be, or memory grew."""
    parser = argparse.ArgumentParser(prog="tests.fuzz", description=__doc__)
    parser.add_argument("--seed", type=int, help="default: any")
    parser.add_argument("--duration", type=float, default=60.0, help="seconds to go on for; default: 60")
    parser.add_argument("--target", default="", help="only those whose name has this in it; default: all")
    parser.add_argument("--case", help="only this one, as a finding names it")
    wanted = parser.parse_args()
    # Refusals are what is expected, and one is logged for each.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    if wanted.case is not None:
        return await _again(wanted.case)
    run = Run(wanted.target, random.randrange(1_000_000) if wanted.seed is None else wanted.seed)
    if not run.paths and not run.names:
        parser.error(f"nothing is called {wanted.target!r}; there are {', '.join([*METHODS, *FORMATS])}")
    await run.go_on(wanted.duration)
    _CONSOLE.print(run.table())
    return int(run.is_bad)


class Run:
    """Tries what was chosen, over and over; each transport with a server that asks and one that doesn't."""

    def __init__(self, target: str, seed: int) -> None:
        self.paths = [path for path in METHODS if target in path]
        self.names = [name for name in FORMATS if target in name]
        self._seed = seed
        self._cases: Counter[str] = Counter()
        self._findings: Counter[str] = Counter()
        self._sizes: list[int] = []
        self._kinds = list(itertools.product(filter(is_here, TRANSPORTS), SERVERS)) if self.paths else []

    async def go_on(self, seconds: float) -> None:
        """For so long, in rounds of half a minute."""
        _CONSOLE.print(f"seed {self._seed}")
        end = time.monotonic() + seconds
        for number in itertools.count():
            if (left := end - time.monotonic()) <= 0:
                return
            round_end = time.monotonic() + min(left, _ROUND_SECONDS)
            if self._kinds:
                transport, kind = self._kinds[number % len(self._kinds)]
                async with SERVERS[kind](transport) as server:
                    while time.monotonic() < round_end:
                        for path in self.paths:
                            self._count(path, await server.run(path, f"{kind} {path} {self._next(path)}"))
                        self._read()
            else:
                while time.monotonic() < round_end:
                    self._read()
            self._sizes.append(resident_bytes() // _MIB)
            _CONSOLE.print(
                f"{' '.join(self._kinds[number % len(self._kinds)]) if self._kinds else 'formats'}: "
                f"{self._cases.total()} cases, {self._findings.total()} findings, {self._sizes[-1]} MiB"
            )

    def table(self) -> Table:
        """What was tried how often, and what was found."""
        title = f"seed {self._seed}: memory grew by {self._grown} MiB"
        found = Table("target", "cases", "findings", title=title)
        for name in (*self.paths, *self.names):
            found.add_row(name, f"{self._cases[name]}", f"{self._findings[name]}")
        found.add_row("all", f"{self._cases.total()}", f"{self._findings.total()}")
        return found

    @property
    def is_bad(self) -> bool:
        """Whether anything was found."""
        return bool(self._findings.total()) or self._grown > _GROWTH_MIB

    @property
    def _grown(self) -> int:
        settled = max(2 * len(self._kinds) - 1, 1)
        return self._sizes[-1] - self._sizes[settled] if len(self._sizes) > settled else 0

    def _read(self) -> None:
        for name in self.names:
            self._count(name, formats.run(name, f"{name} {self._next(name)}"))

    def _next(self, name: str) -> str:
        return f"{self._seed}.{self._cases[name]}"

    def _count(self, name: str, finding: object | None) -> None:
        self._cases[name] += 1
        if finding is not None:
            self._findings[name] += 1
            _CONSOLE.print(str(finding))


async def _again(case: str) -> int:
    name = case.rpartition(" ")[0]
    if name in FORMATS:
        finding: object | None = formats.run(name, case)
    else:
        kind, path = name.split(" ")
        async with SERVERS[kind]() as server:
            finding = await server.run(path, case)
    _CONSOLE.print("nothing" if finding is None else str(finding))
    return int(finding is not None)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
