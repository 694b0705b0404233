"""SQLite's result codes as Vexil's errors (https://www.sqlite.org/rescode.html)."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from vexil.core.errors import (
    DataLoss,
    FailedPrecondition,
    Internal,
    LimitExceeded,
    Reason,
    Unavailable,
    VexilError,
)

RETRY_AFTER = 1.0
"""Seconds after which a call is worth repeating when the file was busy or the disk failed."""

_CORRUPT = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT})
_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL})
_DEFECT = frozenset(
    {
        sqlite3.SQLITE_ERROR,
        sqlite3.SQLITE_INTERNAL,
        sqlite3.SQLITE_CONSTRAINT,
        sqlite3.SQLITE_MISMATCH,
        sqlite3.SQLITE_MISUSE,
        sqlite3.SQLITE_RANGE,
        sqlite3.SQLITE_TOOBIG,
    }
)

_NOT_TEXT = "text in it is not UTF-8"


class Damage(Exception):
    """Stored rows are not what was written; the text says which. Becomes DataLoss on its way out."""


@contextmanager
def translated(subject: str = "the store") -> Iterator[None]:
    """Turns what SQLite raises, and Damage, into a VexilError, which keeps it as its cause.

    `subject` opens the message. Callers far away don't learn where the file is: only `open` names it.
    """
    try:
        yield
    except sqlite3.Error as error:
        raise _translate(error, subject) from error
    except UnicodeDecodeError as error:
        # SQLite's message quotes what is damaged, and the module can't make an exception of such bytes.
        raise corrupt(subject, _NOT_TEXT) from error
    except Damage as damage:
        raise corrupt(subject, str(damage)) from damage


def corrupt(subject: str, what: str) -> DataLoss:
    """The error for stored data that is not what was written."""
    return DataLoss(
        f"{subject} is damaged: {what}; stop the server, keep a copy of the file with its -wal and -shm, "
        "and restore the newest backup",
        reason=Reason.STORE_CORRUPT,
    )


def busy(error: sqlite3.Error) -> bool:
    """Whether another connection is in the way, for now."""
    return _primary(error) == sqlite3.SQLITE_BUSY


def _primary(error: sqlite3.Error) -> int | None:
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def _translate(error: sqlite3.Error, subject: str) -> VexilError:
    code = _primary(error)
    if (
        code == sqlite3.SQLITE_FULL
        or getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_IOERR_SHMSIZE
    ):
        return LimitExceeded(
            f"{subject} has no room: the disk is full or the file at its limit; nothing was written; "
            "make room, or compact history, and try again",
            reason=Reason.STORE_FULL,
        )
    if code == sqlite3.SQLITE_READONLY:
        return FailedPrecondition(
            f"{subject} can't be written: the file, its directory or the file system is read-only; "
            "nothing was written; give the server write access to both file and directory",
            reason=Reason.STORE_READ_ONLY,
        )
    if code in _CORRUPT:
        return corrupt(subject, "the file is no SQLite database, or pages of it were changed")
    if code is None and isinstance(error, sqlite3.OperationalError):
        # The module's own complaint about text that is not UTF-8: the only one it raises without a code.
        return corrupt(subject, _NOT_TEXT)
    if code in _BUSY:
        return Unavailable(
            f"{subject} is busy: another process holds the write lock for too long; try again",
            reason=Reason.STORE_UNAVAILABLE,
            retry_after=RETRY_AFTER,
        )
    if code in _DEFECT:
        return Internal("the store's own statement failed; this is a defect")
    return Unavailable(
        f"{subject} does not answer: reading or writing its file failed; look at the disk and its log",
        reason=Reason.STORE_UNAVAILABLE,
        retry_after=RETRY_AFTER,
    )
