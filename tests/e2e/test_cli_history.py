"""`history`, `diff`, `rollback`."""

import pytest

from tests.e2e.cli import Cli
from tests.e2e.terminal import in_terminal


@pytest.fixture
def changed(cli: Cli) -> Cli:
    """The namespace after three more commits: revisions 3, 4 and 5."""
    cli("set", "timeout", "8", "-m", "Slower")
    cli("set", "timeout", "9")
    cli("set", "banner", "Hello", "-e", "staging")
    return cli


def test_history_lists_commits_newest_first(changed: Cli) -> None:
    lines = changed("history").out.splitlines()

    assert lines[0].split() == ["REVISION", "TIME", "AUTHOR", "CHANGES", "MESSAGE"]
    assert [line.split()[0] for line in lines[1:]] == ["5", "4", "3", "2", "1"]
    assert lines[1].rstrip().endswith("setting staging/banner")
    assert lines[3].endswith("Slower")
    assert " and 4 more" in lines[4]


def test_history_of_an_environment_has_what_changed_it(changed: Cli) -> None:
    found = changed("history", "-e", "staging", "--limit", "2", "-o", "json").json

    assert [commit["revision"] for commit in found["commits"]] == ["5", "2"]


def test_history_of_a_key_lists_its_versions(changed: Cli) -> None:
    changed("delete", "timeout")

    lines = changed("history", "timeout").out.splitlines()

    assert [line.split()[:2] for line in lines[1:]] == [["4", "6"], ["3", "4"], ["2", "3"], ["1", "2"]]
    assert "deleted" in lines[1]
    assert "Slower" in lines[3]
    changed("history", "gone", code=3)


def test_diff_between_revisions(changed: Cli) -> None:
    shown = changed("diff", "2", "4").out
    assert shown == "~ setting prod/timeout\n    -value: 7\n    +value: 9\n"

    assert "+ setting staging/banner" in changed("diff", "2").out
    assert changed("diff", "3", "4", "--exit-code", code=7).out
    assert changed("diff", "4", "4", "--exit-code").err == "No difference.\n"


def test_diff_of_revisions_that_are_not_there(changed: Cli) -> None:
    assert changed("diff", "3", "99", "-o", "json", code=3).error["reason"] == "REVISION_IN_FUTURE"


def test_diff_between_environments(changed: Cli) -> None:
    shown = changed("diff", "--environments", "staging", "prod").out

    assert "~ setting prod/banner\n    -value: Hello\n    +value: Welcome\n" in shown
    assert "~ setting prod/timeout\n    -value: 5\n    +value: 9\n" in shown
    changed("diff", "--environments", "staging", "prod", "--exit-code", code=7)
    changed("diff", "--environments", "staging", "gone", code=3)


def test_diff_in_json_has_both_states(changed: Cli) -> None:
    for arguments in (["2", "4"], ["--environments", "base", "prod"]):
        (difference,) = changed("diff", *arguments, "-o", "json").json["differences"]
        assert difference["id"]["key"] == "timeout"
        assert difference["after"]["resource"]["setting"]["value"] == {"intValue": "9"}
        assert difference["before"]["version"] == "1"


def test_rollback_of_a_key(changed: Cli) -> None:
    shown = changed("rollback", "timeout", "--to-version", "1", "--yes", "-m", "Too slow").out

    assert shown.startswith("~ setting prod/timeout\n    -value: 9\n    +value: 7\n")
    assert "Rolled back (revision 6)." in shown
    assert changed("get", "timeout", "--raw").out == "7\n"
    assert "Too slow" in changed("history", "timeout").out


def test_rollback_of_an_environment(changed: Cli) -> None:
    done = changed("rollback", "-e", "staging", "--to-revision", "2", "-y", "-o", "json").json

    assert done["commit"]["revision"] == "6"
    assert done["dryRun"] is False
    assert changed("get", "banner", "-e", "staging", "--raw").out == "Welcome\n"
    again = changed("rollback", "-e", "staging", "--to-revision", "2", "-y")
    assert "is so already" in again.err


def test_rollback_asks_first(changed: Cli) -> None:
    assert "--yes" in changed("rollback", "timeout", "--to-version", "1", code=2).err
    for answer, value in (("n", "9\n"), ("y", "7\n")):
        with in_terminal(changed, "rollback", "timeout", "--to-version", "1") as terminal:
            terminal.wait_for("Roll back? [y/N]")
            terminal.type(f"{answer}\n")
            assert terminal.finish() == 0
        assert changed("get", "timeout", "--raw").out == value


def test_rollback_with_dry_run_writes_nothing(changed: Cli) -> None:
    assert "Dry run" in changed("rollback", "timeout", "--to-version", "1", "--dry-run").out
    assert changed("get", "timeout", "--raw").out == "9\n"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["timeout", "--to-version", "99"], 3),
        (["gone", "--to-version", "1"], 3),
        (["--to-revision", "99"], 3),
        (["timeout"], 2),
        (["timeout", "--to-version", "1", "--to-revision", "1"], 2),
        (["--to-version", "1"], 2),
        ([], 2),
    ],
)
def test_rollback_to_what_is_not_there(changed: Cli, arguments: list[str], code: int) -> None:
    changed("rollback", *arguments, "--yes", code=code)
