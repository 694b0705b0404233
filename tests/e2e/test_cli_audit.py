"""`vexil audit`, beside a running server."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.e2e.cli import MANIFEST, Cli
from tests.support.server import server_process
from vexil.server.audit.attempt import Attempt
from vexil.server.audit.journal import AuditJournal
from vexil.server.clock import Clock

STORE = ("--store", "sqlite:vexil.db")


@pytest.fixture
def shop(tmp_path: Path, compiled: dict[str, str]) -> Iterator[Cli]:
    """A command line in the directory of a running server's store, which holds MANIFEST."""
    with server_process(tmp_path / "vexil.db") as server:
        cli = Cli(server.target, tmp_path, "shop", variables=compiled)
        cli("namespace", "create", "shop", *(f"--with-environment={name}" for name in ("base", "prod:base")))
        cli.apply(MANIFEST.format(namespace="shop").replace("  staging: {parent: base}\n", ""))
        yield cli


def test_chain_is_verified_beside_a_server_and_damage_is_told(shop: Cli, tmp_path: Path) -> None:
    shop("set", "timeout", "9", "-m", "slower")
    sound = shop("audit", "verify", *STORE)
    assert "✓ shop: revisions 1 to 3, at " in sound.out
    with closing(sqlite3.connect(tmp_path / "vexil.db")) as connection, connection:
        connection.execute("UPDATE commits SET author = 'eve' WHERE revision = 2")
    damaged = shop("audit", "verify", *STORE, "-o", "json", code=1).json
    assert not damaged["sound"]
    [finding] = damaged["chains"][0]["findings"]
    assert (finding["revision"], finding["problem"]) == ("1", "edited")


def test_store_check_looks_at_the_chain_too(shop: Cli, tmp_path: Path) -> None:
    shop("set", "timeout", "9")
    assert "audit chain  sound over 3 revisions" in shop("store", "check", *STORE).out
    with closing(sqlite3.connect(tmp_path / "vexil.db")) as connection, connection:
        connection.execute("UPDATE commits SET author = 'eve' WHERE revision = 2")
    found = shop("store", "check", *STORE, "-o", "json", code=1).json["findings"]
    [chain] = [finding["text"] for finding in found if finding["subject"] == "audit chain"]
    assert chain.startswith("shop revision 1: edited")


def test_end_of_a_store_that_was_put_back_is_found_by_older_and_newer_checkpoints(
    shop: Cli, tmp_path: Path
) -> None:
    """By the newer one it is cut off; by the older one nothing is wrong: it was not there yet."""
    for name in ("first", "second"):
        shop("audit", "key", f"{name}.pem")
    shop("audit", "checkpoint", *STORE, "--key", "first.pem", "--to", "old.json")
    shop("backup", "create", "--to", "backups", *STORE)
    shop("set", "timeout", "9")
    shop("audit", "checkpoint", *STORE, "--key", "second.pem", "--to", "new.json")
    shop("backup", "restore", "--from", "backups", "--to", "sqlite:restored.db")

    restored = ("audit", "verify", "--store", "sqlite:restored.db")
    first, second = ("--public-key", "first.pem.pub"), ("--public-key", "second.pem.pub")
    assert "compared with 1 position" in shop(*restored, "--checkpoint", "old.json", *first).out
    both = ("--checkpoint", "old.json", "--checkpoint", "new.json", *first, *second)
    assert "truncated" in shop(*restored, *both, code=1).out
    assert "compared with 2 positions" in shop("audit", "verify", *STORE, *both).out
    wrong = shop("audit", "verify", *STORE, "--checkpoint", "new.json", *first, code=1)
    assert "it names the key" in wrong.err

    with server_process(tmp_path / "restored.db") as server:
        cli = Cli(server.target, tmp_path, "shop", variables=shop.variables)
        cli("set", "timeout", "10")
        assert "rewritten" in cli(*restored, *both, code=1).out
        assert cli(*restored, "--checkpoint", "old.json", *first, "-o", "json").json["sound"]


@pytest.mark.parametrize("output", ["table", "json", "yaml"])
def test_what_was_edited_is_named_in_every_form_of_output(shop: Cli, tmp_path: Path, output: str) -> None:
    with closing(sqlite3.connect(tmp_path / "vexil.db")) as connection, connection:
        connection.execute("UPDATE commits SET message = 'no' WHERE revision = 1")
    found = shop("audit", "verify", *STORE, "-o", output, code=1)
    assert "edited" in found.out
    assert found.err == ""


def test_checkpoint_shows_what_was_cut_off(shop: Cli, tmp_path: Path) -> None:
    shop("audit", "key", "audit.pem")
    assert (tmp_path / "audit.pem").stat().st_mode & 0o777 == 0o600
    shop("audit", "key", "audit.pem", code=2)
    shop("audit", "checkpoint", *STORE, "--key", "audit.pem", "--to", "yesterday.json")
    shop("set", "timeout", "9")
    verify = ("audit", "verify", *STORE, "--checkpoint", "yesterday.json")
    shop(*verify, code=2)
    shop(*verify, "--public-key", "audit.pem.pub")

    signed = json.loads((tmp_path / "yesterday.json").read_text())
    signed["positions"][0]["revision"] = 7
    (tmp_path / "yesterday.json").write_text(json.dumps(signed))
    assert "is not what" in shop(*verify, "--public-key", "audit.pem.pub", code=1).err
    chain = signed["positions"][0]["chain"]
    cut = shop("audit", "verify", *STORE, "--remembered", f"shop:7:{chain}", code=1)
    assert "truncated" in cut.out
    rewritten = shop("audit", "verify", *STORE, "--remembered", f"shop:2:{'00' * 32}", code=1)
    assert "rewritten" in rewritten.out


def test_export_that_fails_leaves_no_file(shop: Cli, tmp_path: Path) -> None:
    shop("audit", "export", "--store", "sqlite:absent.db", "--to", "audit.jsonl", code=3)
    assert not (tmp_path / "audit.jsonl").exists()


def test_export_is_verified_without_the_store(shop: Cli, tmp_path: Path) -> None:
    shop("set", "timeout", "9", "-m", "slower")
    shop("audit", "export", *STORE, "--to", "audit.jsonl")
    assert "✓ shop" in shop("audit", "verify", "--from-export", "audit.jsonl").out
    lines = (tmp_path / "audit.jsonl").read_text().splitlines()
    assert json.loads(lines[-1])["message"] == "slower"
    piped = shop("audit", "export", *STORE, "--after", "2").out.splitlines()
    assert piped == lines[2:]
    (tmp_path / "audit.jsonl").write_text("\n".join(lines).replace("slower", "faster"))
    assert "edited" in shop("audit", "verify", "--from-export", "audit.jsonl", code=1).out
    (tmp_path / "audit.jsonl").write_text("nonsense\n")
    assert "line 1" in shop("audit", "verify", "--from-export", "audit.jsonl", code=2).err


def test_chain_survives_a_backup(shop: Cli) -> None:
    shop("set", "timeout", "9")
    chain = shop("audit", "verify", *STORE, "-o", "json").json["chains"][0]["chain"]
    shop("backup", "create", "--to", "backups", *STORE)
    shop("backup", "restore", "--from", "backups", "--to", "sqlite:restored.db")
    restored = shop("audit", "verify", "--store", "sqlite:restored.db", "-o", "json").json
    assert restored["sound"]
    assert restored["chains"][0]["chain"] == chain


def test_search_finds_by_actor_key_time_and_action(shop: Cli) -> None:
    shop("set", "timeout", "9", "-m", "slower")
    shop("delete", "timeout", "-m", "default again")

    def revisions(*arguments: str) -> list[str]:
        found = shop("audit", "search", *arguments, "-o", "json").json["entries"]
        return [entry["commit"]["revision"] for entry in found]

    assert revisions() == ["4", "3", "2", "1"]
    assert revisions("--key", "timeout") == ["4", "3", "2"]
    assert revisions("--key", "timeout", "--action", "deleted") == ["4"]
    assert revisions("--action", "created", "-e", "base") == ["2", "1"]
    assert revisions("--actor", "nobody") == []
    assert revisions("--since", "2999-01-01") == []
    assert revisions("--until", "2999-01-01", "--limit", "1") == ["4"]
    shown = shop("audit", "search", "--limit", "1").out
    assert "deleted setting prod/timeout" in shown
    assert "ipv4:127.0.0.1:" in shown
    shop("audit", "search", "--since", "yesterday", code=2)


def test_search_in_journals_shows_whom_a_server_refused(tmp_path: Path) -> None:
    journal = AuditJournal.open(tmp_path / "journal", Clock())
    for number in range(3):
        actor = f"key:k{number}"
        journal.note(Attempt("denied", actor, "ipv4:192.0.2.7:1", "jwt", "/vexil.v1.X/Y", "shop"), "r")
    journal.close()
    (tmp_path / "journal" / "damaged.jsonl").write_text('{"action": "denied", "at": []}\n')
    cli = Cli("", tmp_path, "shop")
    shown = cli("audit", "search", "--journal", "journal", "--limit", "2").out
    assert shown.index("key:k2") < shown.index("key:k1")
    assert "key:k0" not in shown
    found = cli("audit", "search", "--journal", "journal", "--actor", "key:k1", "-o", "json").json
    assert [attempt["actor"] for attempt in found["attempts"]] == ["key:k1"]
    elsewhere = cli("audit", "search", "--journal", "journal", "-n", "desk", "-o", "json").json
    assert elsewhere == {"attempts": []}
    (tmp_path / "journal" / "damaged.jsonl").unlink()
    assert "✓" in cli("audit", "verify", "--journal", "journal").out

    cli("audit", "key", "audit.pem")
    cli("audit", "checkpoint", "--journal", "journal", "--key", "audit.pem", "--to", "noted.json")
    verify = ("audit", "verify", "--journal", "journal")
    noted = ("--checkpoint", "noted.json", "--public-key", "audit.pem.pub")
    assert "compared with 1 position" in cli(*verify, *noted).out
    [file] = (tmp_path / "journal").iterdir()
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines[:-2]))
    assert "its end is missing" in cli(*verify).out
    assert "truncated" in cli(*verify, *noted, code=1).out
    file.unlink()
    cli(*verify, code=2)
    assert "missing" in cli(*verify, *noted, code=1).out
    cli(*verify, *noted, "--kept-since", "2999-01-01", code=2)


def test_nothing_to_verify_is_wrong_usage(shop: Cli) -> None:
    shop("audit", "verify", code=2)
    shop("audit", "verify", *STORE, "--remembered", "shop:x", code=2)
    shop("audit", "consume", "--queue", "nowhere", "--sink", "sqlite:audit.db", code=2)
