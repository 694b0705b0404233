"""Exporting and applying what one may not see."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.cli import Cli
from tests.support.server import server_process

MARKER = "hunter2-hunter2-hunter2"
MANIFEST = f"""\
namespace: {{name: shop}}
environments: {{prod: {{}}}}
definitions:
  token: {{type: string, sensitive: true, default: {MARKER}-default}}
---
namespace: shop
environment: prod
settings:
  token: {{value: {MARKER}, description: old}}
  flag: {{variants: {{a: x, b: y}}, serve: a}}
"""


@pytest.fixture
def admin(tmp_path: Path, compiled: dict[str, str]) -> Iterator[Cli]:
    """Who may see everything, in a namespace that holds MANIFEST."""
    store = f"sqlite:{tmp_path / 'vexil.db'}"
    offline = Cli("", tmp_path, "shop", variables=compiled)
    offline("keys", "create", "ring")
    token = offline("access", "init", "--store", store).out.strip()
    settings: dict[str, Any] = {"encryption_keys": f"file:{tmp_path / 'ring'}", "authentication": "required"}
    with server_process(store, **settings) as server:
        cli = Cli(server.target, tmp_path, "shop", variables={**compiled, "VEXIL_TOKEN": token})
        cli.apply(MANIFEST)
        yield cli


@pytest.fixture
def operator(admin: Cli) -> Cli:
    """Who may do what an editor may, but see no sensitive value."""
    verbs = ("read", "history", "export", "import", "write", "delete")
    admin("access", "role", "put", "operator", *(f"--verb={verb}" for verb in verbs))
    made = admin("access", "key", "create", "--role", "operator", "--in-namespace", "shop")
    return Cli(
        admin.target, admin.directory, "shop", variables={**admin.variables, "VEXIL_TOKEN": made.out.strip()}
    )


@pytest.mark.parametrize("suffix", ["yaml", "json", "toml", "jsonl"])
def test_what_is_exported_without_seeing_it_is_what_is_there(admin: Cli, operator: Cli, suffix: str) -> None:
    file = admin.directory / f"shop.{suffix}"
    operator("export", "--to", str(file))
    assert MARKER not in file.read_text()

    if suffix == "jsonl":
        said = operator("import", str(file), "-o", "json").json
        assert said["written"] == 0
    else:
        operator("apply", "-f", str(file), "--dry-run", "--exit-code")
        admin("apply", "-f", str(file), "--dry-run", "--exit-code")
    assert MARKER in admin("get", "token").out


def test_what_is_beside_a_value_is_changed_without_seeing_it(admin: Cli, operator: Cli) -> None:
    file = admin.directory / "shop.yaml"
    operator("export", "--to", str(file))
    file.write_text(file.read_text().replace("description: old", "description: new"))

    operator("apply", "-f", str(file))

    shown = admin("get", "token", "-o", "json").out
    assert MARKER in shown
    assert '"new"' in shown


def test_an_older_file_does_not_bring_back_nor_overwrite_a_value(admin: Cli, operator: Cli) -> None:
    file = admin.directory / "shop.yaml"
    operator("export", "--to", str(file))
    admin("set", "token", f"{MARKER}-later")

    for cli in (operator, admin):
        refused = cli("apply", "-f", str(file), code=2)
        assert "send the value itself" in refused.err
        assert MARKER not in refused.err

    assert f"{MARKER}-later" in admin("get", "token", "-o", "json").out
