"""The server that is soaked, as a process."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.server import ServerProcess

_FLAGS = (
    "--listen=127.0.0.1:0",
    "--log-format=json",
    "--drain-seconds=5",
    # As many streams as come, and little history, so that it is full long before the end.
    "--new-streams-per-second=1000000",
    "--new-streams-burst=1000000",
    "--history-events=16",
)


@contextmanager
def soaked(store: Path, leak: int = 0) -> Iterator[ServerProcess]:
    """A server on a SQLite file, for as long as the block runs; it keeps `leak` bytes of each stream."""
    module = ["tests.robustness.soak.leaking", str(leak)] if leak else ["vexil.server.cli"]
    process = subprocess.Popen(
        [sys.executable, "-m", *module, "serve", f"--store=sqlite:{store}", *_FLAGS],
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={name: value for name, value in os.environ.items() if not name.startswith("VEXIL_")},
    )
    server = ServerProcess(process)
    try:
        yield server
    finally:
        server.close()


def resident_memory(pid: int) -> int:
    """The process's resident set, in bytes."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
