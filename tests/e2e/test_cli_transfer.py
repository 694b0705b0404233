"""`export`, `import`."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from tests.e2e.cli import Cli

EXAMPLES = Path(__file__).parents[2] / "examples"


def contents(cli: Cli, namespace: str) -> dict[str, object]:
    """Every resource of a namespace without versions and times, by name."""
    lines = export(cli, "--format", "jsonl", "-n", namespace).splitlines()
    states = [json.loads(line) for line in lines[1:]]
    return {
        json.dumps(one["id"]): one["resource"]
        for one in states
        if one["id"]["kind"] != "RESOURCE_KIND_NAMESPACE"
    }


def export(cli: Cli, *arguments: str, code: int = 0) -> str:
    return cli("export", *arguments, code=code).out


@pytest.mark.parametrize("format_", ["yaml", "json", "toml"])
def test_export_is_what_apply_takes(cli: Cli, format_: str) -> None:
    before = contents(cli, cli.namespace)
    (cli.directory / f"all.{format_}").write_text(export(cli, "--format", format_))

    done = cli("apply", "-f", f"all.{format_}")

    assert "0 to create, 0 to update" in done.out
    assert contents(cli, cli.namespace) == before


def test_export_goes_by_the_name_of_the_file(cli: Cli) -> None:
    export(cli, "--to", "all.json")
    export(cli, "--to", "all.toml")

    assert json.loads((cli.directory / "all.json").read_text())
    assert tomllib.loads((cli.directory / "all.toml").read_text())


def test_export_into_a_directory_has_a_manifest_for_each_environment(cli: Cli) -> None:
    (cli.directory / "out").mkdir()

    export(cli, "--to", "out")

    assert sorted(path.name for path in (cli.directory / "out").iterdir()) == [
        "_namespace.yaml",
        "base.yaml",
        "prod.yaml",
    ]
    assert "nothing was written" in cli("apply", "-f", "out").out


def test_export_of_an_environment_is_what_it_sets_itself(cli: Cli) -> None:
    shown = cli("export", "-e", "prod").out

    assert "timeout: 7" in shown
    assert "banner" not in shown


def test_export_at_an_old_revision(cli: Cli) -> None:
    cli("set", "timeout", "8")

    assert "timeout: 7" in cli("export", "-e", "prod", "--at-revision", "2").out
    assert "timeout: 8" in cli("export", "-e", "prod").out


def test_export_that_can_not_be_written_leaves_nothing(cli: Cli) -> None:
    export(cli, "--to", "gone/all.yaml", code=2)
    (cli.directory / "out").mkdir()
    export(cli, "--to", "out", "--format", "jsonl", code=2)
    cli("export", "-n", "gone", "--to", "all.jsonl", code=3)

    assert sorted(path.name for path in cli.directory.iterdir()) == ["manifest.yaml", "out"]


def test_import_brings_an_export_to_another_namespace(cli: Cli) -> None:
    cli("apply", "-f", str(EXAMPLES / "shop"))
    export(cli, "-n", "shop", "--to", "shop.jsonl")
    copy = f"{cli.namespace}-copy"

    missing = cli("import", "shop.jsonl", "-n", copy, "-o", "json", code=3)
    assert missing.error["reason"] == "NAMESPACE_NOT_FOUND"
    done = cli("import", "shop.jsonl", "-n", copy, "--create-namespace", "-o", "json").json

    assert done["namespace"] == copy
    assert contents(cli, copy) == contents(cli, "shop")


def test_import_of_an_export_does_not_go_where_a_variable_says(cli: Cli) -> None:
    export(cli, "--to", "all.jsonl")

    done = cli("import", "all.jsonl", "-o", "json", VEXIL_NAMESPACE="gone").json

    assert done["namespace"] == cli.namespace


def test_import_again_leaves_everything_alone(cli: Cli) -> None:
    export(cli, "--to", "all.jsonl")
    revision = cli("history", "-o", "json").json["commits"][0]["revision"]

    done = cli("import", "all.jsonl", "-o", "json").json

    assert done["written"] == 0
    assert done["unchanged"] == 10
    assert cli("history", "-o", "json").json["commits"][0]["revision"] == revision


def test_import_goes_on_after_a_batch_that_was_refused(cli: Cli) -> None:
    good = "\n".join(f"  good.{number}: {number}" for number in range(25))
    text = f"namespace: {cli.namespace}\nenvironment: prod\nsettings:\n{good}\n  timeout: {{}}\n"
    path = cli.directory / "many.yaml"
    path.write_text(text.format("1000"))

    failed = cli("import", "many.yaml", "--batch-size", "10", code=2)
    assert "20 of 26 resources are there" in failed.err
    assert re.search(r"many\.yaml:29:3: settings\.timeout", failed.err)

    path.write_text(text.format("50"))
    done = cli("import", "many.yaml", "--batch-size", "10", "-o", "json").json
    assert (done["written"], done["unchanged"]) == (6, 20)


def test_import_makes_first_what_other_batches_refer_to(cli: Cli) -> None:
    flag = "variants: {on: true, off: false}, serve: on"
    chain = [f"  chain.{at}: {{{flag}, prerequisites: {{chain.{at + 1}: on}}}}\n" for at in range(8)]
    chain.append(f"  chain.8: {{{flag}}}\n")
    cli.apply(f"namespace: {cli.namespace}\nenvironment: base\nsettings:\n{''.join(chain)}")
    export(cli, "--to", "all.jsonl")
    copy = f"{cli.namespace}-copy"

    cli("import", "all.jsonl", "-n", copy, "--create-namespace", "--batch-size", "3")

    assert contents(cli, copy) == contents(cli, cli.namespace)


def test_import_with_dry_run_writes_nothing(cli: Cli) -> None:
    export(cli, "--to", "all.jsonl")
    cli("set", "timeout", "8")

    assert "1 resource would be written, 9 unchanged" in cli("import", "all.jsonl", "--dry-run").out
    assert cli("get", "timeout", "--raw").out == "8\n"


@pytest.mark.parametrize("damage", ["cut", "garbled", "headless", "empty", "binary"])
def test_import_of_a_damaged_export_writes_nothing(cli: Cli, damage: str) -> None:
    lines = export(cli, "--format", "jsonl").splitlines(keepends=True)
    cli("set", "timeout", "8")
    path = cli.directory / "all.jsonl"
    match damage:
        case "cut":
            path.write_text("".join(lines[:-1]))
        case "garbled":
            path.write_text("".join([*lines[:3], lines[3][:40] + "\n", *lines[4:]]))
        case "headless":
            path.write_text("".join(lines[1:]))
        case "empty":
            path.write_text("")
        case _:
            path.write_bytes(b"\xff\x00")

    failed = cli("import", "all.jsonl", code=2)

    assert "all.jsonl" in failed.err
    assert cli("get", "timeout", "--raw").out == "8\n"


def test_import_reads_standard_input(cli: Cli) -> None:
    text = export(cli, "--format", "jsonl")
    cli("delete", "timeout")

    cli("import", "-", input=text)

    assert cli("get", "timeout", "--raw").out == "7\n"
