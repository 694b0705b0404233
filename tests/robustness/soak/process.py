"""The server that is soaked, as a process."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.robustness.soak.curve import Sample
from tests.support.server import ServerProcess

_FLAGS = (
    "--listen=127.0.0.1:0",
    "--log-format=json",
    "--drain-seconds=5",
    # As many streams as come, and little history, so that every group's is full in the first half.
    "--new-streams-per-second=1000000",
    "--new-streams-burst=1000000",
    "--history-events=4",
)


class Soaked(ServerProcess):
    """A server that can be asked how much memory it holds."""

    def sample(self, streams: int) -> Sample:
        """Its memory after so many streams."""
        stdin, stdout = self.process.stdin, self.process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write("\n")
        stdin.flush()
        live, resident = map(int, stdout.readline().split())
        return Sample(streams, live, resident)


@contextmanager
def soaked(store: Path, transport: str, leak: int = 0) -> Iterator[Soaked]:
    """A server on a SQLite file, for as long as the block runs; it keeps `leak` bytes of each stream."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("VEXIL_")}
    with subprocess.Popen(
        [
            *(sys.executable, "-m", "tests.robustness.soak.server", str(leak)),
            *("serve", f"--store=sqlite:{store}", f"--transport={transport}", *_FLAGS),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Python's own allocator takes whole arenas from glibc, which then does not know what is free in them.
        env={**environment, "PYTHONMALLOC": "malloc"},
    ) as process:
        server = Soaked(process)
        try:
            yield server
        finally:
            server.close()
