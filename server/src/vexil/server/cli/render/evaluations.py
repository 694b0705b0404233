"""Evaluations as a table."""

from collections.abc import Iterable

from rich.table import Table
from rich.text import Text

from vexil.core.evaluation import Evaluation, EvaluationReason
from vexil.server.cli.render.tables import table
from vexil.server.cli.render.text import printable
from vexil.server.cli.render.values import plain_literal


def evaluations_table(evaluations: Iterable[Evaluation]) -> Table:
    """What each setting gave, and why."""
    return table(
        ("KEY", "VALUE", "VARIANT", "REASON", "RULE", "FROM"),
        (
            (
                printable(evaluation.key),
                value_of(evaluation),
                printable(evaluation.variant or ""),
                reason_of(evaluation),
                printable(evaluation.rule or ""),
                evaluation.environment,
            )
            for evaluation in evaluations
        ),
    )


def value_of(evaluation: Evaluation) -> str:
    """The value served; "–" when the caller's default stands in."""
    return "–" if evaluation.type is None else plain_literal(evaluation.value)


def reason_of(evaluation: Evaluation) -> Text:
    """The reason, and with ERROR the code and what went wrong."""
    if evaluation.reason is not EvaluationReason.ERROR:
        return Text(evaluation.reason, style="green" if evaluation.type is not None else "yellow")
    return Text(f"ERROR {evaluation.error_code or ''}: {printable(evaluation.error_message)}", style="red")
