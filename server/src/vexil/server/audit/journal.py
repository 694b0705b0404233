"""The journal of what is not committed: denied attempts, and reads where they are wanted.

Each process writes one of its own: lines of JSON, each with the chain of the line before, in files that begin
with the journal's name. Its first line says where the other journals of its directory had come to, so that
none of those can go unnoticed; the last says that nothing comes any more. What waits is written and synced a
few times a second, so that no call waits for a disk; a crash loses what was denied in the last moments. What
comes in faster than it can be written is counted, and the count is a line.
"""

import threading
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import structlog

from vexil.core.errors import FailedPrecondition, Reason
from vexil.server.audit.attempt import LONGEST_TEXT, Attempt, time_text
from vexil.server.audit.journal_files import JournalFiles
from vexil.server.audit.journal_lines import Linker, journal_positions
from vexil.server.clock import Clock
from vexil.server.limits.rate import Rate

_MOST = 10_000
"""Lines that wait at most; those that differ only in time and request are one, with a count."""

_LINES_PER_SECOND = 10.0
_LINES_AT_ONCE = 100.0
"""Of one caller's denied attempts. Those beyond are lines without names, of which there are few: nobody fills
the disk by asking for one name after the other."""

_MOST_OTHERS = 100
"""Journals that the first line tells of: the newest; those tell of others."""

_PAUSE = 0.2
_log = structlog.get_logger(__name__)


class AuditJournal:
    """Writes attempts to files in a directory; made by `open`. Methods may be called from any thread."""

    def __init__(self, directory: Path, clock: Clock) -> None:
        self._clock = clock
        self.name = f"{clock.now():%Y%m%dT%H%M%SZ}-{uuid4().hex[:12]}"
        self._waiting: dict[Attempt, tuple[datetime, str, int]] = {}
        self._lost = 0
        self._linker = Linker(self.name)
        self._rate = Rate(_LINES_PER_SECOND, _LINES_AT_ONCE / _LINES_PER_SECOND, clock.monotonic)
        self._lock = threading.Lock()
        self._news = threading.Event()
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="vexil-audit-journal", daemon=True)
        others = journal_positions(directory)[-_MOST_OTHERS:]
        self._files = JournalFiles(directory, self.name)
        told = {each.namespace: [each.revision, each.chain.hex()] for each in others}
        try:
            self._append([{"at": self._now(), "action": "begun", "others": told}])
        except OSError:
            self._files.discard()
            raise

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
        attempt = attempt.shortened()
        with self._lock:
            is_another = attempt.action == "denied" and attempt not in self._waiting
            if is_another and self._rate.take(attempt.actor or attempt.peer):
                attempt = attempt.unnamed()
            at, first, count = self._waiting.get(attempt, (self._clock.now(), request_id[:LONGEST_TEXT], 0))
            if not count and len(self._waiting) >= _MOST:
                self._lost += 1
                return
            self._waiting[attempt] = at, first, count + 1
        self._news.set()

    def close(self) -> None:
        """Writes what waits, and that nothing comes any more."""
        if self._closed.is_set():
            return
        self._closed.set()
        self._news.set()
        self._thread.join()
        self._files.close()

    def _run(self) -> None:
        while not self._closed.is_set():
            self._news.wait()
            self._closed.wait(_PAUSE)
            self._news.clear()
            self._write()
        # What came while that was written; and if there is no room for it, there is none for an end.
        self._write({"at": self._now(), "action": "ended"})

    def _write(self, *last: Mapping[str, Any]) -> None:
        with self._lock:
            waiting, self._waiting = self._waiting, {}
            lost, self._lost = self._lost, 0
        documents: list[Mapping[str, Any]] = [attempt.document(*seen) for attempt, seen in waiting.items()]
        if lost:
            documents.append({"action": "lost", "count": lost})
        documents += last
        if not documents:
            return
        try:
            self._append(documents)
        except OSError as error:
            with self._lock:
                self._lost += lost + sum(count for _, _, count in waiting.values())
            _log.error("audit_journal_failed", lines=len(documents), error=error.strerror)

    def _append(self, documents: Sequence[Mapping[str, Any]]) -> None:
        lines, position = self._linker.lines(documents)
        self._files.append(lines)
        self._linker.reached(position)

    def _now(self) -> str:
        return time_text(self._clock.now())
