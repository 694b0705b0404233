"""`watch`: live, resumable, and gone without a trace."""

import json
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.cli import MANIFEST, Cli
from tests.support.server import server_process


@contextmanager
def watching(cli: Cli, *arguments: str) -> Iterator["subprocess.Popen[str]"]:
    """A watching process that has its first state."""
    process = cli.start("watch", *arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        if "--from-revision" not in arguments:
            assert process.stderr is not None
            assert process.stderr.readline().startswith("Watching ")
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def line_of(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def test_watch_says_when_who_and_what(cli: Cli) -> None:
    with watching(cli) as process:
        cli("set", "timeout", "8", "-m", "Slower")

        line = line_of(process)

    assert "revision 3  anonymous  setting timeout: 7 → 8  # Slower\n" in line


def test_watch_tells_inherited_changes_and_deletions(cli: Cli) -> None:
    with watching(cli) as process:
        cli("set", "banner", "Hello", "-e", "base")
        assert 'setting banner: "Welcome" → "Hello"' in line_of(process)
        cli("delete", "timeout")
        assert "setting timeout: 7 → 5" in line_of(process)
        cli("set", "new", "1")
        assert "setting new: new, 1" in line_of(process)
        cli("delete", "new")
        assert "setting new: 1 → deleted" in line_of(process)


def test_watch_in_json_is_an_object_on_each_line(cli: Cli) -> None:
    with watching(cli, "-o", "json") as process:
        cli("set", "timeout", "8", "-m", "Slower")
        cli.apply(f"namespace: {cli.namespace}\nenvironment: prod\nsettings: {{a: 1, b: 2}}\n")

        first, second = json.loads(line_of(process)), json.loads(line_of(process))

    assert first["revision"] == "3"
    assert first["author"] == "anonymous"
    assert first["message"] == "Slower"
    (change,) = first["changes"]
    assert (change["kind"], change["key"]) == ("SETTING", "timeout")
    assert change["before"]["resource"]["setting"]["value"] == {"intValue": "7"}
    assert change["after"]["resource"]["setting"]["value"] == {"intValue": "8"}
    assert [change["key"] for change in second["changes"]] == ["a", "b"]


@pytest.mark.parametrize(
    "arguments", [["banner"], ["ban*"], ["nothing", "banner"], ["--kind", "setting", "b*"]]
)
def test_watch_selects(cli: Cli, arguments: list[str]) -> None:
    with watching(cli, *arguments) as process:
        cli("set", "timeout", "8")
        cli("set", "banner", "Hello")

        assert "revision 4  anonymous  setting banner" in line_of(process)


def test_watch_from_a_revision_begins_with_what_followed(cli: Cli) -> None:
    cli("set", "timeout", "8")
    cli("set", "timeout", "9")

    shown = cli("watch", "--from-revision", "2", "--count", "2").out.splitlines()

    assert "revision 3" in shown[0]
    assert "timeout: 7 → 8" in shown[0]
    assert "timeout: 8 → 9" in shown[1]
    cli("watch", "--from-revision", "99", code=3)


def test_watch_ends_cleanly_with_ctrl_c(cli: Cli) -> None:
    with watching(cli) as process:
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)

        assert (process.returncode, out, err) == (0, "", "")


def test_watch_ends_when_its_reader_goes_although_nothing_happens(cli: Cli) -> None:
    with watching(cli) as process:
        assert process.stdout is not None
        process.stdout.close()

        assert process.wait(60) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""


@pytest.mark.parametrize(("flag", "value"), [("-e", "gone"), ("-n", "gone")])
def test_watch_of_what_is_not_there_is_exit_code_3(cli: Cli, flag: str, value: str) -> None:
    assert cli("watch", flag, value, code=3).err.startswith("Error: ")


def test_watch_goes_on_without_a_gap_after_the_server_was_killed(
    tmp_path: Path, compiled: dict[str, str]
) -> None:
    store = tmp_path / "vexil.db"
    with server_process(store) as server:
        cli = Cli(server.target, tmp_path, "shop", variables=compiled)
        cli.apply(MANIFEST.format(namespace="shop"))
        with watching(cli) as process:
            cli("set", "timeout", "8")
            assert "7 → 8" in line_of(process)
            server.kill()
            assert process.stderr is not None
            assert "trying again in" in process.stderr.readline()
            with server_process(store, listen=server.target) as again:
                assert again.target == server.target
                cli("set", "timeout", "9")
                cli("set", "timeout", "10")

                assert "revision 3  anonymous  setting timeout: 8 → 9" in line_of(process)
                assert "revision 4  anonymous  setting timeout: 9 → 10" in line_of(process)
                process.send_signal(signal.SIGINT)
                assert process.wait(60) == 0
