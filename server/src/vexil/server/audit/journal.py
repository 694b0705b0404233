"""The journal of what is not committed: denied attempts, and reads where they are wanted.

Each process writes one of its own: lines of JSON, each with the chain of the line before, in files that begin
with the journal's name. What waits is written and synced a few times a second, so that no call waits for a
disk; a crash loses what was denied in the last moments. What comes in faster than it can be written is
counted, and the count is a line.
"""

import errno
import json
import os
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import structlog

from vexil.core.errors import FailedPrecondition, Reason
from vexil.server.clock import Clock

SUFFIX = ".jsonl"
"""How the names of journal files end."""

_MOST = 10_000
"""Lines that wait at most; those that differ only in time and request are one, with a count."""

_PAUSE = 0.2
_FILE_BYTES = 64 * 1024 * 1024
_LONGEST = 256
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Attempt:
    """Something that was asked for. `action`: `denied` or `read`; `reason` says why it was denied."""

    action: str
    actor: str
    peer: str
    authentication: str
    method: str
    namespace: str = ""
    environment: str = ""
    key: str = ""
    reason: str = ""


class AuditJournal:
    """Writes attempts to files in a directory; made by `open`. Methods may be called from any thread."""

    def __init__(self, directory: Path, clock: Clock) -> None:
        self._clock = clock
        self.name = f"{clock.now():%Y%m%dT%H%M%SZ}-{uuid4().hex[:12]}"
        self._directory = directory
        self._waiting: dict[Attempt, tuple[datetime, str, int]] = {}
        self._lost = 0
        self._number = 0
        self._file_number = 0
        self._size = 0
        self._chain = b""
        self._lock = threading.Lock()
        self._news = threading.Event()
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="vexil-audit-journal", daemon=True)
        self._file = self._next_file()

    @classmethod
    def open(cls, directory: Path, clock: Clock) -> "AuditJournal":
        """Begins a journal in the directory, which is made. Raises FailedPrecondition where it can't be."""
        try:
            directory.mkdir(parents=True, exist_ok=True)
            journal = cls(directory, clock)
        except OSError as error:
            raise FailedPrecondition(
                f"the audit journal can't be written to {directory}: {error.strerror}",
                reason=Reason.STORE_READ_ONLY,
            ) from error
        journal._thread.start()
        return journal

    def note(self, attempt: Attempt, request_id: str) -> None:
        """Takes an attempt; it is in a file a moment later."""
        attempt = _shortened(attempt)
        with self._lock:
            at, first, count = self._waiting.get(attempt, (self._clock.now(), request_id[:_LONGEST], 0))
            if not count and len(self._waiting) >= _MOST:
                self._lost += 1
                return
            self._waiting[attempt] = at, first, count + 1
        self._news.set()

    def close(self) -> None:
        """Writes what waits, and closes the file."""
        self._closed.set()
        self._news.set()
        self._thread.join()
        self._file.close()

    def _run(self) -> None:
        while not self._closed.is_set():
            self._news.wait()
            self._closed.wait(_PAUSE)
            self._news.clear()
            self._write()
        self._write()

    def _write(self) -> None:
        with self._lock:
            waiting, self._waiting = self._waiting, {}
            lost, self._lost = self._lost, 0
        documents = [_document(*each) for each in waiting.items()]
        if lost:
            documents.append({"action": "lost", "count": lost})
        if not documents:
            return
        number, chain, lines = self._number, self._chain, bytearray()
        for document in documents:
            number += 1
            line = {"journal": self.name, "number": number, **document, "previous": chain.hex()}
            chain = chain_of_line(line)
            lines += json.dumps({**line, "chain": chain.hex()}, separators=(",", ":")).encode() + b"\n"
        try:
            self._append(lines)
        except OSError as error:
            with self._lock:
                self._lost += lost + sum(count for _, _, count in waiting.values())
            _log.error("audit_journal_failed", lines=len(documents), error=error.strerror)
        else:
            self._number, self._chain = number, chain

    def _append(self, lines: bytes | bytearray) -> None:
        """All of the lines, on the disk, or none."""
        if self._size >= _FILE_BYTES:
            file = self._next_file()
            self._file.close()
            self._file, self._size = file, 0
        try:
            self._put(lines)
        except OSError:
            with suppress(OSError):
                self._file.truncate(self._size)
            raise
        self._size += len(lines)

    def _put(self, lines: bytes | bytearray) -> None:
        self._file.seek(self._size)
        if self._file.write(lines) != len(lines):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fsync(self._file.fileno())

    def _next_file(self) -> Any:
        self._file_number += 1
        # Without a buffer: what could not be written must not come later.
        return (self._directory / f"{self.name}-{self._file_number:06}{SUFFIX}").open("xb", buffering=0)


def chain_of_line(line: Mapping[str, Any]) -> bytes:
    """The chain at a line, of which `chain` is left out."""
    return sha256(json.dumps(line, sort_keys=True, separators=(",", ":")).encode()).digest()


def _document(attempt: Attempt, seen: tuple[datetime, str, int]) -> dict[str, Any]:
    at, request_id, count = seen
    return {
        "at": at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "action": attempt.action,
        "actor": attempt.actor,
        "peer": attempt.peer,
        "authentication": attempt.authentication,
        "method": attempt.method,
        "namespace": attempt.namespace,
        "environment": attempt.environment,
        "key": attempt.key,
        "reason": attempt.reason,
        "requestId": request_id,
        "count": count,
    }


def _shortened(attempt: Attempt) -> Attempt:
    """Without the port, which differs with each connection; nobody fills the disk with long texts."""
    host = attempt.peer.rpartition(":")[0] or attempt.peer
    return replace(
        attempt,
        actor=attempt.actor[:_LONGEST],
        peer=host[:_LONGEST],
        namespace=attempt.namespace[:_LONGEST],
        environment=attempt.environment[:_LONGEST],
        key=attempt.key[:_LONGEST],
    )
