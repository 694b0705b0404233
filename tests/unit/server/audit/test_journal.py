"""The journal of denied attempts: complete, linked, and bounded."""

import errno
import json
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.clock import ManualClock
from vexil.core.audit.verification import Problem
from vexil.core.errors import FailedPrecondition
from vexil.server.audit.attempt import Attempt
from vexil.server.audit.journal import AuditJournal
from vexil.server.audit.journal_files import journal_files
from vexil.server.audit.journal_lines import Linker, journal_positions
from vexil.server.audit.journals import read_journal, verify_journal
from vexil.server.clock import Clock


def attempt(number: int = 0, peer: str = "ipv4:192.0.2.7:51234") -> Attempt:
    return Attempt(
        "denied", f"key:k{number}", peer, "service-key", "/vexil.v1.AdminService/Commit", "shop", "", "", "NO"
    )


@pytest.fixture
def clock() -> Clock:
    return ManualClock().clock


@pytest.fixture
def journal(tmp_path: Path, clock: Clock) -> Iterator[AuditJournal]:
    opened = AuditJournal.open(tmp_path / "journal", clock)
    yield opened
    opened.close()


def file_of(directory: Path) -> Path:
    [path] = (directory / "journal").iterdir()
    return path


def found(directory: Path) -> list[Problem]:
    return [finding.problem for report in verify_journal(directory) for finding in report.findings]


def test_what_was_noted_is_in_the_file_when_the_journal_is_closed(
    journal: AuditJournal, tmp_path: Path
) -> None:
    for number in range(3):
        journal.note(attempt(number), f"r{number}")
    journal.close()
    lines = list(read_journal(tmp_path / "journal"))
    assert [line["actor"] for line in lines] == ["key:k0", "key:k1", "key:k2"]
    assert [line["requestId"] for line in lines] == ["r0", "r1", "r2"]
    assert lines[0]["peer"] == "ipv4:192.0.2.7"
    assert not file_of(tmp_path).stat().st_mode & 0o007
    [report] = verify_journal(tmp_path / "journal")
    # With its beginning and its end.
    assert (report.findings, report.notes, report.last) == ([], [], 5)


def test_flood_of_the_same_attempt_is_few_lines(journal: AuditJournal, tmp_path: Path) -> None:
    for number in range(20_000):
        journal.note(attempt(peer=f"ipv4:192.0.2.7:{number}"), "r")
    journal.close()
    lines = list(read_journal(tmp_path / "journal"))
    assert sum(line["count"] for line in lines) == 20_000
    assert len(lines) < 1000


def test_one_caller_fills_no_disk_by_asking_for_one_name_after_the_other(
    journal: AuditJournal, tmp_path: Path
) -> None:
    for number in range(20_000):
        journal.note(replace(attempt(), key=f"key-{number}"), "r")
    journal.note(attempt(7), "another caller")
    journal.close()
    lines = list(read_journal(tmp_path / "journal"))
    assert sum(line["count"] for line in lines) == 20_001
    assert len(lines) < 300
    assert {line["namespace"] for line in lines if line["actor"] == "key:k7"} == {"shop"}


def test_flood_of_different_attempts_is_counted_where_it_is_not_written(
    journal: AuditJournal, tmp_path: Path
) -> None:
    for number in range(30_000):
        journal.note(attempt(number), "r")
    journal.close()
    assert sum(line["count"] for line in read_journal(tmp_path / "journal")) == 30_000
    assert found(tmp_path / "journal") == []


def test_text_of_a_caller_makes_no_line_of_its_own(journal: AuditJournal, tmp_path: Path) -> None:
    journal.note(Attempt("denied", 'x\n{"action":"read"}\x1b[2J', "p", "", "/m", "n" * 10_000), "r\n")
    journal.close()
    text = file_of(tmp_path).read_text(encoding="ascii")
    assert text.count("\n") == 3
    assert "\x1b" not in text
    assert len(json.loads(text.splitlines()[1])["namespace"]) == 256


@pytest.mark.parametrize(
    ("harm", "problem"),
    [
        (lambda lines: [lines[0], lines[1].replace(b"key:k0", b"key:k9"), *lines[2:]], Problem.EDITED),
        (lambda lines: [lines[0], *lines[2:]], Problem.MISSING),
        (lambda lines: lines[1:], Problem.MISSING),
        (lambda lines: [lines[1], lines[0], *lines[2:]], Problem.REORDERED),
        (lambda lines: [lines[0], b"{}\n", *lines[1:]], Problem.EDITED),
    ],
)
def test_harm_is_found(journal: AuditJournal, tmp_path: Path, harm: object, problem: Problem) -> None:
    for number in range(4):
        journal.note(attempt(number), "r")
    journal.close()
    path = file_of(tmp_path)
    path.write_bytes(b"".join(harm(path.read_bytes().splitlines(keepends=True))))  # type: ignore[operator]
    assert problem in found(tmp_path / "journal")


def test_line_that_a_crash_cut_off_is_told_and_no_finding(journal: AuditJournal, tmp_path: Path) -> None:
    for number in range(2):
        journal.note(attempt(number), "r")
    journal.close()
    path = file_of(tmp_path)
    path.write_bytes(path.read_bytes()[:-10])
    [report] = verify_journal(tmp_path / "journal")
    assert report.findings == []
    assert [note.split(": ", 1)[1] for note in report.notes] == [
        f"{path.name}:4 breaks off, as a crash leaves it",
        "it has no end: it is still written, or its process crashed, or its end is missing",
    ]


def test_directory_that_cannot_be_made_is_refused(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FailedPrecondition):
        AuditJournal.open(tmp_path / "file" / "journal", clock)


def test_what_could_not_be_written_is_counted_and_nothing_half_written_stays(
    journal: AuditJournal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync, failed = os.fsync, threading.Event()

    def full(descriptor: int) -> None:
        failed.set()
        raise OSError(errno.ENOSPC, "No space left on device", descriptor)

    monkeypatch.setattr(os, "fsync", full)
    for _ in range(3):
        journal.note(attempt(1), "r")
    assert failed.wait(30)
    monkeypatch.setattr(os, "fsync", sync)
    journal.note(attempt(2), "r")
    journal.close()
    lines = list(read_journal(tmp_path / "journal"))
    assert sum(line["count"] for line in lines) == 4
    assert "lost" in {line["action"] for line in lines}
    assert found(tmp_path / "journal") == []


def test_journal_goes_on_in_another_file_when_one_is_large(
    journal: AuditJournal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    several_files(journal, tmp_path, monkeypatch)
    assert len(list((tmp_path / "journal").iterdir())) > 2
    [report] = verify_journal(tmp_path / "journal")
    assert (report.findings, report.notes) == ([], [])
    assert sum(line["count"] for line in read_journal(tmp_path / "journal")) == 3


@pytest.mark.parametrize("place", [0, 1, 2])
def test_file_that_is_missing_is_found(
    journal: AuditJournal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: int
) -> None:
    """The first, one in between, and the last, which was there when another journal began."""
    directory = tmp_path / "journal"
    several_files(journal, tmp_path, monkeypatch)
    AuditJournal.open(directory, later()).close()
    files = journal_files(directory)[journal.name]
    files[place if place < 2 else -1].unlink()
    assert found(tmp_path / "journal") == [Problem.MISSING if place < 2 else Problem.TRUNCATED]


def test_end_that_is_missing_is_told_and_found_beside_what_was_written_down(
    journal: AuditJournal, tmp_path: Path
) -> None:
    directory = tmp_path / "journal"
    journal.note(attempt(), "r")
    journal.close()
    noted = journal_positions(directory)
    path = file_of(tmp_path)
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:1]))
    [report] = verify_journal(directory)
    assert (report.findings, len(report.notes)) == ([], 1)
    [finding] = verify_journal(directory, noted)[0].findings
    assert finding.problem is Problem.TRUNCATED


def test_journal_that_is_missing_altogether_is_found(journal: AuditJournal, tmp_path: Path) -> None:
    directory = tmp_path / "journal"
    journal.close()
    second = AuditJournal.open(directory, later())
    second.close()
    noted = journal_positions(directory)
    for path in journal_files(directory)[journal.name]:
        path.unlink()
    [missing, other] = verify_journal(directory)
    assert (missing.namespace, [each.problem for each in missing.findings]) == (
        journal.name,
        [Problem.MISSING],
    )
    assert other.findings == []
    assert [each.findings for each in verify_journal(directory, (), later().now())] == [[]]
    for path in journal_files(directory)[second.name]:
        path.unlink()
    assert verify_journal(directory) == []
    assert [finding.problem for each in verify_journal(directory, noted) for finding in each.findings] == [
        Problem.MISSING,
        Problem.MISSING,
    ]


def test_journal_that_was_made_anew_is_found(journal: AuditJournal, tmp_path: Path) -> None:
    """With chains that are right in themselves."""
    directory = tmp_path / "journal"
    journal.note(attempt(1), "r")
    journal.close()
    AuditJournal.open(directory, later()).close()
    path = journal_files(directory)[journal.name][0]
    linker, forged = Linker(journal.name), []
    for line in path.read_text().replace("key:k1", "key:k2").splitlines():
        document = json.loads(line)
        for name in ("journal", "number", "previous", "chain"):
            del document[name]
        lines, position = linker.lines([document])
        linker.reached(position)
        forged.append(lines)
    path.write_bytes(b"".join(forged))
    assert found(tmp_path / "journal") == [Problem.REWRITTEN]


def later() -> Clock:
    manual = ManualClock()
    manual.advance(3600)
    return manual.clock


def several_files(journal: AuditJournal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Notes three attempts, each in a file of its own."""
    monkeypatch.setattr("vexil.server.audit.journal_files._FILE_BYTES", 1)
    directory = tmp_path / "journal"
    for number in range(3):
        journal.note(attempt(number), "r")
        deadline = time.monotonic() + 30
        while len(list(read_journal(directory))) <= number and time.monotonic() < deadline:
            time.sleep(0.01)
    journal.close()
