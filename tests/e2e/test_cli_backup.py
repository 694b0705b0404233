"""`vexil backup`, beside a running server and on DynamoDB."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.cli import MANIFEST, Cli
from tests.e2e.terminal import in_terminal
from tests.support.engines.dynamodb import DynamoDB
from tests.support.server import server_process
from vexil.server.backup.vault import Vault

DIRECTORY = ("--from", "backups")


@pytest.fixture
def shop(tmp_path: Path, compiled: dict[str, str]) -> Iterator[Cli]:
    """A command line in the directory of a running server's store, which holds MANIFEST."""
    with server_process(tmp_path / "vexil.db") as server:
        cli = Cli(server.target, tmp_path, "shop", variables=compiled)
        cli("namespace", "create", "shop", *(f"--with-environment={name}" for name in ("base", "prod:base")))
        cli.apply(MANIFEST.format(namespace="shop"))
        yield cli


def create(cli: Cli, *arguments: str, code: int = 0) -> dict[str, object]:
    command = ("backup", "create", "--to", "backups", "--store", "sqlite:vexil.db", "-o", "json")
    made: dict[str, object] = cli(*command, *arguments, code=code).json
    return made


def test_backup_beside_a_server_is_restored_and_served(shop: Cli, tmp_path: Path) -> None:
    first = create(shop)
    shop("set", "timeout", "9", "-m", "slower")
    second = create(shop)
    before = shop("history", "-o", "json").json

    assert (first["kind"], second["kind"], second["parent"]) == ("full", "incremental", first["id"])
    assert second["commits"] == 1
    listed = shop("backup", "list", *DIRECTORY, "-o", "json").json["backups"]
    assert [each["id"] for each in listed] == [first["id"], second["id"]]
    assert "2 of 2 backups are whole" in shop("backup", "verify", *DIRECTORY).out
    restored = shop("backup", "restore", *DIRECTORY, "--to", "sqlite:restored.db", "-o", "json").json
    assert restored["backup"] == second["id"]
    with server_process(tmp_path / "restored.db") as server:
        again = Cli(server.target, tmp_path, "shop", variables=shop.variables)
        assert again("history", "-o", "json").json == before
        assert again("get", "timeout", "-o", "json").json == shop("get", "timeout", "-o", "json").json


def test_backup_says_what_it_did_to_people(shop: Cli) -> None:
    command = ("backup", "create", "--to", "backups", "--store", "sqlite:vexil.db")

    assert "full, 1 namespace, 2 commits" in shop(*command).out
    assert "not encrypted" in shop(*command).out
    shown = shop("backup", "list", *DIRECTORY).out
    assert shown.startswith("BACKUP")
    assert "incremental" in shown
    restored = shop("backup", "restore", *DIRECTORY, "--to", "sqlite:restored.db", "-n", "shop")
    assert "shop       2         0           1" in restored.out
    assert "was compared with what it was" in restored.err


def test_restored_backup_brings_no_revoked_key_back(shop: Cli) -> None:
    revoked = shop("access", "init", "--store", "sqlite:vexil.db").out.strip()
    create(shop)
    left_out = shop("backup", "restore", *DIRECTORY, "--to", "sqlite:restored.db")
    assert "vexil-access" not in left_out.out
    assert "Permissions (vexil-access) were left out" in left_out.err
    assert "access init" in left_out.err
    first = shop("access", "init", "--store", "sqlite:restored.db").out.strip()
    assert first != revoked
    again = ("backup", "restore", *DIRECTORY, "--to", "sqlite:again.db", "--with-access")
    assert "Revoke what was revoked since" in shop(*again).err
    shop("access", "init", "--store", "sqlite:again.db", code=2)
    document = shop("backup", "restore", *DIRECTORY, "--to", "sqlite:third.db", "-o", "json").json
    assert document["leftOut"] == ["vexil-access"]


def test_damage_is_named_with_exit_code_1(shop: Cli, tmp_path: Path) -> None:
    id = create(shop)["id"]
    (tmp_path / "backups" / str(id) / "0001.data").write_bytes(b"")

    shown = shop("backup", "verify", *DIRECTORY, code=1).out
    assert f"{id}/0001.data: it has 0 bytes instead of" in shown
    assert "0 of 1 backups are whole" in shown
    found = shop("backup", "verify", *DIRECTORY, "-o", "json", code=1).json
    assert [each["file"] for each in found["findings"]] == [f"{id}/0001.data"]
    refused = shop("backup", "restore", *DIRECTORY, "--to", "sqlite:new.db", "-o", "json", code=1).error
    assert refused["metadata"]["file"] == f"{id}/0001.data"
    assert not (tmp_path / "new.db").exists()
    newest = create(shop, "--full")["id"]
    (tmp_path / "backups" / str(newest) / "0001.data").write_bytes(b"")
    refused = shop("backup", "restore", *DIRECTORY, "--to", "sqlite:new.db", "-o", "json", code=1).error
    assert f"--at {id} restores the one before" in str(refused["message"])
    (tmp_path / "backups" / str(id) / "manifest.json").write_text("{}")
    assert "no manifest" in shop("backup", "list", *DIRECTORY).err


def test_encrypted_backup_needs_its_key(shop: Cli, tmp_path: Path) -> None:
    (tmp_path / "passphrase").write_text("correct horse battery\n")
    key = ("--passphrase-file", "passphrase")
    assert create(shop, *key)["encrypted"] is True

    assert "is encrypted" in shop("backup", "restore", *DIRECTORY, "--to", "sqlite:new.db", code=6).err
    shop("backup", "verify", *DIRECTORY, *key)
    shop("backup", "restore", *DIRECTORY, *key, "--to", "sqlite:new.db")
    assert "encrypted; give their passphrase" in shop("backup", "verify", *DIRECTORY, code=6).err
    (tmp_path / "key").write_text("00" * 32)
    both = shop("backup", "verify", *DIRECTORY, *key, "--key-file", "key", code=2)
    assert "both a key file and a passphrase file" in both.err


def test_restore_refuses_a_store_with_anything_in_it(shop: Cli) -> None:
    create(shop)

    refused = shop("backup", "restore", *DIRECTORY, "--to", "sqlite:vexil.db", "-o", "json", code=4).error
    assert refused["metadata"] == {"problem": "STORE_NOT_EMPTY"}


def test_terminal_shows_progress_and_asks_before_pruning(shop: Cli, tmp_path: Path) -> None:
    create(shop)
    command = ("backup", "create", "--to", "backups", "--store", "sqlite:vexil.db", "--full")
    with in_terminal(shop, *command) as terminal:
        assert terminal.finish() == 0
    assert "Backing up shop" in terminal.text
    prune = ("backup", "prune", *DIRECTORY, "--keep-daily", "1d", "--keep-weekly", "0")
    for answer, left in (("n", 2), ("y", 1)):
        with in_terminal(shop, *prune) as terminal:
            terminal.wait_for("Remove 1 backup? [y/N]")
            terminal.type(f"{answer}\n")
            assert terminal.finish() == 0
        assert len(Vault(tmp_path / "backups").ids()) == left


def test_prune_removes_what_is_too_old(shop: Cli, tmp_path: Path) -> None:
    ids = [create(shop, "--full")["id"] for _ in range(3)]

    planned = shop("backup", "prune", *DIRECTORY, "--dry-run", "-o", "json").json
    assert (planned["dryRun"], planned["removed"]) == (True, ids[1:2])
    assert "--yes" in shop("backup", "prune", *DIRECTORY, code=2).err
    assert len(Vault(tmp_path / "backups").ids()) == 3
    done = shop("backup", "prune", *DIRECTORY, "--keep-daily", "1d", "--keep-weekly", "0", "--yes")
    assert "Removed 2 backups, kept 1." in done.out
    assert list(Vault(tmp_path / "backups").ids()) == ids[2:]
    assert (
        "is no time in days or weeks" in shop("backup", "prune", *DIRECTORY, "--keep-daily", "x", code=2).err
    )


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [
        (("create", "--to", "backups", "--store", "memory"), 2, "neither sqlite:PATH nor dynamodb:TABLE"),
        (("create", "--to", "backups", "--store", "sqlite:none.db"), 3, "there is no store none.db"),
        (("list", "--from", "none"), 3, "there is no directory none"),
        (("verify", "--from", "."), 3, "there is no backup in ."),
        (("restore", "--from", ".", "--to", "sqlite:x.db"), 3, "there is no backup in ."),
    ],
)
def test_what_is_not_there_is_told(tmp_path: Path, arguments: tuple[str, ...], code: int, text: str) -> None:
    cli = Cli("127.0.0.1:1", tmp_path, "shop")

    assert text in cli("backup", *arguments, code=code).err
    assert list(tmp_path.iterdir()) == []


def test_store_in_dynamodb_is_backed_up_and_restored(dynamodb: DynamoDB, shop: Cli, tmp_path: Path) -> None:
    """From a file to tables and back."""
    create(shop)
    local = Cli("127.0.0.1:1", tmp_path, "shop", variables=dict(dynamodb.database().variables()))
    tables = ("--store", "dynamodb:vexil")
    local("store", "init", *tables, "--yes")

    local("backup", "restore", *DIRECTORY, "--to", "dynamodb:vexil")
    made = local("backup", "create", "--to", "again", *tables, "-o", "json").json
    local("backup", "restore", "--from", "again", "--to", "sqlite:back.db")

    [there] = made["namespaces"]
    [here] = shop("backup", "list", *DIRECTORY, "-o", "json").json["backups"][0]["namespaces"]
    assert there == here
    refused = local("backup", "restore", *DIRECTORY, "--to", "dynamodb:vexil", "-o", "json", code=4)
    assert json.loads(refused.err)["error"]["metadata"] == {"problem": "STORE_NOT_EMPTY"}
