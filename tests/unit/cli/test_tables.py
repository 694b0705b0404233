import pytest

from tests.unit.cli.screen import NarrowScreen, shown
from tests.unit.cli.states import state
from vexil.core.evaluation import ErrorCode, Evaluation, EvaluationReason
from vexil.core.resource import Environment, Revision
from vexil.core.setting import Setting
from vexil.core.value import Value, ValueType
from vexil.server.cli.render.details import details
from vexil.server.cli.render.evaluations import evaluations_table
from vexil.server.cli.render.tables import pairs, table
from vexil.server.cli.render.times import moment
from vexil.server.cli.render.trees import EnvironmentLine, environment_tree


def test_table_has_columns_and_no_trailing_blanks() -> None:
    rendered = shown(table(("KEY", "VALUE"), [("short", "1"), ("a-longer-key", '"text"')]))

    assert rendered.split("\n") == ["KEY           VALUE", "short         1", 'a-longer-key  "text"']


def test_table_never_breaks_a_line_of_a_pipe() -> None:
    assert shown(table(("KEY",), [("x" * 5000,)])) == "KEY\n" + "x" * 5000


def test_narrow_table_breaks_sentences_and_no_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    screen = NarrowScreen()
    key, time, message = (
        "payment.providers.timeout-ms",
        "2026-11-21 21:34:35",
        "Slow, since Friday: see there",
    )
    screen.terminal.show(
        table(("ID", "OTHER"), [("x" * 70, "y" * 70)]),
        table(
            ("REVISION", "TIME", "AUTHOR", "CHANGES", "MESSAGE"),
            [("1", time, "someone@example.org", f"setting prod/{key}, setting prod/b", message)],
        ),
    )

    lines = screen.text.split("\n")
    assert any(key in line for line in lines)
    assert any(time in line and "someone@example.org" in line for line in lines)
    assert message not in screen.text
    assert f"{'x' * 70}  {'y' * 70}" in [line.rstrip() for line in lines]


def test_table_takes_markup_for_text() -> None:
    assert shown(table(("KEY",), [("[bold]x[/bold] :smile:",)])) == "KEY\n[bold]x[/bold] :smile:"


def test_pairs_line_up() -> None:
    assert shown(pairs([("a", "1"), ("long", "2")])) == "a     1\nlong  2"


def test_evaluations_say_value_reason_and_error() -> None:
    found = Evaluation(
        "checkout",
        True,
        ValueType.BOOL,
        "on",
        EvaluationReason.TARGETING_MATCH,
        "insiders",
        "base",
        Revision(3),
    )
    missing = Evaluation(
        "gone",
        None,
        None,
        None,
        EvaluationReason.ERROR,
        error_code=ErrorCode.FLAG_NOT_FOUND,
        error_message="no \x1b such setting",
    )

    assert shown(evaluations_table([found, missing])).split("\n") == [
        "KEY       VALUE  VARIANT  REASON                                      RULE      FROM",
        "checkout  true   on       TARGETING_MATCH                             insiders  base",
        "gone      –               ERROR FLAG_NOT_FOUND: no \\x1b such setting",
    ]


def test_environments_are_a_tree() -> None:
    lines = [
        EnvironmentLine("base", Environment(description="Everywhere"), 4, 4),
        EnvironmentLine("prod", Environment("base", production=True), 1, 5),
        EnvironmentLine("eu", Environment("prod", approval_required=True), 0, 5),
        EnvironmentLine("staging", Environment("base"), 2, 5),
    ]

    assert shown(environment_tree("shop", lines)).split("\n") == [
        "shop",
        "└── base  4 own, 4 in all  Everywhere",
        "    ├── prod  1 own, 5 in all  production",
        "    │   └── eu  0 own, 5 in all  approval required",
        "    └── staging  2 own, 5 in all",
    ]


def test_details_show_where_a_setting_comes_from_and_what_it_holds() -> None:
    setting = state(
        "timeout", Setting(value=Value.of_int(5), description="Seconds"), "base", version=2, revision=7
    )

    assert shown(*details(setting)).split("\n") == [
        "setting  timeout",
        "from     base",
        "version  2, of revision 7",
        f"changed  {moment(setting.changed_at)}",
        "description: Seconds",
        "value: 5",
    ]
