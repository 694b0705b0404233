"""The trace of an evaluation as a tree."""

import re
from collections.abc import Sequence

from rich.text import Text
from rich.tree import Tree

from vexil.core.evaluation import Evaluation, Explanation, TraceStep
from vexil.server.cli.render.evaluations import reason_of, value_of
from vexil.server.cli.render.text import printable

_SEGMENT = re.compile(r"[^.\[\]]+(?:\[[^\]]*\])*")


def trace_tree(explanation: Explanation, chain: Sequence[str], revision: int) -> Tree:
    """The answer at the root, below it every step under the part of the setting that it belongs to.

    `chain` is where the setting was looked for, `revision` that of the state that was evaluated.
    """
    evaluation = explanation.evaluation
    root = Tree(_answer(evaluation))
    root.add(Text(_origin(evaluation, chain, revision), style="dim"))
    nodes: dict[tuple[str, ...], Tree] = {(): root}
    for step in explanation.steps:
        path = tuple(_SEGMENT.findall(step.path))
        for length in range(1, len(path) + 1):
            if path[:length] not in nodes:
                nodes[path[:length]] = nodes[path[: length - 1]].add(
                    Text(printable(path[length - 1]), style="dim")
                )
        nodes[path].label = _label(path[-1] if path else "", step)
    return root


def _answer(evaluation: Evaluation) -> Text:
    answer = Text.assemble((printable(evaluation.key), "bold"), " → ", (value_of(evaluation), "bold"), "  ")
    answer.append(reason_of(evaluation))
    if evaluation.variant is not None:
        answer.append(f"  variant {printable(evaluation.variant)}")
    if evaluation.rule:
        answer.append(f"  by {printable(evaluation.rule)}")
    return answer


def _origin(evaluation: Evaluation, chain: Sequence[str], revision: int) -> str:
    looked = " → ".join(chain)
    found = f", found in {evaluation.environment}" if evaluation.environment else ""
    changed = f", last changed at revision {evaluation.revision}" if evaluation.revision else ""
    return f"looked in {looked}{found}{changed}; state at revision {revision}"


def _label(name: str, step: TraceStep) -> Text:
    mark = ("✓", "bold green") if step.matched else ("✗", "bold red")
    return Text.assemble(mark, f" {printable(name)}", ("  " if step.detail else ""), printable(step.detail))
