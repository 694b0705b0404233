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
    cli = Cli("", tmp_path, "shop")
    shown = cli("audit", "search", "--journal", "journal", "--limit", "2").out
    assert shown.index("key:k2") < shown.index("key:k1")
    assert "key:k0" not in shown
    found = cli("audit", "search", "--journal", "journal", "--actor", "key:k1", "-o", "json").json
    assert [attempt["actor"] for attempt in found["attempts"]] == ["key:k1"]
    elsewhere = cli("audit", "search", "--journal", "journal", "-n", "desk", "-o", "json").json
    assert elsewhere == {"attempts": []}
    assert "✓" in cli("audit", "verify", "--journal", "journal").out


def test_nothing_to_verify_is_wrong_usage(shop: Cli) -> None:
    shop("audit", "verify", code=2)
    shop("audit", "verify", *STORE, "--remembered", "shop:x", code=2)
    shop("audit", "consume", "--queue", "nowhere", "--sink", "sqlite:audit.db", code=2)
