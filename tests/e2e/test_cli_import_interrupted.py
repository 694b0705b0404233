"""Imports that are killed or interrupted: the same command goes on, and in the end nothing tells of it."""

import json
import random
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from tests.e2e.cli import Cli
from tests.support.server import PATIENCE
from tests.unit.server.imports.items import FEATURE, FLOW, changed, wire_item

FLAGS, FLOWS, VERSIONS = 1000, 30, 3
WRITES = 2 * FLAGS + FLOWS * VERSIONS
MAKE = ("--create-namespace", "--create-environments")
COMMAND = ("import", "connect", "dump.jsonl", *MAKE, "--batch-size", "10")


def items() -> list[Mapping[str, Any]]:
    """Flags, each with a configuration, and flows of several versions."""
    flags = [changed(FEATURE, "featureName", f"flag-{number:04}") for number in range(FLAGS)]
    names = [changed(FLOW, "flowId", f"flow-{number}") for number in range(FLOWS)]
    return flags + [changed(flow, "version", 1 + version) for version in range(VERSIONS) for flow in names]


def write(cli: Cli) -> None:
    lines = (json.dumps({"Item": wire_item(item)}) for item in items())
    (cli.directory / "dump.jsonl").write_text("\n".join(lines))


def revision(cli: Cli) -> int:
    """Of the newest commit; 0: there is none yet."""
    namespaces = cli("namespace", "list", "-o", "json").json["namespaces"]
    return next((int(each["headRevision"]) for each in namespaces if each["namespace"] == cli.namespace), 0)


def content(cli: Cli) -> dict[str, Any]:
    """Every resource with its version, by what it is."""
    found = {}
    for environment in ("prod", "production"):
        for item in cli("list", "-e", environment, "-o", "json").json["resources"]:
            id = item["id"]
            found[f"{environment} {id['kind']} {id['key']}"] = (item["version"], item["resource"])
    return found


def interrupt(cli: Cli, after: int, number: signal.Signals) -> tuple[int, str]:
    """Starts the import, and ends it by a signal once it has made so many commits; exit code and stderr."""
    begin = revision(cli)
    with cli.start(*COMMAND, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        deadline = time.monotonic() + PATIENCE
        while revision(cli) < begin + after:
            assert process.poll() is None, "it was done before it could be interrupted"
            assert time.monotonic() < deadline
        process.send_signal(number)
        _, error = process.communicate(timeout=PATIENCE)
    return process.returncode, error


@pytest.mark.timeout(300)
def test_import_that_is_interrupted_comes_to_the_same(empty_cli: Cli) -> None:
    cli = empty_cli
    write(cli)
    whole = replace(cli, namespace=f"{cli.namespace}-whole")
    assert whole(*COMMAND, "-o", "json").json["written"] >= WRITES

    dice = random.Random(6)
    for number in (signal.SIGKILL, signal.SIGINT, signal.SIGKILL):
        code, error = interrupt(cli, dice.randint(1, 40), number)
        if number is signal.SIGINT:
            assert code == 130
            assert "the same command goes on with the rest" in error
        else:
            assert (code, error) == (-signal.SIGKILL, "")
    last = cli(*COMMAND, "-o", "json").json

    assert 0 < last["written"] < WRITES
    assert content(cli) == content(whole)
    assert cli(*COMMAND, "-o", "json").json["written"] == 0
