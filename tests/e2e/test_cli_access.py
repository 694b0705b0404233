"""`access`, against a server that asks nobody who they are."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.cli import Cli
from tests.support.server import server_process

KEY = "vxk_[0-9a-f]{10}_[0-9a-f]{40}"


@pytest.fixture
def store(tmp_path: Path) -> str:
    return f"sqlite:{tmp_path / 'store.db'}"


@pytest.fixture
def access(tmp_path: Path, store: str, compiled: dict[str, str]) -> Iterator[Cli]:
    """Commands against a server whose store has its first key."""
    Cli("", tmp_path, "shop", variables=compiled)("access", "init", "--store", store)
    with server_process(store) as server:
        yield Cli(server.target, tmp_path, "shop", variables=compiled)


def test_first_key_is_printed_once_and_not_made_twice(
    tmp_path: Path, store: str, compiled: dict[str, str]
) -> None:
    cli = Cli("", tmp_path, "shop", variables=compiled)
    cli("access", "init", "--store", store, "--another", code=2)
    first = cli("access", "init", "--store", store).out.strip()
    assert re.fullmatch(KEY, first)
    failed = cli("access", "init", "--store", store, code=2)
    assert not re.search(KEY, failed.out + failed.err)
    another = cli("access", "init", "--store", store, "--another").out.strip()
    assert re.fullmatch(KEY, another)
    assert another != first
    secret = first.rpartition("_")[2].encode()
    assert not any(secret in path.read_bytes() for path in tmp_path.glob("store.db*"))
    cli("access", "init", "--store", "memory", code=2)


def test_key_is_made_listed_rotated_and_revoked(access: Cli) -> None:
    scope = ("--in-namespace", "shop", "--in-environment", "prod", "--key-prefix", "checkout/")
    made = access("access", "key", "create", "--role", "client", *scope, "--expires-in", "90d")
    key = made.out.strip()
    id = key.split("_")[1]
    assert re.fullmatch(KEY, key)
    line = next(line for line in access("access", "key", "list").out.splitlines() if line.startswith(id))
    assert "client in shop/prod, keys checkout/*" in line
    listed = access("access", "key", "list", "-o", "json").out
    assert "digest" not in listed
    assert key not in listed
    rotated = access("access", "key", "rotate", id, "--overlap", "1h").out.strip()
    assert rotated.startswith(f"vxk_{id}_")
    assert rotated != key
    access("access", "key", "revoke", id, code=2)
    access("access", "key", "revoke", id, "--yes")
    assert id not in access("access", "key", "list").out
    access("access", "key", "revoke", id, "--yes", code=3)


def test_saying_no_namespace_is_not_all_of_them(access: Cli) -> None:
    access("access", "key", "create", "--role", "viewer", code=2)


def test_roles_and_bindings_are_written_and_asked_about(access: Cli) -> None:
    access("access", "role", "put", "evaluator", "--verb", "evaluate", "--description", "For \x1b tests")
    assert "For \\x1b tests" in access("access", "role", "list").out
    wanted = ("--subject", "user:ada", "--role", "evaluator", "--in-namespace", "shop")
    access("access", "binding", "put", "ada", *wanted)
    assert "user:ada" in access("access", "binding", "list").out
    ask = ("--subject", "user:ada", "-e", "prod")
    assert access("access", "check", "evaluate", "a", *ask).out.startswith("yes: the role 'evaluator'")
    assert access("access", "check", "write", "a", *ask, code=6).out.startswith("no: ")
    access("access", "role", "delete", "evaluator")
    assert access("access", "check", "evaluate", "a", *ask, code=6).out.startswith("no: ")
    access("access", "binding", "delete", "ada")
    access("access", "binding", "delete", "ada", code=3)


def test_who_i_am(access: Cli) -> None:
    assert access("access", "whoami").out.startswith("anonymous  (none)\n")
    assert access("access", "check", "write", "a").out.startswith("yes: ")


def test_permissions_are_read_without_digests_and_written_by_nothing_else(access: Cli) -> None:
    found = access("list", "--kind", "service_key", "-n", "vexil-access", "-o", "json").out
    assert "serviceKey" in found
    assert "digest" not in found
    exported = access("export", "-n", "vexil-access", "--format", "jsonl").out
    assert "serviceKey" in exported
    assert "digest" not in exported
    access("delete", "x", "--kind", "role", "-n", "vexil-access", code=6)


def test_identity_provider_is_written_listed_and_deleted(access: Cli) -> None:
    url = "https://login.example.org"
    places = ("--issuer", url, "--jwks-uri", f"{url}/keys", "--audience", "vexil")
    access("access", "provider", "put", "corp", *places)
    line = access("access", "provider", "list").out.splitlines()[-1]
    assert line.split() == ["corp", url, "vexil", "RS256,", "ES256"]
    access("access", "provider", "put", "corp", *places, "--algorithm", "none", code=2)
    access("access", "provider", "delete", "corp")
    access("access", "provider", "delete", "corp", code=3)
