"""Real errors of SQLite, and what they become."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from vexil.core.errors import Code, Reason, VexilError
from vexil.server.stores.sqlite.errors import Damage, translated


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "some.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE t (x INTEGER PRIMARY KEY, y TEXT NOT NULL)")
    return path


def write_read_only(path: Path) -> None:
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        connection.execute("INSERT INTO t VALUES (1, 'y')")


def write_locked(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other, closing(sqlite3.connect(path, timeout=0)) as connection:
        other.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO t VALUES (1, 'y')")


def write_beyond_the_largest_file(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA max_page_count = 3")
        connection.execute("INSERT INTO t VALUES (1, zeroblob(100000))")


def read_what_is_no_database(path: Path) -> None:
    path.write_bytes(b"not a database, long enough to be looked at" * 100)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("SELECT * FROM t")


def read_damaged_pages(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("SELECT * FROM t")


def read_text_that_is_not_utf8(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("SELECT CAST(x'ff' AS TEXT)").fetchall()


def open_what_is_not_there(path: Path) -> None:
    with closing(sqlite3.connect(path.parent / "none" / "some.db")):
        pass


def break_a_constraint(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO t VALUES (1, NULL)")


def make_a_mistake(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("SELECT * FROM u")


def find_damage(path: Path) -> None:
    raise Damage("commit 3 of 'shop' differs from what was written")


@pytest.mark.parametrize(
    ("fail", "code", "reason", "advice"),
    [
        (write_read_only, Code.FAILED_PRECONDITION, Reason.STORE_READ_ONLY, "give the server write access"),
        (write_locked, Code.UNAVAILABLE, Reason.STORE_UNAVAILABLE, "try again"),
        (write_beyond_the_largest_file, Code.RESOURCE_EXHAUSTED, Reason.STORE_FULL, "make room"),
        (read_what_is_no_database, Code.DATA_LOSS, Reason.STORE_CORRUPT, "restore the newest backup"),
        (read_damaged_pages, Code.DATA_LOSS, Reason.STORE_CORRUPT, "restore the newest backup"),
        (read_text_that_is_not_utf8, Code.DATA_LOSS, Reason.STORE_CORRUPT, "restore the newest backup"),
        (open_what_is_not_there, Code.UNAVAILABLE, Reason.STORE_UNAVAILABLE, "look at the disk"),
        (break_a_constraint, Code.INTERNAL, Reason.INTERNAL, "a defect"),
        (make_a_mistake, Code.INTERNAL, Reason.INTERNAL, "a defect"),
        (find_damage, Code.DATA_LOSS, Reason.STORE_CORRUPT, "commit 3 of 'shop'"),
    ],
)
def test_error_says_what_to_do_and_keeps_its_cause(
    path: Path, fail: Callable[[Path], None], code: Code, reason: Reason, advice: str
) -> None:
    with pytest.raises(VexilError) as raised, translated():
        fail(path)
    error = raised.value
    assert (error.code, error.reason) == (code, reason)
    assert advice in error.message
    assert isinstance(error.__cause__, sqlite3.Error | Damage)
    if isinstance(error.__cause__, sqlite3.Error):
        assert str(error.__cause__) not in error.message
    assert (error.retry_after is not None) == (code is Code.UNAVAILABLE)


def test_errors_of_vexil_pass_unchanged() -> None:
    error = VexilError("as it is")
    with pytest.raises(VexilError) as raised, translated():
        raise error
    assert raised.value is error
