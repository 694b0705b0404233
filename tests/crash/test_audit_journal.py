"""The journal of denied attempts in trouble: killed processes, several of them, and no room."""

import asyncio
import random
import resource
import time
from collections.abc import Callable
from contextlib import ExitStack
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from tests.crash.conftest import Mount
from tests.crash.processes import outcome, running
from vexil.core.errors import FailedPrecondition
from vexil.server.audit.attempt import Attempt
from vexil.server.audit.chains import ChainReport
from vexil.server.audit.journal import AuditJournal
from vexil.server.audit.journals import read_journal, verify_journal
from vexil.server.clock import Clock

KILLS = 6
PATIENCE = 60.0


def attempt(actor: str, number: int) -> Attempt:
    return Attempt("denied", actor, "ipv4:192.0.2.7:1", "jwt", "/vexil.v1.X/Y", "shop", "prod", str(number))


def counted(directory: Path) -> int:
    """How many attempts the journals have."""
    return sum(line["count"] for line in read_journal(directory))


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def sound(directory: Path) -> list[ChainReport]:
    reports = list(verify_journal(directory))
    assert [finding for report in reports for finding in report.findings] == []
    return reports


async def note_for_ever(sender: Connection, directory: Path, actor: str) -> None:
    journal = AuditJournal.open(directory, Clock())
    sender.send(journal.name)
    number = 0
    while True:
        number += 1
        journal.note(attempt(actor, number), "r")
        await asyncio.sleep(0.001)


def test_killed_process_leaves_a_journal_without_a_finding(tmp_path: Path) -> None:
    """Whenever it is killed, also in the middle of a line; those that began later tell of it all the same."""
    generator = random.Random(1)
    for number in range(KILLS):
        before = counted(tmp_path)
        with running(note_for_ever, tmp_path, f"key:k{number}") as (process, _):
            until(lambda before=before: counted(tmp_path) > before)  # type: ignore[misc]
            time.sleep(generator.random() * 0.3)
            process.kill()
        sound(tmp_path)
    reports = sound(tmp_path)
    assert len(reports) == KILLS
    assert all(any("it has no end" in note for note in report.notes) for report in reports)
    AuditJournal.open(tmp_path, Clock()).close()
    assert sound(tmp_path)[0].compared


async def note_some(sender: Connection, directory: Path, actor: str, count: int) -> None:
    journal = AuditJournal.open(directory, Clock())
    for number in range(count):
        journal.note(attempt(actor, number), "r")
    journal.close()
    sender.send(journal.name)


def test_several_processes_write_to_one_directory(tmp_path: Path) -> None:
    with ExitStack() as stack:
        receivers = [
            stack.enter_context(running(note_some, tmp_path, f"key:k{number}", 500))[1] for number in range(4)
        ]
        names = {receiver.recv() for receiver in receivers}
    reports = sound(tmp_path)
    assert {report.namespace for report in reports} == names
    assert all(report.notes == [] for report in reports)
    assert counted(tmp_path) == 4 * 500


def test_full_disk_is_counted_and_the_journal_goes_on(mount: Mount) -> None:
    disk = mount("size=128k")
    ballast = disk / "ballast"
    ballast.write_bytes(b"x" * 64_000)
    journal = AuditJournal.open(disk / "journal", Clock())
    noted = 0
    while not journal._lost:
        for _ in range(50):
            noted += 1
            journal.note(attempt("key:k", noted), "r")
        until(lambda noted=noted: counted(disk / "journal") + journal._lost >= noted)  # type: ignore[misc]
    sound(disk / "journal")
    ballast.unlink()
    journal.note(attempt("key:k", 0), "r")
    journal.close()
    [report] = sound(disk / "journal")
    assert report.notes == []
    assert counted(disk / "journal") == noted + 1
    assert any(line["action"] == "lost" for line in read_journal(disk / "journal"))


def test_journal_that_has_no_room_to_begin_is_refused(mount: Mount) -> None:
    disk = mount("size=16k")
    (disk / "journal").mkdir()
    with pytest.raises(OSError, match="No space left"):
        (disk / "ballast").write_bytes(b"x" * 64_000)
    with pytest.raises(FailedPrecondition):
        AuditJournal.open(disk / "journal", Clock())
    assert list((disk / "journal").iterdir()) == []


async def note_within_a_limit(sender: Connection, directory: Path) -> None:
    journal = AuditJournal.open(directory, Clock())
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, most))
    for number in range(200):
        journal.note(attempt("key:k", number), "r")
    until(lambda: journal._lost > 0)
    sender.send([path.stat().st_size for path in directory.iterdir()])  # noqa: ASYNC240 - nothing else runs
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    journal.note(attempt("key:k", 200), "r")
    journal.close()


def test_write_that_the_system_cuts_off_leaves_no_half_of_a_line(tmp_path: Path) -> None:
    [sizes] = outcome(note_within_a_limit, tmp_path)
    assert max(sizes) < 1_000
    [report] = sound(tmp_path)
    assert report.notes == []
    assert counted(tmp_path) == 201
