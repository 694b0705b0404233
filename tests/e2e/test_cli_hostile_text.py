"""Text that somebody else has written reaches the terminal as text."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.cli import Cli
from tests.fuzz.hostile import CONTROL, MARKUP, SHELL_AND_TEMPLATES
from tests.support.server import server_process

HOSTILE = " ".join(text for text in (*CONTROL, *MARKUP, *SHELL_AND_TEMPLATES) if "\0" not in text)

STEERING = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
"""Controls but the line feed, and what breaks lines or turns the direction of text around."""

READING = (
    ("get", "hostile"),
    ("list",),
    ("history",),
    ("history", "hostile"),
    ("diff", "2", "3"),
    ("export", "--format", "toml"),
    ("export", "--format", "jsonl"),
    ("evaluate", "hostile"),
    ("explain", "hostile"),
    ("export",),
    ("namespace", "list"),
)


@pytest.fixture
def hostile(cli: Cli) -> Cli:
    """The namespace with such a text wherever one may stand."""
    text = json.dumps(HOSTILE)
    cli.apply(
        f"""\
namespace:
  name: {cli.namespace}
  owner: {json.dumps(HOSTILE[:100])}
  description: {text}
---
namespace: {cli.namespace}
environment: prod
settings:
  hostile:
    description: {text}
    value: {text}
"""
    )
    return cli


ACCESS = (
    ("access", "role", "list"),
    ("access", "binding", "list"),
    ("access", "key", "list"),
    ("access", "provider", "list"),
    ("access", "user", "list"),
    ("audit", "search", "-n", "vexil-access"),
)


@pytest.fixture
def hostile_access(tmp_path: Path, compiled: dict[str, str]) -> Iterator[Cli]:
    """Permissions that are described by such a text."""
    store = f"sqlite:{tmp_path / 'vexil.db'}"
    Cli("", tmp_path, "shop", variables=compiled)("access", "init", "--store", store)
    with server_process(store) as server:
        yield described(Cli(server.target, tmp_path, "shop", variables=compiled))


def described(cli: Cli) -> Cli:
    text = (f"--description={HOSTILE}", f"--message={HOSTILE}")
    url = "https://login.example/<script>alert(1)</script>\x9b31m\u202e"
    everywhere = ("--in-namespace", "*")
    cli("access", "role", "put", "looker", "--verb", "read", *text)
    cli("access", "binding", "put", "ada", "--subject", "user:ada", "--role", "looker", *everywhere, *text)
    cli("access", "key", "create", "--role", "looker", *everywhere, text[0])
    cli("access", "user", "invite", "ada", text[0])
    places = ("--issuer", url, "--jwks-uri", url, "--audience", HOSTILE[:200])
    cli("access", "provider", "put", "corp", *places, *text)
    return cli


@pytest.mark.parametrize("command", READING, ids=" ".join)
@pytest.mark.parametrize("output", ["text", "json"])
def test_commands_steer_no_terminal(hostile: Cli, command: tuple[str, ...], output: str) -> None:
    done = hostile(*command, *([] if output == "text" else ["-o", "json"]))
    assert done.out
    assert STEERING.findall(done.out + done.err) == []


@pytest.mark.parametrize("output", ["text", "json"])
def test_permissions_steer_no_terminal(hostile_access: Cli, output: str) -> None:
    for command in ACCESS:
        done = hostile_access(*command, *([] if output == "text" else ["-o", "json"]))
        assert done.out, command
        assert STEERING.findall(done.out + done.err) == [], command
