"""`apply`: plans, dry runs, pruning, stale plans, and what is wrong told by file and line."""

from pathlib import Path

import pytest

from tests.e2e.cli import MANIFEST, Cli
from tests.e2e.terminal import in_terminal

EXAMPLES = Path(__file__).parents[2] / "examples"


def settings(cli: Cli, text: str) -> str:
    return f"namespace: {cli.namespace}\nenvironment: prod\nsettings:\n{text}"


def test_apply_creates_namespace_environments_and_the_rest(empty_cli: Cli) -> None:
    done = empty_cli.apply(MANIFEST.format(namespace=empty_cli.namespace), "-m", "Begin")

    assert f"+ create namespace {empty_cli.namespace}\n" in done.out
    assert "+ create setting prod/timeout\n" in done.out
    assert f"Applied to {empty_cli.namespace} (revision 1).\n" in done.out
    assert empty_cli("history", "-o", "json").json["commits"][0]["message"] == "Begin"


def test_apply_again_writes_nothing(cli: Cli) -> None:
    done = cli.apply(MANIFEST.format(namespace=cli.namespace))

    assert "0 to create, 0 to update, 0 to delete, 10 unchanged." in done.out
    assert "is so already; nothing was written." in done.out


def test_apply_takes_yaml_json_toml_directories_and_standard_input(cli: Cli) -> None:
    directory = cli.directory / "all"
    (directory / "below").mkdir(parents=True)
    (directory / "a.yaml").write_text("settings: {a: 1}")
    (directory / "b.json").write_text('{"settings": {"b": 2}}')
    (directory / "below" / "c.toml").write_text("[settings]\nc = 3\n")

    cli("apply", "-f", "all", "--file", "manifest.yaml")
    cli("apply", "-f", "-", input='{"settings": {"d": 4}}')

    assert [cli("get", key, "--raw").out for key in "abcd"] == ["1\n", "2\n", "3\n", "4\n"]


def test_apply_makes_one_commit_for_each_namespace(cli: Cli) -> None:
    other = f"{cli.namespace}-too"
    text = (
        settings(cli, "  timeout: 9\n  extra: 1\n")
        + f"---\nnamespace: {other}\nenvironments: {{base: {{}}}}\n"
    )

    found = cli("apply", "-f", "-", "-o", "json", input=text).json

    assert found["dryRun"] is False
    assert [one["namespace"] for one in found["namespaces"]] == [cli.namespace, other]
    assert [one["commit"]["revision"] for one in found["namespaces"]] == ["3", "1"]
    assert found["namespaces"][0]["counts"] == {"create": 1, "update": 1, "delete": 0, "unchanged": 0}


def test_dry_run_shows_the_difference_and_writes_nothing(cli: Cli) -> None:
    text = settings(cli, "  timeout: 9\n  extra: 1\n")

    done = cli.apply(text, "--dry-run")
    assert "~ setting prod/timeout\n    -value: 7\n    +value: 9\n" in done.out
    assert "+ setting prod/extra\n    +value: 1\n" in done.out
    assert "Dry run: nothing was written." in done.out

    cli.apply(text, "--dry-run", "--exit-code", code=7)
    assert cli("get", "timeout", "--raw").out == "7\n"
    cli.apply(settings(cli, "  timeout: 7\n"), "--dry-run", "--exit-code", code=0)


def test_dry_run_lets_the_server_check(cli: Cli) -> None:
    failed = cli.apply(settings(cli, "  timeout: 1000\n"), "--dry-run", code=2)

    assert "manifest.yaml:4:3: settings.timeout" in failed.err


def test_dry_run_of_a_new_namespace_creates_nothing(empty_cli: Cli) -> None:
    empty_cli.apply(MANIFEST.format(namespace=empty_cli.namespace), "--dry-run")

    empty_cli("list", code=3)


def test_prune_deletes_what_the_files_lack(cli: Cli) -> None:
    cli("set", "surplus", "1")
    text = settings(cli, "  timeout: 7\n")

    refused = cli.apply(text, "--prune", code=2)
    assert "--yes" in refused.err
    assert cli("get", "surplus", "--raw").out == "1\n"

    assert "- delete setting prod/surplus" in cli.apply(text, "--prune", "--yes").out
    cli("get", "surplus", code=3)
    # Only where the files say something: base and the segment are left alone.
    assert cli("get", "banner", "--raw").out == "Welcome\n"


def test_prune_asks_and_a_stale_plan_is_refused(cli: Cli) -> None:
    cli("set", "surplus", "1")
    (cli.directory / "prod.yaml").write_text(settings(cli, "  timeout: 9\n"))

    with in_terminal(cli, "apply", "-f", "prod.yaml", "--prune") as terminal:
        terminal.wait_for("Delete 1 resource? [y/N]")
        terminal.type("n\n")
        assert terminal.finish() == 0
        assert "Nothing was written." in terminal.text

    with in_terminal(cli, "apply", "-f", "prod.yaml", "--prune") as terminal:
        terminal.wait_for("[y/N]")
        terminal.type("\x04")  # the end of what is typed
        assert terminal.finish() == 2
        assert "Nobody answered" in terminal.text

    with in_terminal(cli, "apply", "-f", "prod.yaml", "--prune") as terminal:
        terminal.wait_for("[y/N]")
        cli("set", "timeout", "8")
        terminal.type("y\n")
        assert terminal.finish() == 4
        assert "someone else was first" in terminal.text

    assert cli("get", "timeout", "--raw").out == "8\n"
    assert cli("get", "surplus", "--raw").out == "1\n"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("  timeout: 1\n  timeout: 2\n", "manifest.yaml:5:3: "),
        ("  x: {variants: {a: 1, b: 2}, serve: c}\n", "manifest.yaml:4:31: settings.x.serve: "),
        ("  x: {value: 1, rules: []}\n", "manifest.yaml:4:"),
        ("  x: [unclosed\n", "manifest.yaml:5:1: "),
        ("  x: .nan\n", "manifest.yaml:4:3: settings.x: "),
        ("  x: {variants: {a: 1, b: 2}, serve: a, srve: b}\n", "did you mean 'serve'"),
        ("  timeout: 1000\n", "manifest.yaml:4:3: settings.timeout"),
        (
            "  x:\n    variants: {on: true, off: false}\n    prerequisites: {gone: on}\n    serve: on\n",
            "manifest.yaml:6:",
        ),
    ],
)
def test_what_is_wrong_is_told_by_file_and_line_and_changes_nothing(cli: Cli, text: str, place: str) -> None:
    failed = cli.apply(settings(cli, text), code=2)

    assert place in failed.err
    assert cli("history", "-o", "json").json["commits"][0]["revision"] == "2"


def test_violations_have_file_and_line_in_json(cli: Cli) -> None:
    failed = cli.apply(settings(cli, "  timeout: 1000\n"), "-o", "json", code=2)

    (violation,) = failed.error["violations"]
    assert violation["file"].endswith("manifest.yaml")
    assert (violation["line"], violation["column"]) == (4, 3)
    assert violation["reason"] == "CONSTRAINT_VIOLATION"


def test_all_files_are_checked_before_anything_is_written(cli: Cli) -> None:
    (cli.directory / "good.yaml").write_text(settings(cli, "  timeout: 9\n"))
    (cli.directory / "bad.yaml").write_text("namespace: [")

    failed = cli("apply", "-f", "good.yaml", "-f", "bad.yaml", "-f", "gone.yaml", code=2)

    assert "bad.yaml:2:1: not YAML" in failed.err
    assert "gone.yaml: no such file or directory" in failed.err
    assert cli("get", "timeout", "--raw").out == "7\n"


def test_examples_apply(cli: Cli) -> None:
    for directory in (EXAMPLES / "shop", EXAMPLES / "contact-centre" / "manifests"):
        cli("apply", "-f", str(directory))
        assert "nothing was written" in cli("apply", "-f", str(directory)).out


def test_refused_apply_leaves_no_new_namespace(cli: Cli) -> None:
    before = cli("namespace", "list", "-o", "json").json
    text = f"namespace: {cli.namespace}-typo\nenvironment: prod\nsettings: {{a: 1}}\n"

    for arguments in (("--dry-run",), ()):
        refused = cli("apply", "-f", "-", *arguments, input=text, code=2)
        assert "there is no environment 'prod'" in refused.err
    assert cli("namespace", "list", "-o", "json").json == before
