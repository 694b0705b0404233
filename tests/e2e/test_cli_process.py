"""The command as a process: each one once, how it fails without a server, colours, pipes, completion."""

import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.cli import Cli
from tests.e2e.terminal import in_terminal
from vexil.server.cli.registry import COMMAND_NAMES

WORKING = [
    ["config", "set-context", "x", "--target", "127.0.0.1:1"],
    ["version"],
    ["completion", "zsh"],
    ["completion", "fish"],
    ["doctor"],
    ["namespace", "list"],
    ["env", "list"],
    ["apply", "-f", "manifest.yaml"],
    ["get", "timeout"],
    ["list"],
    ["set", "timeout", "8"],
    ["evaluate", "checkout", "-k", "user-7"],
    ["explain", "checkout"],
    ["watch", "--from-revision", "1", "--count", "1"],
    ["history"],
    ["convergence"],
    ["diff", "1", "2"],
    ["rollback", "timeout", "--to-version", "1", "--yes"],
    ["export", "--to", "all.jsonl"],
    ["import", "manifest.yaml"],
    ["delete", "timeout"],
]
NEEDING_A_SERVER = [
    ["get", "timeout"],
    ["list"],
    ["set", "timeout", "8"],
    ["delete", "timeout"],
    ["evaluate", "checkout"],
    ["explain", "checkout"],
    ["watch"],
    ["convergence"],
    ["apply", "-f", "manifest.yaml"],
    ["export"],
    ["import", "manifest.yaml"],
    ["history"],
    ["diff", "1"],
    ["rollback", "timeout", "--to-version", "1", "--yes"],
    ["namespace", "list"],
    ["env", "list"],
]


@pytest.fixture
def closed_port() -> str:
    """An address where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return f"127.0.0.1:{probe.getsockname()[1]}"


def test_every_command_works_as_a_process(cli: Cli) -> None:
    for arguments in WORKING:
        done = cli.process(*arguments)
        assert done.out or done.err
        assert "\x1b" not in done.out + done.err

    # These have tests of their own, with what they need.
    tried = {arguments[0] for arguments in WORKING} | {
        "serve",
        "demo",
        "store",
        "region",
        "backup",
        "connect",
        "access",
        "audit",
        "keys",
        "login",
        "logout",
    }
    assert tried == set(COMMAND_NAMES)


@pytest.mark.parametrize("arguments", NEEDING_A_SERVER, ids=" ".join)
def test_without_a_server_each_command_says_so(cli: Cli, arguments: list[str], closed_port: str) -> None:
    failed = cli(*arguments, "--timeout", "5", code=5, VEXIL_TARGET=closed_port)

    assert failed.out == ""
    assert closed_port in failed.err
    assert "vexil doctor" in failed.err


def test_without_a_server_a_process_writes_one_error_and_nothing_else(cli: Cli, closed_port: str) -> None:
    failed = cli.process("get", "timeout", code=5, VEXIL_TARGET=closed_port)

    assert failed.err.startswith(f"Error: cannot reach {closed_port}")
    assert failed.err.count("\n") == 2


def test_server_that_does_not_answer_is_exit_code_5(cli: Cli) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        target = f"127.0.0.1:{silent.getsockname()[1]}"
        failed = cli("get", "timeout", "--timeout", "0.3", "-o", "json", code=5, VEXIL_TARGET=target)

    assert failed.error["reason"] == "DEADLINE_EXCEEDED"


def test_wrong_usage_of_a_process_is_exit_code_2(cli: Cli) -> None:
    assert "did you mean 'list'?" in cli.process("lst", code=2).err


def test_terminal_gets_colours_unless_told_otherwise(cli: Cli) -> None:
    cases: list[tuple[list[str], dict[str, str], bool]] = [
        ([], {}, True),
        (["--no-color"], {}, False),
        ([], {"NO_COLOR": "1"}, False),
        ([], {"TERM": "dumb"}, False),
    ]
    for arguments, variables, coloured in cases:
        with in_terminal(cli, "evaluate", *arguments, **variables) as terminal:
            assert terminal.finish() == 0
            assert "checkout" in terminal.text
            assert ("\x1b[" in terminal.text) is coloured
    assert "\x1b" not in cli.process("evaluate").out


def test_terminal_never_gets_what_a_value_says(cli: Cli) -> None:
    cli("set", "banner", "-", input="\x1b]0;title\x07\u202e")

    for arguments in (["get", "banner"], ["get", "banner", "--raw"], ["list"], ["export"], ["diff", "1"]):
        with in_terminal(cli, *arguments) as terminal:
            assert terminal.finish() == 0
            assert "title" in terminal.text
            assert "\x1b]0" not in terminal.text
            assert "\u202e" not in terminal.text


def test_closed_pipe_is_silent(cli: Cli) -> None:
    settings = "\n".join(f"  bulk.{number:05}: {number}" for number in range(5000))
    cli.apply(f"namespace: {cli.namespace}\nenvironment: prod\nsettings:\n{settings}\n")

    for arguments in (["list"], ["list", "-o", "json"], ["export"], ["export", "--format", "jsonl"]):
        process = cli.start(*arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == ""
        assert process.wait(60) == 0
        process.stderr.close()


def test_ctrl_c_is_exit_code_130_and_silent(cli: Cli) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        target = f"127.0.0.1:{silent.getsockname()[1]}"
        process = cli.start(
            "get", "timeout", "--target", target, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        connection, _ = silent.accept()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        connection.close()

    assert (process.returncode, out, err) == (130, "", "")


def test_characters_that_the_encoding_lacks_are_escaped(cli: Cli) -> None:
    cli("set", "banner", "héllo ✓")

    assert "value: h\\xe9llo \\u2713" in cli.process("get", "banner", PYTHONIOENCODING="ascii").out
    assert "base" in cli.process("env", "list", PYTHONIOENCODING="ascii").out


def test_precedence_is_flag_variable_context_default(cli: Cli) -> None:
    cli("config", "set-context", "there", VEXIL_ENVIRONMENT="base")
    assert cli("get", "timeout", "--raw", "-e", "staging").out == "5\n"
    assert cli("get", "timeout", "--raw").out == "7\n"
    assert cli("get", "timeout", "--raw", VEXIL_ENVIRONMENT="").out == "5\n"
    cli("config", "delete-context", "there")
    assert "No environment is given" in cli("get", "timeout", code=2, VEXIL_ENVIRONMENT="").err


def test_bash_completes_commands_options_and_choices(cli: Cli) -> None:
    (cli.directory / "vexil.bash").write_text(cli("completion", "bash").out)
    (cli.directory / "vexil").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m vexil.server.cli "$@"\n')
    (cli.directory / "vexil").chmod(0o755)

    def completed(*words: str) -> list[str]:
        script = f"""
            PATH="$PWD:$PATH"
            source vexil.bash
            COMP_WORDS=({" ".join(f"'{word}'" for word in words)})
            COMP_CWORD={len(words) - 1}
            COMP_LINE="${{COMP_WORDS[*]}}"
            COMP_POINT=${{#COMP_LINE}}
            "$(complete -p vexil | sed 's/.*-F \\([^ ]*\\).*/\\1/')" vexil '{words[-1]}' '{words[-2]}'
            printf '%s\\n' "${{COMPREPLY[@]}}"
        """
        done = subprocess.run(
            ["bash", "--norc", "-c", script],
            capture_output=True,
            text=True,
            env=cli.environ,
            cwd=cli.directory,
            check=True,
        )
        assert done.stderr == ""
        return done.stdout.split()

    assert completed("vexil", "eva") == ["evaluate"]
    assert set(completed("vexil", "env", "")) >= {"list", "create", "delete"}
    assert "--targeting-key" in completed("vexil", "evaluate", "--targ")
    assert set(completed("vexil", "get", "--output", "")) >= {"json", "table", "yaml"}
    assert completed("vexil", "list", "--kind", "seg") == ["segment"]


def test_console_script_is_the_same_command(cli: Cli) -> None:
    script = Path(sys.executable).with_name("vexil")

    done = subprocess.run([script, "--version"], capture_output=True, text=True, check=True, env=cli.environ)

    assert done.stdout == cli.process("--version").out
