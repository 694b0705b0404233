"""A file system of a run's own, which can be made full."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path


class CannotMountError(Exception):
    """File systems can't be mounted here; the message says why."""


class Disk:
    """A mounted file system in memory. Made by `disk`."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def fill(self) -> None:
        """From now on there is no more room than what is used."""
        for _ in range(_TRIES):
            usage = os.statvfs(self.directory)
            # Refused where somebody has written meanwhile.
            if self._resize((usage.f_blocks - usage.f_bfree) * usage.f_frsize):
                return
        raise RuntimeError(f"{self.directory} can't be made full")

    def make_room(self) -> None:
        """There is room again."""
        if not self._resize(_SIZE):
            raise RuntimeError(f"{self.directory} stays full")

    def _resize(self, size: int) -> bool:
        command = ["mount", "-o", f"remount,size={size}", str(self.directory)]
        return subprocess.run(command, check=False, capture_output=True).returncode == 0


_SIZE = 1024 * 1024 * 1024
"""More than any run writes. What is not written costs nothing."""

_TRIES = 100


@contextmanager
def disk(directory: Path) -> Iterator[Disk]:
    """A disk, mounted at a directory that is made, for as long as the block runs. Raises CannotMountError."""
    directory.mkdir(exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={_SIZE}", "vexil-robustness", str(directory)]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)
    except FileNotFoundError:
        raise CannotMountError("there is no mount command") from None
    except subprocess.CalledProcessError as error:
        raise CannotMountError(f"mounting a tmpfs is not permitted: {error.stderr.strip()}") from error
    try:
        yield Disk(directory)
    finally:
        subprocess.run(["umount", "--lazy", str(directory)], check=True)


@cache
def why_not() -> str:
    """Why disks can't be mounted here; "" where they can."""
    with tempfile.TemporaryDirectory() as directory:
        try:
            with disk(Path(directory)):
                return ""
        except CannotMountError as error:
            return str(error)
