import inspect
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from cyclopts import App

from vexil.server.cli.app import run
from vexil.server.cli.exits import Exit
from vexil.server.cli.registry import COMMANDS, Command, installed_version

ALL = [command for commands in COMMANDS.values() for command in commands]
REFERENCE = Path(__file__).parents[3] / "docs" / "cli.md"


@pytest.fixture(autouse=True)
def no_configuration(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("TARGET", "NAMESPACE", "ENVIRONMENT", "CONTEXT", "OUTPUT"):
        monkeypatch.delenv(f"VEXIL_{name}", raising=False)
    monkeypatch.setenv("VEXIL_CONFIG", str(tmp_path / "config.toml"))


def target_of(command: Command) -> object:
    module, _, name = command.path.partition(":")
    return getattr(import_module(module), name)


@pytest.mark.parametrize("command", ALL, ids=lambda command: command.name)
def test_command_says_the_same_about_itself_as_the_overview(command: Command) -> None:
    target = target_of(command)

    said = target.help if isinstance(target, App) else inspect.getdoc(target)

    assert said is not None
    assert said.split("\n")[0] == command.summary


def test_a_group_says_what_each_of_its_commands_does(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", "--help"]) == 0

    text = capsys.readouterr().out
    assert "│ export      Write every kept entry" in text
    assert "│ verify      Go through the audit chain" in text


def test_overview_lists_every_command_and_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0

    text = " ".join(capsys.readouterr().out.split())
    for command in ALL:
        assert f"│ {command.name} " in text
    for code in Exit:
        assert f"{code.value} " in text


def test_overview_imports_neither_commands_nor_grpc() -> None:
    script = (
        "import sys; from vexil.server.cli.app import run; run(['--help']); "
        "slow = {'grpc', 'yaml', 'google.protobuf', 'vexil.core.evaluator', 'sqlite3', 'asyncio'}; "
        "print([name for name in sys.modules if name in slow or '.commands.' in name])"
    )

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)

    assert done.stderr == ""
    assert done.stdout.endswith("\n[]\n")


@pytest.mark.parametrize("command", ALL, ids=lambda command: command.name)
def test_reference_has_every_command(command: Command) -> None:
    assert f"### `vexil {command.name}`" in REFERENCE.read_text()


@pytest.mark.parametrize("command", ALL, ids=lambda command: command.name)
def test_reference_has_every_subcommand(command: Command) -> None:
    target = target_of(command)
    names = [name for name in target if not name.startswith("-")] if isinstance(target, App) else []

    text = REFERENCE.read_text()

    for name in names:
        assert f"`vexil {command.name} {name}" in text


def test_reference_has_every_exit_code() -> None:
    text = REFERENCE.read_text()

    for code in Exit:
        assert f"| {code.value} | {code.meaning} |" in text


@pytest.mark.parametrize("flag", ["--version"])
def test_version_is_told(flag: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([flag]) == 0

    assert capsys.readouterr().out.strip() == installed_version()


@pytest.mark.parametrize(
    ("tokens", "message"),
    [
        (["gett"], "There is no command 'gett'; did you mean 'get'?"),
        (["xyzzy"], "There is no command 'xyzzy'."),
        (["env", "lst"], "There is no command 'lst'; did you mean 'list'?"),
        (["get"], "requires an argument"),
        (["get", "key", "--at-revison", "3"], "Unknown option"),
        (["get", "key", "--at-revision", "x"], "--at-revision"),
        (["list", "--output", "xml"], '"table", "json", "yaml"'),
        (["history", "--limit", "0"], "--limit"),
        (["get", "key"], "No namespace is given."),
        (["set", "key", "--sevre", "x"], "Unknown option: --sevre"),
        (["apply", "-f", "x.yaml", "--prun"], "Unknown option: --prun"),
        (["apply"], "No file is given."),
        (["import"], "No file is given."),
        (["diff"], "Say what to compare."),
        (["get", "\udcff"], "is not UTF-8 text"),
        (["set", "key", "\udcff", "-n", "shop"], "is not UTF-8 text"),
        (["list", "--context", "gone"], "There is no context 'gone'"),
    ],
)
def test_wrong_usage_is_told_and_is_exit_code_2(
    tokens: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tokens) == Exit.USAGE

    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("Error: ")
    assert message in shown.err


def test_global_options_are_taken_anywhere(capsys: pytest.CaptureFixture[str]) -> None:
    for tokens in (["-o", "json", "config", "get-contexts"], ["config", "get-contexts", "-o", "json"]):
        assert run(tokens) == 0
        assert capsys.readouterr().out == "[]\n"


def test_flag_wins_over_variable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VEXIL_TARGET", "variable:1")
    monkeypatch.setenv("VEXIL_NAMESPACE", "from-variable")

    assert run(["config", "set-context", "x", "--target", "flag:1"]) == 0

    text = (tmp_path / "config.toml").read_text()
    assert 'target = "flag:1"' in text
    assert 'namespace = "from-variable"' in text


def test_broken_configuration_does_not_hinder_commands_without_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "config.toml").write_text("[")

    assert run(["version"]) == 0
    assert run(["config", "view"]) == Exit.USAGE

    assert "is not a TOML file" in capsys.readouterr().err
