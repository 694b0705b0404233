"""What a sandbox loads before its first event: a cold start is mostly imports. Counts, since times vary."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import vexil.bridge

_LOADED = """
import json, sys
before = set(sys.modules)
import vexil.bridge.handler
print(json.dumps(sorted(set(sys.modules) - before)))
"""


@pytest.fixture(scope="module")
def loaded() -> list[str]:
    """Modules that the handler needs beyond those of a bare interpreter."""
    done = subprocess.run([sys.executable, "-I", "-c", _LOADED], capture_output=True, text=True, check=True)
    names: list[str] = json.loads(done.stdout)
    return names


def test_handler_loads_no_more_modules_than_budgeted(loaded: list[str]) -> None:
    assert len(loaded) <= 320
    assert len([name for name in loaded if name.startswith("vexil.")]) <= 60


@pytest.mark.parametrize(
    "heavy",
    [
        *("vexil.core.view", "vexil.core.evaluator", "vexil.core.flows", "vexil.convert", "vexil.server"),
        *("vexil.client", "boto3", "redis", "mmh3", "re2", "immutables", "google.rpc", "yaml"),
    ],
)
def test_handler_does_not_load(loaded: list[str], heavy: str) -> None:
    assert [name for name in loaded if f"{name}.".startswith(f"{heavy}.")] == []


def test_bridge_is_small() -> None:
    """Bytes of what is ours in the function's archive, before it is compressed."""
    files = [file for path in vexil.bridge.__path__ for file in Path(path).rglob("*.py")]

    assert sum(file.stat().st_size for file in files) < 130_000
