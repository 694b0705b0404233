"""Processes of watchers and writers, seen from the run: they can be stopped, killed and started again."""

import asyncio
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from tests.robustness.orders import Orders
from tests.robustness.recorder import Tail
from tests.robustness.records import Acknowledged, Answered, Received
from tests.support.server import PATIENCE

_LOOK = 0.05
"""Seconds between looks at what a process has recorded."""


class ClientProcess:
    """One process that follows orders, again and again where it is killed. Its files are in `directory`.

    What is known from outside is what it has recorded by the last `look`: `positions`, the revision that each
    watcher was told last; `applied`, the newest that each has acknowledged; `refused`, how often writers were
    given which reason.
    """

    def __init__(self, name: str, orders: Orders, directory: Path) -> None:
        self.name = name
        self.positions = dict.fromkeys(orders.watchers, 0)
        self.applied = dict.fromkeys(orders.watchers, 0)
        self.refused: Counter[str] = Counter()
        self._orders = orders
        self._directory = directory
        self._lives = 0
        self._tails: list[Tail] = []
        self._process: subprocess.Popen[bytes] | None = None
        self._changing = asyncio.Lock()

    @property
    def records(self) -> list[Path]:
        """The files in which it has recorded what it did, one for each of its lives."""
        return [self._path(life, "jsonl") for life in range(1, self._lives + 1)]

    def reported(self, revision: int) -> bool:
        """Whether those of its watchers that report have applied a revision, and said so."""
        wishes = self._orders.watchers
        return all(self.applied[name] >= revision for name, wish in wishes.items() if wish.talks)

    def look(self) -> None:
        """Takes in what it has recorded by now."""
        for tail in self._tails:
            for record in tail.new():
                if isinstance(record, Received) and record.token:
                    self.positions[record.watcher] = record.revision
                elif isinstance(record, Acknowledged):
                    self.applied[record.watcher] = record.revision
                elif isinstance(record, Answered):
                    self.refused[record.reason] += 1

    async def wait_for(self, seen: Callable[["ClientProcess"], bool], patience: float = PATIENCE) -> bool:
        """Looks until it has done something; False when that does not come to pass."""
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                self.look()
                while not seen(self):
                    await asyncio.sleep(_LOOK)
                    self.look()
                return True
        return False

    async def start(self, *, afresh: bool = False) -> None:
        """Starts it, unless it runs: where it stopped, or with nothing."""
        async with self._changing:
            if self._process is None:
                saved = () if afresh else tuple(map(str, self.records))
                self._lives += 1
                record, orders = self._path(self._lives, "jsonl"), self._path(self._lives, "orders.json")
                replace(self._orders, life=self._lives, record=str(record), saved=saved).save(orders)
                self._tails.append(Tail(record))
                self._process = self._spawn(orders)
                await self.wait_for(lambda _: record.exists())

    async def kill(self) -> None:
        """SIGKILL."""
        async with self._changing:
            if self._process is not None:
                self._process.kill()
                await asyncio.to_thread(self._process.wait)
                self._process = None

    def freeze(self) -> None:
        """SIGSTOP: it reads nothing any more, and its connections stay open."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT: it goes on as if no time had passed."""
        self._signal(signal.SIGCONT)

    async def finish(self) -> None:
        """SIGTERM, and waits until it has ended. Raises RuntimeError where it had failed."""
        if self._process is not None:
            self.thaw()
            self._signal(signal.SIGTERM)
            code = await asyncio.to_thread(self._process.wait, PATIENCE)
            self._process = None
            if code:
                log = self._path(self._lives, "log").read_text()
                raise RuntimeError(f"{self.name} ended with {code}:\n{log}")

    def _spawn(self, orders: Path) -> subprocess.Popen[bytes]:
        with self._path(self._lives, "log").open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "tests.robustness.process", str(orders)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            os.kill(self._process.pid, number)

    def _path(self, life: int, kind: str) -> Path:
        return self._directory / f"{self.name}.{life}.{kind}"
