"""Chains in real stores: what is changed by hand is found, also where its checksums are made good again."""

import json
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.acceptance.store.drafts import NAMESPACE, Drafts, delete, put
from vexil.core.audit.origin import Origin
from vexil.core.audit.position import Position
from vexil.core.audit.verification import Problem
from vexil.core.change import Change, Put
from vexil.core.resource import Kind, ResourceId, Revision
from vexil.core.setting import Definition
from vexil.core.value import ValueType
from vexil.server.audit.chains import ChainReport, positions, verify_chains
from vexil.server.audit.exporting import exported, verify_lines
from vexil.server.stores.sqlite import SqliteStore, checksums
from vexil.server.stores.sqlite.rows import ChangeRow, CommitRow
from vexil.server.stores.sqlite.schema import MIGRATIONS

SECRET = "pa55w0rd"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "vexil.db"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[SqliteStore]:
    opened = await SqliteStore.open(path)
    yield opened
    await opened.close()


async def write(store: SqliteStore, drafts: Drafts | None = None) -> Drafts:
    drafts = drafts or Drafts()
    definition = Put(ResourceId(Kind.DEFINITION, "", "token"), Definition(ValueType.STRING, sensitive=True))
    origin = Origin("ipv4:192.0.2.7:51234", "service-key")
    commits: list[list[Change]] = [
        [put("color", "red"), put("size", "9")],
        [definition, put("token", SECRET)],
        [put("color", "blue"), delete("size")],
        [put("color", "green")],
    ]
    for changes in commits:
        await store.append(replace(drafts.next(*changes, message="why"), origin=origin))
    return drafts


def problems(reports: Sequence[ChainReport]) -> set[Problem]:
    return {finding.problem for report in reports for finding in report.findings}


def forge(path: Path, statement: str, *values: object) -> None:
    """Changes the file as somebody would who knows how its checksums are made."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement, values)
        columns = ", ".join(ChangeRow._fields)
        rows = connection.execute(f"SELECT id, {columns} FROM changes ORDER BY id").fetchall()
        for id, *columns_of in rows:
            row = ChangeRow._make(columns_of)
            checksum = checksums.of_columns(tuple(row[:-2]), row.resource)
            connection.execute("UPDATE changes SET checksum = ? WHERE id = ?", (checksum, id))
        columns = ", ".join(CommitRow._fields)
        for values_of in connection.execute(f"SELECT {columns} FROM commits").fetchall():
            commit = CommitRow._make(values_of)
            covered = tuple(
                checksum
                for (checksum,) in connection.execute(
                    "SELECT checksum FROM changes WHERE revision = ? ORDER BY ordinal", (commit.revision,)
                )
            )
            own = tuple(commit[:-1]) if commit.chain is not None else tuple(commit[:-6])
            checksum = checksums.of_columns((NAMESPACE, *own, *covered))
            connection.execute(
                "UPDATE commits SET checksum = ? WHERE revision = ?", (checksum, commit.revision)
            )


async def test_chain_of_a_store_is_sound(store: SqliteStore) -> None:
    await write(store)
    [report] = await verify_chains(store, await positions(store))
    assert (report.findings, report.first, report.last, report.sealed_from) == ([], 1, 4, 1)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE commits SET author = 'eve' WHERE revision = 2",
        "UPDATE commits SET message = 'another reason' WHERE revision = 2",
        "UPDATE commits SET committed_at = committed_at + 1 WHERE revision = 2",
        "UPDATE commits SET peer = 'ipv4:198.51.100.1:1' WHERE revision = 2",
        'UPDATE commits SET labels = \'{"ticket": "1"}\' WHERE revision = 3',
        "UPDATE changes SET resource = (SELECT resource FROM changes WHERE revision = 4) WHERE id = 5",
        "UPDATE changes SET key = 'other' WHERE id = 5",
        "UPDATE changes SET environment = 'test' WHERE id = 5",
        "UPDATE commits SET salt = zeroblob(16) WHERE revision = 2",
    ],
)
async def test_row_that_was_edited_is_found(store: SqliteStore, path: Path, statement: str) -> None:
    await write(store)
    forge(path, statement)
    assert problems(await verify_chains(store)) == {Problem.EDITED}


async def test_row_that_is_damaged_is_found(store: SqliteStore, path: Path) -> None:
    await write(store)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE commits SET author = 'eve' WHERE revision = 2")
    [report] = await verify_chains(store)
    assert [finding.problem for finding in report.findings] == [Problem.EDITED]
    assert "differs from what was written" in report.findings[0].text


async def test_rows_that_were_exchanged_are_found(store: SqliteStore, path: Path) -> None:
    await write(store)
    forge(
        path,
        "UPDATE commits SET (author, message, previous, chain, salt) = "
        "(SELECT author, message, previous, chain, salt FROM commits AS other "
        "WHERE other.revision = 5 - commits.revision) WHERE revision IN (2, 3)",
    )
    assert Problem.BROKEN in problems(await verify_chains(store))


async def test_seal_that_was_taken_away_is_found(store: SqliteStore, path: Path) -> None:
    await write(store)
    forge(path, "UPDATE commits SET chain = NULL WHERE revision = 3")
    assert Problem.UNSEALED in problems(await verify_chains(store))


async def test_end_that_was_cut_off_is_found_by_what_was_written_down(
    store: SqliteStore, path: Path, tmp_path: Path
) -> None:
    await write(store)
    noted = await positions(store)
    drafts = Drafts()
    shorter = await SqliteStore.open(tmp_path / "shorter.db")
    for commit in (await store.read(NAMESPACE, Revision(0), 10))[:3]:
        await shorter.append(commit)
    assert problems(await verify_chains(shorter)) == set()
    assert problems(await verify_chains(shorter, noted)) == {Problem.TRUNCATED}
    # Going on does not hide it.
    drafts.revision = Revision(3)
    await shorter.append(drafts.next(put("other")))
    assert problems(await verify_chains(shorter, noted)) == {Problem.REWRITTEN}
    await shorter.close()


async def test_namespace_that_is_gone_is_found_by_what_was_written_down(store: SqliteStore) -> None:
    await write(store)
    noted = [*await positions(store), Position("gone", 7, bytes(32))]
    reports = await verify_chains(store, noted)
    assert [(each.namespace, problems([each])) for each in reports] == [
        ("gone", {Problem.TRUNCATED}),
        (NAMESPACE, set()),
    ]


async def test_file_of_an_older_release_begins_its_chain_with_the_next_commit(path: Path) -> None:
    store = await SqliteStore.open(path)
    drafts = await write(store)
    await store.close()
    with closing(sqlite3.connect(path)) as connection, connection:
        # As the release before left it.
        for column in ("peer", "authentication", "salt", "previous", "chain"):
            connection.execute(f"ALTER TABLE commits DROP COLUMN {column}")
        rows = connection.execute("SELECT * FROM namespaces").fetchall()
        connection.execute("ALTER TABLE namespaces DROP COLUMN chain")
        for row in rows:
            connection.execute("UPDATE namespaces SET checksum = ?", (checksums.of_columns(row[:6]),))
        names = [row[1] for row in connection.execute("PRAGMA table_info(commits)")]
        for values in connection.execute("SELECT * FROM commits").fetchall():
            commit = dict(zip(names, values, strict=True))
            covered = connection.execute(
                "SELECT checksum FROM changes WHERE revision = ? ORDER BY ordinal", (commit["revision"],)
            ).fetchall()
            columns = (NAMESPACE, *values[1:-1], *(checksum for (checksum,) in covered))
            connection.execute(
                "UPDATE commits SET checksum = ? WHERE revision = ?",
                (checksums.of_columns(columns), commit["revision"]),
            )
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) - 1}")

    store = await SqliteStore.open(path)
    assert await store.check() == []
    [old] = await verify_chains(store)
    assert (old.findings, old.sealed_from, old.position) == ([], 0, None)
    await write(store, drafts)
    assert await store.check() == []
    [report] = await verify_chains(store)
    assert (report.findings, report.first, report.sealed_from, report.last) == ([], 1, 5, 8)
    await store.close()


async def test_export_is_verified_by_itself_and_shows_no_secret(store: SqliteStore) -> None:
    await write(store)
    lines = [json.dumps(line) async for line in exported(store)]
    assert SECRET not in "".join(lines)
    [report] = verify_lines(lines, await positions(store))
    assert (report.findings, report.first, report.last) == ([], 1, 4)
    third = json.loads(lines[2])
    assert third["changes"][0]["before"]["setting"]["value"]["string_value"] == "red"
    assert third["changes"][0]["after"]["setting"]["value"]["string_value"] == "blue"
    assert [change["action"] for change in third["changes"]] == ["updated", "deleted"]
    assert (third["peer"], third["authentication"]) == ("ipv4:192.0.2.7:51234", "service-key")


async def test_secret_in_an_export_cannot_be_found_by_trying(store: SqliteStore) -> None:
    """The same value has another digest each time, and no key is shown that would make it."""
    drafts = await write(store)
    await store.append(drafts.next(put("token", "another")))
    await store.append(drafts.next(put("token", SECRET)))
    lines = [line async for line in exported(store)]
    shown = [change for line in lines for change in line["changes"] if change["key"] == "token"]
    assert all("contentKey" not in change and "after" not in change for change in shown)
    assert len({change["digest"] for change in shown}) == len(shown)


@pytest.mark.parametrize(
    ("old", "new"), [('"blue"', '"pink"'), ('"ada"', '"eve"'), ('"why"', '"no"'), ('"updated"', '"updated" ')]
)
async def test_edit_of_an_export_is_found(store: SqliteStore, old: str, new: str) -> None:
    await write(store)
    lines = [json.dumps(line) async for line in exported(store)]
    lines[2] = lines[2].replace(old, new, 1)
    found = problems(verify_lines(lines))
    assert (Problem.EDITED in found) is (new.strip() != old)


async def test_line_that_was_taken_out_of_an_export_is_found(store: SqliteStore) -> None:
    await write(store)
    lines = [json.dumps(line) async for line in exported(store)]
    assert Problem.MISSING in problems(verify_lines([*lines[:1], *lines[2:]]))


async def test_export_after_compaction_has_what_was_before(store: SqliteStore) -> None:
    await write(store)
    await store.compact(NAMESPACE, Revision(2))
    lines = [line async for line in exported(store)]
    assert lines[0]["revision"] == "3"
    assert lines[0]["changes"][0]["before"]["setting"]["value"]["string_value"] == "red"
    assert verify_lines(map(json.dumps, lines))[0].findings == []
