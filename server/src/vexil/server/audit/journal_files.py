"""The files of one journal."""

import errno
import os
from contextlib import suppress
from io import FileIO
from pathlib import Path

from vexil.server.directories import sync_names

SUFFIX = ".jsonl"
"""How the names of journal files end."""

_FILE_BYTES = 64 * 1024 * 1024


class JournalFiles:
    """Files in a directory, named after the journal and numbered from 1 on; used by one thread at a time.

    All methods raise OSError.
    """

    def __init__(self, directory: Path, name: str) -> None:
        self._directory = directory
        self._name = name
        self._number = 0
        self._size = 0
        self._file = self._next()

    def append(self, lines: bytes | bytearray) -> None:
        """All of the lines, on the disk, or none."""
        if self._size >= _FILE_BYTES:
            file = self._next()
            self._file.close()
            self._file, self._size = file, 0
        try:
            self._put(lines)
        except OSError:
            with suppress(OSError):
                self._file.truncate(self._size)
            raise
        self._size += len(lines)

    def close(self) -> None:
        """Closes the last file."""
        self._file.close()

    def discard(self) -> None:
        """Closes and removes the last file, of a journal that has not come to be."""
        self._file.close()
        Path(self._file.name).unlink()

    def _put(self, lines: bytes | bytearray) -> None:
        self._file.seek(self._size)
        if self._file.write(lines) != len(lines):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fsync(self._file.fileno())

    def _next(self) -> FileIO:
        path = self._directory / f"{self._name}-{self._number + 1:06}{SUFFIX}"
        # Without a buffer: what could not be written must not come later.
        file = FileIO(path, "x", opener=_for_nobody_else)
        self._number += 1
        sync_names(self._directory)
        return file


def _for_nobody_else(path: str, flags: int) -> int:
    """Opens a file that others than the owner's group can't read: it says who is here, and from where."""
    return os.open(path, flags, 0o640)


def journal_files(directory: Path) -> dict[str, list[Path]]:
    """The files of every journal in a directory, each in the order in which they were written."""
    by_name: dict[str, list[Path]] = {}
    for path in sorted(directory.glob(f"*{SUFFIX}")):
        by_name.setdefault(path.stem.rpartition("-")[0], []).append(path)
    return by_name
