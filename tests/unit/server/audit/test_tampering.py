"""A SQLite file, and an export, that somebody changed with other means than Vexil's."""

# ruff: noqa: ASYNC240
# Nothing else runs in these tests' loops.

import json
import random
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.acceptance.store.drafts import NAMESPACE, Drafts, put
from vexil.core.audit.origin import Origin
from vexil.core.audit.position import Position
from vexil.core.errors import DataLoss
from vexil.core.resource import Revision
from vexil.server.audit.chains import ChainReport, positions, verify_chains
from vexil.server.audit.exporting import exported, verify_lines
from vexil.server.stores.sqlite import SqliteStore, places

COUNT = 6
DAMAGED = "damaged"
"""The store refuses to open, or to be read, before its chain is looked at."""


@pytest.fixture
async def path(tmp_path: Path) -> Path:
    """A closed file with some commits."""
    path = tmp_path / "vexil.db"
    store = await SqliteStore.open(path)
    drafts = Drafts()
    for number in range(COUNT):
        commit = drafts.next(put("color", str(number)), put(f"key-{number}"), message="why")
        await store.append(replace(commit, origin=Origin("ipv4:192.0.2.7:1", "jwt")))
    await store.close()
    return path


async def noted(path: Path) -> Sequence[Position]:
    store = await SqliteStore.open(path)
    try:
        return await positions(store)
    finally:
        await store.close()


async def found(path: Path, written_down: Sequence[Position] = ()) -> set[str]:
    """What is wrong."""
    try:
        store = await SqliteStore.open(path)
    except DataLoss:
        return {DAMAGED}
    try:
        return named(await verify_chains(store, written_down))
    except DataLoss:
        return {DAMAGED}
    finally:
        await store.close()


def named(reports: Sequence[ChainReport]) -> set[str]:
    return {finding.problem.value for report in reports for finding in report.findings}


def execute(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


@pytest.mark.parametrize(
    "statements",
    [
        ("DELETE FROM commits WHERE revision = 3",),
        ("DELETE FROM commits WHERE revision = 3", "DELETE FROM changes WHERE revision = 3"),
        ("DELETE FROM changes WHERE revision = 3 AND ordinal = 1",),
        ("DELETE FROM commits WHERE revision > 3", "DELETE FROM changes WHERE revision > 3"),
        ("UPDATE namespaces SET revision = 3",),
        ("DELETE FROM namespaces",),
        (
            "UPDATE commits SET revision = -2 WHERE revision = 2",
            "UPDATE commits SET revision = 2 WHERE revision = 3",
            "UPDATE commits SET revision = 3 WHERE revision = -2",
        ),
        ("UPDATE commits SET author = 'eve' WHERE revision = 2",),
        ("UPDATE commits SET chain = zeroblob(32) WHERE revision = 6",),
        ("UPDATE changes SET resource = zeroblob(8) WHERE revision = 2 AND ordinal = 0",),
    ],
)
async def test_statement_by_another_tool_is_found(path: Path, statements: tuple[str, ...]) -> None:
    written_down = await noted(path)
    execute(path, *statements)
    assert await found(path, written_down)


@pytest.mark.parametrize("seed", range(10))
async def test_text_that_was_changed_in_the_bytes_of_the_file_is_found(path: Path, seed: int) -> None:
    """Of the same length, so that SQLite itself has nothing to say."""
    execute(path, "PRAGMA wal_checkpoint(TRUNCATE)")
    content = path.read_bytes()
    texts = [b"why", b"jwt", b"ipv4:192.0.2.7:1", b"color", b"prod"]
    wanted = random.Random(seed).choice(texts)
    place = content.index(wanted)
    path.write_bytes(content[:place] + wanted[::-1] + content[place + len(wanted) :])
    assert await found(path)


async def test_end_that_was_cut_off_with_all_its_checksums_is_found_by_a_position(path: Path) -> None:
    written_down = await noted(path)
    execute(
        path,
        "DELETE FROM commits WHERE revision > 3",
        "DELETE FROM changes WHERE revision > 3",
    )
    with closing(sqlite3.connect(path)) as connection, connection:
        place = places.require(connection, NAMESPACE)
        (chain,) = connection.execute("SELECT chain FROM commits WHERE revision = 3").fetchone()
        places.save(connection, place._replace(head=replace(place.head, revision=Revision(3), chain=chain)))
    assert await found(path) == set()
    assert await found(path, written_down) == {"truncated"}
    older = [Position(NAMESPACE, 3, chain)]
    assert await found(path, older) == set()


async def test_file_of_yesterday_that_was_put_back_is_found_by_a_position(path: Path, tmp_path: Path) -> None:
    """It goes on meanwhile, and is sound in itself."""
    execute(path, "PRAGMA wal_checkpoint(TRUNCATE)")
    yesterday = path.read_bytes()
    store = await SqliteStore.open(path)
    drafts = Drafts()
    drafts.revision = Revision(COUNT)
    await store.append(drafts.next(put("other")))
    written_down = await positions(store)
    await store.close()
    again = tmp_path / "again.db"
    again.write_bytes(yesterday)
    assert await found(again, written_down) == {"truncated"}
    store = await SqliteStore.open(again)
    drafts.revision = Revision(COUNT)
    for number in range(2):
        await store.append(drafts.next(put(f"another-{number}")))
    await store.close()
    assert await found(again) == set()
    assert await found(again, written_down) == {"rewritten"}


async def lines_of(path: Path) -> list[str]:
    store = await SqliteStore.open(path)
    try:
        return [json.dumps(line) async for line in exported(store)]
    finally:
        await store.close()


async def test_export_whose_lines_were_moved_or_cut_off_is_found(path: Path) -> None:
    written_down, lines = await noted(path), await lines_of(path)
    assert named(verify_lines(lines, written_down)) == set()
    moved = [lines[0], lines[2], lines[1], *lines[3:]]
    assert "reordered" in named(verify_lines(moved))
    assert named(verify_lines(lines[:-1])) == set()
    assert named(verify_lines(lines[:-1], written_down)) == {"truncated"}
    assert "reordered" in named(verify_lines([*lines, lines[-1]]))
    assert named(verify_lines([], written_down)) == {"truncated"}


async def test_export_whose_line_says_another_namespace_is_found(path: Path) -> None:
    lines = await lines_of(path)
    lines[2] = lines[2].replace('"shop"', '"desk"', 1)
    assert named(verify_lines(lines)) >= {"missing", "edited"}
