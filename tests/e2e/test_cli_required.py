"""Servers that ask who calls: from the first key of an empty store to a key that is revoked."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.e2e.cli import Cli
from tests.support.certificates import Authority
from tests.support.server import PATIENCE, server_process


@pytest.fixture(params=["native", "grpc"])
def admin(request: pytest.FixtureRequest, tmp_path: Path, compiled: dict[str, str]) -> Iterator[Cli]:
    """Someone with the first key of a server that has TLS."""
    authority = Authority()
    authority.issue("server").write(tmp_path / "server.pem", tmp_path / "server.key")
    (tmp_path / "ca.pem").write_bytes(authority.pem)
    store = f"sqlite:{tmp_path / 'store.db'}"
    variables = {**compiled, "VEXIL_TLS_CA_FILE": str(tmp_path / "ca.pem")}
    key = Cli("", tmp_path, "shop", variables=variables)("access", "init", "--store", store).out.strip()
    with server_process(
        store,
        authentication="required",
        transport=request.param,
        cert_file=tmp_path / "server.pem",
        key_file=tmp_path / "server.key",
    ) as server:
        cli = Cli(server.target, tmp_path, "shop", variables={**variables, "VEXIL_TOKEN": key})
        for name in ("shop", "bank"):
            cli("namespace", "create", name, "--with-environment", "prod", "--with-environment", "qa")
            cli("set", "timeout", "5", "-n", name)
        yield cli


def with_key(cli: Cli, *create: str) -> Cli:
    """Someone with a new key."""
    key = cli("access", "key", "create", *create).out.strip()
    return replace(cli, variables={**cli.variables, "VEXIL_TOKEN": key})


def is_let_in(cli: Cli) -> bool:
    """Whether the server knows who it is."""
    try:
        cli("access", "whoami")
    except AssertionError:
        return False
    return True


def test_nobody_is_let_in_without_a_key_or_with_a_wrong_one(admin: Cli) -> None:
    key = admin.variables["VEXIL_TOKEN"]
    for token in ("", key[:-1] + ("0" if key[-1] != "0" else "1"), "vxk_x", "eyJhbGciOiJub25lIn0.e30."):
        stranger = replace(admin, variables={**admin.variables, "VEXIL_TOKEN": token})
        for command in (("list",), ("namespace", "list"), ("access", "whoami"), ("evaluate", "timeout")):
            assert key not in stranger(*command, code=6).err
    assert admin("get", "timeout", "--raw").out == "5\n"


def test_key_does_what_it_is_for_and_nothing_else(admin: Cli) -> None:
    viewer = with_key(admin, "--role", "viewer", "--in-namespace", "shop", "--in-environment", "prod")
    assert viewer("get", "timeout", "--raw").out == "5\n"
    assert "service-key" in viewer("access", "whoami").out
    listed = viewer("namespace", "list").out
    assert "shop" in listed
    assert "bank" not in listed
    assert "vexil-access" not in listed
    assert "qa" not in viewer("env", "list").out
    for command in (
        ("set", "timeout", "6"),
        ("get", "timeout", "-e", "qa"),
        ("get", "timeout", "-n", "bank"),
        ("get", "timeout", "-n", "missing"),
        ("list", "--kind", "service_key", "-n", "vexil-access"),
        ("access", "key", "create", "--role", "viewer", "--in-namespace", "shop"),
        ("access", "role", "list"),
    ):
        viewer(*command, code=6)
    assert viewer("access", "check", "read", "timeout").out.startswith("yes: ")
    assert viewer("access", "check", "write", "timeout", code=6).out.startswith("no: ")


def test_author_is_who_the_key_says(admin: Cli) -> None:
    editor = with_key(admin, "--role", "editor", "--in-namespace", "shop")
    editor("set", "timeout", "7", "-e", "prod")
    id = editor.variables["VEXIL_TOKEN"].split("_")[1]
    newest = admin("history", "-o", "json").json["commits"][0]
    assert newest["author"] == f"key:{id}"


def test_revoked_and_rotated_keys_are_refused_at_once(admin: Cli) -> None:
    viewer = with_key(admin, "--role", "viewer", "--in-namespace", "shop")
    id = viewer.variables["VEXIL_TOKEN"].split("_")[1]
    viewer("get", "timeout")
    new = admin("access", "key", "rotate", id, "--overlap", "0s").out.strip()
    viewer("get", "timeout", code=6)
    renewed = replace(viewer, variables={**viewer.variables, "VEXIL_TOKEN": new})
    renewed("get", "timeout")
    admin("access", "key", "revoke", id, "--yes")
    renewed("get", "timeout", code=6)


def test_another_key_for_everything_is_made_beside_the_running_server(admin: Cli) -> None:
    """For who has lost every key: the servers go on, and hear of it as of any commit."""
    store = f"sqlite:{admin.directory / 'store.db'}"
    admin("access", "init", "--store", store, code=2)
    first = admin.variables["VEXIL_TOKEN"]
    token = admin("access", "init", "--store", store, "--another").out.strip()
    another = replace(admin, variables={**admin.variables, "VEXIL_TOKEN": token})
    end = time.monotonic() + PATIENCE
    while not is_let_in(another):
        assert time.monotonic() < end
    assert "admin" in another("access", "whoami").out
    another("access", "key", "revoke", first.split("_")[1], "--yes")
    admin("get", "timeout", code=6)
    another("set", "timeout", "8")
    commits = another("history", "-n", "vexil-access", "-o", "json").json["commits"]
    authors = [each["author"] for each in commits]
    assert authors.count("vexil access init") == 2
