"""The three files of a store: the database, its write-ahead log (-wal) and the log's index (-shm).

They belong together. After a crash the newest commits are in the log only.
"""

import errno
import os
import struct
from pathlib import Path

from vexil.core.errors import DataLoss, FailedPrecondition, LimitExceeded, Reason, Unavailable, VexilError
from vexil.server.stores.sqlite.errors import corrupt

_INDEX_BYTES = 136
_FRAMES = struct.Struct("=I")
_FRAMES_OFFSET, _BACKFILLED_OFFSET = 16, 96
"""Where the index says how many frames the log has, and how many of them the database has already
(https://www.sqlite.org/walformat.html, "The WAL-Index Header")."""


class StoreFiles:
    """Where a store is, and whether it is whole."""

    def __init__(self, path: Path) -> None:
        # SQLite too puts the companions beside what a symbolic link names.
        self.path = path.resolve()
        self.log = self.path.with_name(self.path.name + "-wal")
        self.index = self.path.with_name(self.path.name + "-shm")

    def require_usable(self) -> bool:
        """Whether there is a store already; where there is none, one can be made.

        Raises Unavailable when the directory is missing or the path is a directory, FailedPrecondition
        (STORE_READ_ONLY) when file or directory can't be written, DataLoss when one of the files has gone.
        """
        directory = self.path.parent
        if not directory.is_dir():
            raise _unavailable(
                f"the directory of {self.path} does not exist; create it, or name another file"
            )
        # The order matters: a process that makes the store makes the database before the log.
        orphan = self.log.exists()
        if not self.path.exists():
            if orphan:
                raise corrupt(
                    f"the store {self.path}", f"the file has gone, and its log {self.log.name} is there"
                )
            if not os.access(directory, os.W_OK):
                raise _read_only(self.path)
            return False
        if self.path.is_dir():
            raise _unavailable(f"{self.path} is a directory; name a file in it")
        if not os.access(self.path, os.R_OK):
            raise _unavailable(
                f"{self.path} can't be read by the server's user; give it read and write access"
            )
        if not os.access(self.path, os.W_OK) or not os.access(directory, os.W_OK):
            raise _read_only(self.path)
        if self.path.stat().st_size == 0:
            raise corrupt(f"the store {self.path}", "the file is empty, and Vexil never leaves it so")
        self._require_log()
        return True

    def identity(self) -> tuple[tuple[int, int], ...]:
        """What the names stand for just now: device and inode of the database and the log.

        Raises Unavailable when one of them is not there.
        """
        try:
            found = (self.path.stat(), self.log.stat())
        except OSError as error:
            raise moved() from error
        return tuple((stat.st_dev, stat.st_ino) for stat in found)

    def _require_log(self) -> None:
        """Raises DataLoss when the log has gone and the index that a crash left behind counts on it."""
        # Looked at in no other case: to close a file ends this process's locks on it, SQLite's too
        # (https://www.sqlite.org/howtocorrupt.html §2.2), and while the store is open the log is there.
        if self.log.exists():
            return
        try:
            content = self.index.read_bytes()
        except OSError:
            return
        if len(content) < _INDEX_BYTES:
            return
        (frames,) = _FRAMES.unpack_from(content, _FRAMES_OFFSET)
        (backfilled,) = _FRAMES.unpack_from(content, _BACKFILLED_OFFSET)
        if backfilled < frames:
            raise DataLoss(
                f"the store {self.path} has lost commits: its log {self.log.name} is missing; put it back, "
                f"or restore the newest backup; to go on without those commits remove {self.index.name}",
                reason=Reason.STORE_CORRUPT,
            )


def moved() -> Unavailable:
    """The error for files that were moved, removed or replaced under an open store."""
    return _unavailable(
        "the store's files were moved, removed or replaced while the server used them; nothing was written; "
        "put them back, or restart the server to use what is there now"
    )


def refused(error: OSError, path: Path) -> VexilError:
    """The error for a file system that would not let a new store be made."""
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return _read_only(path)
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return LimitExceeded(f"there is no room to create the store {path}", reason=Reason.STORE_FULL)
    return _unavailable(f"the store {path} can't be created; look at the disk and the system's log")


def _read_only(path: Path) -> FailedPrecondition:
    return FailedPrecondition(
        f"the store {path} can't be written; give the server's user write access to the file and its "
        "directory, on a file system that is not read-only",
        reason=Reason.STORE_READ_ONLY,
    )


def _unavailable(message: str) -> Unavailable:
    return Unavailable(message, reason=Reason.STORE_UNAVAILABLE)
