"""A command in a terminal of its own."""

import os
import pty
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.e2e.cli import VEXIL, Cli

_PATIENCE = 60.0


class TerminalSession:
    """A running command; `text` is what it has shown so far, escape sequences included."""

    def __init__(self, process: "subprocess.Popen[bytes]", descriptor: int) -> None:
        self.process = process
        self.text = ""
        self._descriptor = descriptor

    def wait_for(self, text: str) -> None:
        """Reads until the command has shown this text."""
        deadline = time.monotonic() + _PATIENCE
        while text not in self.text:
            assert time.monotonic() < deadline, self.text
            assert self._read(), self.text

    def type(self, text: str) -> None:
        """Types something."""
        os.write(self._descriptor, text.encode())

    def finish(self) -> int:
        """Reads to the end; the exit code."""
        while self._read():
            pass
        return self.process.wait(_PATIENCE)

    def _read(self) -> bool:
        # Linux answers EIO instead of an end of file when the other side is closed.
        with suppress(OSError):
            data = os.read(self._descriptor, 65536)
            self.text += data.decode("utf-8", "replace")
            return bool(data)
        return False


@contextmanager
def in_terminal(cli: Cli, *arguments: str, **variables: str) -> Iterator[TerminalSession]:
    """Runs a command in a terminal of 120 columns, until the end of the block."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*VEXIL, *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**cli.environ, "TERM": "xterm-256color", "COLUMNS": "120", **variables},
        cwd=cli.directory,
        start_new_session=True,
    )
    os.close(theirs)
    try:
        yield TerminalSession(process, ours)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        os.close(ours)
