"""The processes that the demo starts, and stops whatever happens."""

import json
import os
import queue
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc

from vexil.client.rpc import Endpoint, open_channel
from vexil.core.errors import Internal

_PATIENCE = 20.0
"""Seconds until a process that gives no sign counts as failed; a start takes one or two."""

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
    """A server with its store in the directory, until the end of the block.

    Raises Internal with the end of its log when it does not come up.
    """
    target = f"127.0.0.1:{_free_port()}"
    arguments = ("serve", "--listen", target, "--store", f"sqlite:{directory / 'vexil.db'}")
    log = directory / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - this interpreter and our own module
            [sys.executable, "-m", "vexil.server.cli", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=_environment(),
        )
    with _stopped(process):
        if not _serving(process, target):
            words = log.read_text(encoding="utf-8", errors="replace")[-_LAST_WORDS:]
            raise Internal(f"the server did not come up; its log ends with:\n{words}")
        yield Server(target, arguments, process.pid)


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


def _serving(process: "subprocess.Popen[Any]", target: str) -> bool:
    """Waits until the server accepts calls; False when it ends or does not come up."""
    deadline = time.monotonic() + _PATIENCE
    channel = open_channel(Endpoint(target))
    try:
        ready = grpc.channel_ready_future(channel)
        while process.poll() is None and time.monotonic() < deadline:
            try:
                ready.result(timeout=0.1)
            except grpc.FutureTimeoutError:
                continue
            return True
        ready.cancel()
        return False
    finally:
        channel.close()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def _environment() -> dict[str, str]:
    # What is set for another server, such as a token, is no business of the demo's.
    return {name: value for name, value in os.environ.items() if not name.startswith("VEXIL_")}
