"""What goes wrong with backups. The message says what to do, so that no advice is added to it."""

import errno
from pathlib import Path

from vexil.core.errors import (
    Aborted,
    AccessDenied,
    DataLoss,
    FailedPrecondition,
    LimitExceeded,
    NotFound,
    Reason,
    Unavailable,
    VexilError,
)


class BackupDamaged(DataLoss):
    """A file of a backup is missing, or is not what was written. `file` is relative to the directory."""

    def __init__(self, file: str, what: str) -> None:
        super().__init__(f"{file}: {what}", metadata={"problem": "BACKUP_DAMAGED", "file": file})
        self.file = file
        self.what = what


class KeyRefused(AccessDenied):
    """The key is missing, is another one, or is given for a backup that is not encrypted."""

    def __init__(self, message: str) -> None:
        super().__init__(message, metadata={"problem": "BACKUP_KEY"})


class DirectoryBusy(Aborted):
    """Another process makes or removes backups in the directory."""

    def __init__(self, directory: Path) -> None:
        super().__init__(
            f"another process makes or removes backups in {directory}; nothing was changed; "
            "repeat this when it has ended",
            reason=Reason.CONFLICTING_CHANGE,
            metadata={"problem": "BACKUP_BUSY"},
        )


class StoreNotEmpty(FailedPrecondition):
    """There are commits where a backup should be restored."""

    def __init__(self, message: str) -> None:
        super().__init__(message, reason=Reason.PRECONDITION_FAILED, metadata={"problem": "STORE_NOT_EMPTY"})


class NoSuchBackup(NotFound):
    """The directory, a backup in it or a namespace in the backup does not exist."""

    def __init__(self, message: str) -> None:
        super().__init__(message, metadata={"problem": "NO_SUCH_BACKUP"})


def refused(error: OSError, path: Path) -> VexilError:
    """The error for a file system that would not read or write."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return LimitExceeded(
            f"there is no room in {path}; nothing is left of what was begun; make room, or prune, and repeat",
            reason=Reason.STORE_FULL,
            metadata={"problem": "BACKUP_NO_ROOM"},
        )
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return FailedPrecondition(
            f"{path} can't be used: {error.strerror}; give this user access to it",
            reason=Reason.STORE_READ_ONLY,
            metadata={"problem": "BACKUP_ACCESS"},
        )
    return Unavailable(f"{path} can't be used: {error.strerror}", reason=Reason.STORE_UNAVAILABLE)
