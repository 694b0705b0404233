"""File systems of a test's own."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

Mount = Callable[[str], Path]


@pytest.fixture
def mount(tmp_path: Path) -> Iterator[Mount]:
    """Mounts a file system in memory with the given options; skips where that is not permitted."""
    with ExitStack() as mounted:

        def mount(options: str) -> Path:
            directory = tmp_path / "disk"
            directory.mkdir()
            command = ["mount", "-t", "tmpfs", "-o", options, "vexil-test", str(directory)]
            try:
                made = subprocess.run(command, check=False, capture_output=True, text=True)
            except FileNotFoundError:
                pytest.skip("there is no mount command")
            if made.returncode:
                pytest.skip(f"mounting a tmpfs is not permitted: {made.stderr.strip()}")
            mounted.callback(subprocess.run, ["umount", "--lazy", str(directory)], check=True)
            return directory

        yield mount
