"""One SDK in a process of its own, which measures when it is told to."""

import json
import os
import statistics
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

RUNNER = Path(__file__).parent / "runner.py"

Call = tuple[str, str]
"""A kind of call and the flag that it is about."""


class NotSetUp(Exception):
    """The subject can't be measured; the message is the last thing that it said."""


class Subject:
    """A running subject. Between measurements it waits, and so leaves the machine to the others."""

    def __init__(self, name: str, python: Path, seconds: float, environ: Mapping[str, str]) -> None:
        self.name = name
        self._said = tempfile.TemporaryFile("w+")  # noqa: SIM115  # closed by close
        self._process = subprocess.Popen(
            [str(python), str(RUNNER), name, str(seconds)],
            env={**os.environ, **environ},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            text=True,
        )
        try:
            ready = json.loads(self._answer())
        except NotSetUp:
            self.close()
            raise
        self.version: str = ready["version"]
        self._times: dict[Call, list[float]] = {(kind, flag): [] for kind, flag in ready["calls"]}

    def measure(self) -> None:
        """One round: times each call. Raises NotSetUp when the process is gone."""
        assert self._process.stdin
        try:
            self._process.stdin.write("\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise NotSetUp(self._last_words()) from None
        for times, microseconds in zip(self._times.values(), json.loads(self._answer()), strict=True):
            times.append(microseconds)

    @property
    def medians(self) -> Mapping[Call, float]:
        """Microseconds a call over the rounds so far, for calls that were measured."""
        return {call: statistics.median(times) for call, times in self._times.items() if times}

    def close(self) -> None:
        """Ends the process."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
        self._said.close()

    def _answer(self) -> str:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise NotSetUp(self._last_words())
        return line

    def _last_words(self) -> str:
        self._process.wait()
        self._said.seek(0)
        return (self._said.read().strip().splitlines() or ["no message"])[-1]
