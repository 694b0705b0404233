"""Plans, for people and for machines."""

from collections.abc import Iterator
from typing import Any

from rich.text import Text

from vexil.convert.resources import id_to_proto
from vexil.core.change import Put
from vexil.server.cli.plan import Action, Plan, Step
from vexil.server.cli.render.diffs import resource_lines
from vexil.server.cli.render.messages import document
from vexil.server.cli.render.resources import name_of

_SIGNS = {Action.CREATE: ("+", "green"), Action.UPDATE: ("~", "yellow"), Action.DELETE: ("-", "red")}


def plan_lines(plan: Plan) -> Iterator[Text]:
    """What changes, a line each, and how much of what there is."""
    if plan.implies_namespace:
        yield Text(f"+ create namespace {plan.namespace}", style="green")
    for step in plan.changing:
        sign, style = _SIGNS[step.action]
        yield Text(f"{sign} {step.action} {name_of(step.id)}", style=style)
    yield plan_summary(plan)


def plan_diffs(plan: Plan) -> Iterator[Text]:
    """As `plan_lines`, with the lines of the resources that differ."""
    if plan.implies_namespace:
        yield Text(f"+ namespace {plan.namespace}", style="bold green")
    for step in plan.changing:
        yield from resource_lines(
            step.id, None if step.before is None else step.before.resource, _after(step)
        )
    yield plan_summary(plan)


def plan_summary(plan: Plan) -> Text:
    """How many resources are created, updated, deleted, left alone."""
    counts = ", ".join(f"{plan.count(action)} to {action}" for action in _SIGNS)
    return Text(
        f"Plan for {plan.namespace}: {counts}, {plan.count(Action.UNCHANGED)} unchanged.", style="bold"
    )


def plan_document(plan: Plan) -> dict[str, Any]:
    """The plan as a JSON value: its counts, and every resource that changes."""
    return {
        "namespace": plan.namespace,
        "createNamespace": not plan.exists,
        "counts": {str(action): plan.count(action) for action in Action},
        "changes": [
            {"action": str(step.action), "id": document(id_to_proto(step.id))} for step in plan.changing
        ],
    }


def _after(step: Step) -> Any:
    return step.change.resource if isinstance(step.change, Put) else None
