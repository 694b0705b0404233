"""Text that somebody else has written reaches the terminal as text."""

import json
import re

import pytest

from tests.e2e.cli import Cli
from tests.fuzz.hostile import CONTROL, MARKUP, SHELL_AND_TEMPLATES

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


@pytest.mark.parametrize("command", READING, ids=" ".join)
@pytest.mark.parametrize("output", ["text", "json"])
def test_commands_steer_no_terminal(hostile: Cli, command: tuple[str, ...], output: str) -> None:
    done = hostile(*command, *([] if output == "text" else ["-o", "json"]))
    assert done.out
    assert STEERING.findall(done.out + done.err) == []
