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
_KEPT_LINES = 2_000


class EngineFailed(Exception):
    """The process ended before it was up, or was not up in time; the text has its last words."""


class EngineProcess:
    """A process whose output is read all the time, so that it never waits for a reader.

    Its environment are `variables`, and this process's unless it is to be `secluded`; `directory` is where it
    works, None: here.
    """

    def __init__(
        self,
        command: Sequence[str],
        ready: re.Pattern[str],
        variables: Mapping[str, str],
        *,
        secluded: bool = False,
        directory: Path | None = None,
    ) -> None:
        self._name = Path(command[0]).name
        self._ready = ready
        self._lines = deque[str](maxlen=_KEPT_LINES)
        self._changed = threading.Condition()
        self._silent = False
        self._process = subprocess.Popen(
            command,
            # Engines that look at it end with this process, however that ends.
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**({} if secluded else os.environ), **variables},
            cwd=directory,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    @property
    def lines(self) -> Sequence[str]:
        """Its output so far; of that the last 2,000 lines."""
        with self._changed:
            return list(self._lines)

    def wait_ready(self, patience: float = _PATIENCE) -> re.Match[str]:
        """The line of output that says that it is up.

        Raises EngineFailed when the process ends without it, or takes longer than `patience` seconds: then it
        is killed.
        """
        try:
            return self._wait_for(self._ready, patience, "without being up")
        except EngineFailed:
            self._process.kill()
            raise

    def wait_for(self, pattern: str) -> re.Match[str]:
        """The first line of output that matches; waits until there is one. Raises EngineFailed."""
        return self._wait_for(re.compile(pattern), _PATIENCE, f"without {pattern!r}")

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

    def _wait_for(self, pattern: re.Pattern[str], patience: float, what: str) -> re.Match[str]:
        with self._changed:
            self._changed.wait_for(lambda: self._silent or self._found(pattern), patience)
            found = self._found(pattern)
            if found is not None:
                return found
            if self._silent:
                how = f"ended with {self._process.wait(_PATIENCE)} {what}"
            else:
                how = f"ran for {patience:g} s {what}"
            last = list(self._lines)[-_LAST_LINES:]
        raise EngineFailed("\n".join([f"{self._name} {how}; its output:", *last]))

    def _found(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        return next(filter(None, map(pattern.search, self._lines)), None)

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with self._changed:
                self._lines.append(line.rstrip())
                self._changed.notify_all()
        with self._changed:
            self._silent = True
            self._changed.notify_all()


@contextmanager
def engine_process(
    command: Sequence[str],
    ready: str,
    variables: Mapping[str, str] | None = None,
    *,
    secluded: bool = False,
    directory: Path | None = None,
) -> Iterator[tuple[EngineProcess, re.Match[str]]]:
    """A process that is up, as a line of its output that matches `ready` says; it ends with the block."""
    process = EngineProcess(
        command, re.compile(ready), variables or {}, secluded=secluded, directory=directory
    )
    try:
        yield process, process.wait_ready()
    finally:
        process.close()
