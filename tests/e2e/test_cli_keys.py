"""`vexil keys`, and what a server keeps by them."""

from pathlib import Path
from typing import Any

from tests.e2e.cli import Cli
from tests.support.server import server_process

MARKER = "hunter2-hunter2-hunter2"
MANIFEST = f"""\
namespace:
  name: shop
environments:
  prod: {{}}
definitions:
  token: {{type: string, sensitive: true}}
---
namespace: shop
environment: prod
settings:
  token: {MARKER}
"""


def test_keys_are_made_once_and_rotated(empty_cli: Cli, tmp_path: Path) -> None:
    made = empty_cli("keys", "create", "ring", "-o", "json").json
    assert made["keys"] == [made["primary"]]
    before = (tmp_path / "ring").read_bytes()
    assert "is there already" in empty_cli("keys", "create", "ring", code=2).err
    assert (tmp_path / "ring").read_bytes() == before

    rotated = empty_cli("keys", "rotate", "ring", "-o", "json").json

    assert rotated["keys"] == [made["primary"], rotated["primary"]]
    assert empty_cli("keys", "show", "ring").out.splitlines() == [
        made["primary"],
        f"{rotated['primary']} (primary)",
    ]


def test_a_server_stores_sensitive_values_by_its_keys_alone(
    empty_cli: Cli, tmp_path: Path, compiled: dict[str, str]
) -> None:
    store = tmp_path / "store" / "vexil.db"
    store.parent.mkdir()
    with server_process(store) as server:
        cli = Cli(server.target, tmp_path, "shop", variables=compiled)
        refused = cli.apply(MANIFEST, code=4)
        assert "--encryption-keys" in refused.err
        assert MARKER not in refused.err

    empty_cli("keys", "create", "ring")
    keys: dict[str, Any] = {"encryption_keys": f"file:{tmp_path / 'ring'}", "log_level": "debug"}
    with server_process(store, **keys) as server:
        cli = Cli(server.target, tmp_path, "shop", variables=compiled)
        cli.apply(MANIFEST)
        empty_cli("keys", "rotate", "ring")
    with server_process(store, **keys) as server:
        cli = Cli(server.target, tmp_path, "shop", variables=compiled)
        assert MARKER in cli("evaluate", "token", "-e", "prod").out
        cli("set", "token", f"{MARKER}-later", "-e", "prod")
        for shape in ("table", "json"):
            watched = cli("watch", "-e", "prod", "--from-revision", "1", "--count", "1", "-o", shape)
            assert f"{MARKER}-later" not in watched.out
            assert "token" in watched.out
        assert not any(MARKER in str(line) for line in server.lines)

    verified = cli("audit", "verify", "--store", f"sqlite:{store}")
    assert "✓ shop" in verified.out
    cli("audit", "export", "--store", f"sqlite:{store}", "--to", "audit.jsonl")
    cli("backup", "create", "--store", f"sqlite:{store}", "--to", "backups")
    written = [*store.parent.iterdir(), *(tmp_path / "backups").rglob("*"), tmp_path / "audit.jsonl"]
    for file in written:
        assert file.is_dir() or MARKER.encode() not in file.read_bytes(), file.name


def test_a_namespace_without_its_keys_is_told_and_the_others_are_served(
    empty_cli: Cli, tmp_path: Path, compiled: dict[str, str]
) -> None:
    store = tmp_path / "vexil.db"
    empty_cli("keys", "create", "ring")
    with server_process(store, encryption_keys=f"file:{tmp_path / 'ring'}") as server:
        cli = Cli(server.target, tmp_path, "shop", variables=compiled)
        cli.apply(MANIFEST)
        cli("namespace", "create", "bank", "--with-environment", "prod")
    with server_process(store) as server:
        cli = Cli(server.target, tmp_path, "shop", variables=compiled)

        assert "--encryption-keys" in cli("evaluate", "token", "-e", "prod", code=4).err
        assert cli("namespace", "list", "-o", "json").out.count("bank") == 1
        cli("set", "limit", "5", "-n", "bank", "-e", "prod")
        assert "can't be read (ENCRYPTION_KEY_MISSING" in cli("doctor", code=1).out
        assert server.wait_for("namespace_withheld")["namespace"] == "shop"
