"""`evaluate`, `explain`."""

import json

import pytest

from tests.e2e.cli import Cli


def value_of(cli: Cli, *arguments: str) -> object:
    (evaluation,) = cli("evaluate", "checkout", *arguments, "-o", "json").json["evaluations"]
    return evaluation["value"]["boolValue"], evaluation["reason"].removeprefix("EVALUATION_REASON_")


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ([], (False, "DEFAULT")),
        (["--targeting-key", "user-7"], (True, "TARGETING_MATCH")),
        (["-k", "user-8"], (False, "DEFAULT")),
        (["--attr", "plan=beta"], (True, "TARGETING_MATCH")),
        (["-a", "age=3", "-a", "plan=staff"], (True, "TARGETING_MATCH")),
        (["--attr", "plan=1"], (False, "DEFAULT")),
    ],
)
def test_evaluate_takes_a_context_from_flags(cli: Cli, arguments: list[str], found: object) -> None:
    assert value_of(cli, *arguments) == found


def test_evaluate_takes_a_context_from_a_file_and_flags_win(cli: Cli) -> None:
    context = cli.directory / "context.json"
    context.write_text(json.dumps({"targetingKey": "user-7", "plan": "free"}))

    assert value_of(cli, "--context-file", "context.json") == (True, "TARGETING_MATCH")
    assert value_of(cli, "--context-file", "context.json", "-k", "x") == (False, "DEFAULT")
    assert value_of(cli, "--context-file", "context.json", "-k", "x", "-a", "plan=beta") == (
        True,
        "TARGETING_MATCH",
    )


@pytest.mark.parametrize("text", ["{", "[]", '{"targetingKey": 1}', '{"a": 1, "a": 2}', '{"a": 1e999}'])
def test_evaluate_refuses_a_context_that_is_none(cli: Cli, text: str) -> None:
    assert cli("evaluate", "checkout", "--context-file", "-", input=text, code=2).err.startswith("Error: ")


def test_evaluate_without_keys_evaluates_everything(cli: Cli) -> None:
    lines = cli("evaluate").out.splitlines()

    assert [line.split()[0] for line in lines] == ["KEY", "banner", "checkout", "timeout"]
    assert [line.split()[0] for line in cli("evaluate", "--prefix", "ch").out.splitlines()] == [
        "KEY",
        "checkout",
    ]
    assert cli("evaluate", "--prefix", "nothing").err == "Nothing there.\n"


def test_evaluate_exit_code_says_whether_there_is_an_answer(cli: Cli) -> None:
    cli.apply(
        f"namespace: {cli.namespace}\nenvironment: prod\nsettings:\n"
        "  split: {variants: {on: true, off: false}, serve: {split: {on: 1, off: 1}}}\n"
    )

    assert "FLAG_NOT_FOUND" in cli("evaluate", "gone", code=3).out
    assert "TARGETING_KEY_MISSING" in cli("evaluate", "split", code=2).out
    assert "FLAG_NOT_FOUND" in cli("evaluate", "gone", "checkout").out


def test_explain_shows_every_step(cli: Cli) -> None:
    shown = cli("explain", "checkout", "-k", "user-8", "-a", "plan=beta").out

    assert shown.startswith("checkout → true  TARGETING_MATCH  variant on  by plans\n")
    assert "looked in prod → base, found in base" in shown
    assert "✗ " in shown
    assert "✓ " in shown
    assert "rules[1]" in shown


def test_explain_at_an_old_revision_says_what_was_answered_then(cli: Cli) -> None:
    cli("set", "checkout", "--serve", "on")

    assert cli("explain", "checkout").out.startswith("checkout → true")
    assert cli("explain", "checkout", "--at-revision", "2").out.startswith("checkout → false")
    assert cli("explain", "checkout", "--at-revision", "99", "-o", "json", code=3).error["reason"] == (
        "REVISION_IN_FUTURE"
    )
    assert cli("explain", "gone", code=3).out.startswith("gone → –")
