"""The processes that the demo starts, and stops whatever happens."""

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vexil.core.errors import Internal

_PATIENCE = 20.0
"""Seconds until a process that gives no sign counts as failed; a start takes one or two."""

_LOOK_AGAIN = 0.05
"""Seconds between looks at the server's log."""

_LAST_WORDS = 2000
"""Characters of a failed server's log that are shown."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: where it listens, and the arguments it was started with."""

    target: str
    arguments: tuple[str, ...]
    pid: int


@contextmanager
def running_server(directory: Path) -> Iterator[Server]:
    """A server with its store in the directory, on a free port, until the end of the block.

    Raises Internal with the end of its log when it does not come up.
    """
    arguments = ("serve", "--listen", "127.0.0.1:0", "--store", f"sqlite:{directory / 'vexil.db'}")
    log = directory / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - this interpreter and our own module
            [sys.executable, "-m", "vexil.server.cli", *arguments, "--log-format", "json"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=_environment(),
        )
    with _stopped(process):
        yield Server(_address(process, log), arguments, process.pid)


class Watcher:
    """The watching process, and what it hears."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.pid = process.pid
        self._process = process
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        threading.Thread(target=self._read, name="vexil-demo-watcher", daemon=True).start()

    def next(self) -> dict[str, Any]:
        """What it hears next. Raises Internal when it hears nothing for long, or has ended."""
        try:
            line = self._lines.get(timeout=_PATIENCE)
        except queue.Empty:
            raise Internal(f"the watching process heard nothing for {_PATIENCE:.0f} s") from None
        if line is None:
            raise Internal("the watching process ended")
        heard: dict[str, Any] = json.loads(line)
        return heard

    def _read(self) -> None:
        for line in self._process.stdout or ():
            self._lines.put(line)
        self._lines.put(None)


@contextmanager
def running_watcher(target: str, namespace: str, environment: str, key: str) -> Iterator[Watcher]:
    """A process that watches a key, until the end of the block."""
    process = subprocess.Popen(  # noqa: S603 - this interpreter and our own module
        [sys.executable, "-m", "vexil.server.cli.demo.watcher", target, namespace, environment, key],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=_environment(),
    )
    with _stopped(process):
        yield Watcher(process)


@contextmanager
def _stopped(process: "subprocess.Popen[Any]") -> Iterator[None]:
    """Ends the process with the block."""
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()


def _address(process: "subprocess.Popen[Any]", log: Path) -> str:
    """Where the server listens, as its log says once it serves. Raises Internal when that never comes."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        has_ended = process.poll() is not None
        text = log.read_text(encoding="utf-8", errors="replace")
        for line in text.splitlines():
            if '"event": "serving"' in line:
                return str(json.loads(line)["address"])
        if has_ended or time.monotonic() > deadline:
            raise Internal(f"the server did not come up; its log ends with:\n{text[-_LAST_WORDS:]}")
        time.sleep(_LOOK_AGAIN)


def _environment() -> dict[str, str]:
    # What is set for another server, such as a token, is no business of the demo's.
    return {name: value for name, value in os.environ.items() if not name.startswith("VEXIL_")}
