"""An engine as a process: started, awaited, ended."""

import os
import re
import subprocess
import threading
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

_PATIENCE = 110.0
"""Seconds after which an engine that is not up, or has not ended, counts as broken: a little less than a test
may take, so that the report is the engine's."""

_LAST_LINES = 30


class EngineFailed(Exception):
    """The process ended before it was up, or was not up in time; the text has its last words."""


class EngineProcess:
    """A process whose output is read all the time, so that it never waits for a reader."""

    def __init__(self, command: Sequence[str], ready: re.Pattern[str], variables: Mapping[str, str]) -> None:
        self._name = Path(command[0]).name
        self._ready = ready
        self._match: re.Match[str] | None = None
        self._last = deque[str](maxlen=_LAST_LINES)
        self._settled = threading.Event()
        self._process = subprocess.Popen(
            command,
            # Engines that look at it end with this process, however that ends.
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, **variables},
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    def wait_ready(self, patience: float = _PATIENCE) -> re.Match[str]:
        """The line of output that says that it is up.

        Raises EngineFailed when the process ends without it, or takes longer than `patience` seconds: then it
        is killed.
        """
        ended = self._settled.wait(patience)
        if self._match is None:
            if ended:
                what = f"ended with {self._process.wait(_PATIENCE)} before it was up"
            else:
                self._process.kill()
                what = f"was not up after {patience:g} s"
            self._reader.join(_PATIENCE)
            raise EngineFailed("\n".join([f"{self._name} {what}; its output:", *self._last]))
        return self._match

    def wait(self) -> int:
        """Its exit code, once it has ended."""
        return self._process.wait()

    def close(self) -> None:
        """Ends it."""
        self._process.terminate()
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(_PATIENCE)
        self._reader.join(_PATIENCE)
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._last.append(line.rstrip())
            if self._match is None and (match := self._ready.search(line)):
                self._match = match
                self._settled.set()
        self._settled.set()


@contextmanager
def engine_process(
    command: Sequence[str], ready: str, variables: Mapping[str, str] | None = None
) -> Iterator[tuple[EngineProcess, re.Match[str]]]:
    """A process that is up, as a line of its output that matches `ready` says; it ends with the block."""
    process = EngineProcess(command, re.compile(ready), variables or {})
    try:
        yield process, process.wait_ready()
    finally:
        process.close()
