"""Parameters of actions."""

from collections.abc import Iterator, Mapping
from typing import Any

from vexil.core.flows.language.actions import ACTION_TYPES
from vexil.core.flows.language.findings import FindingSeverity, FlowFinding, FlowFindingCode
from vexil.core.flows.language.flow import Action
from vexil.core.flows.pointers import Place


def findings_of_parameters(action: Action) -> Iterator[FlowFinding]:
    """Parameters that the action's type needs and that are not there; a type that is not known."""
    if action.type is None:
        return
    known = ACTION_TYPES.get(action.type)
    if known is None:
        yield FlowFinding(
            (*action.place, "Type"),
            FlowFindingCode.UNKNOWN_ACTION_TYPE,
            f'the type "{action.type[:60]}" is not known here; its parameters were not checked',
            action.identifier or "",
            FindingSeverity.WARNING,
        )
        return
    for name in known.parameters:
        place, found = _find(action, name)
        if not found:
            yield _missing(action, place, f'{known.name} needs the parameter "{name.replace("/", ".")}"')
    for names in known.alternatives:
        if not any(_find(action, name)[1] for name in names):
            message = f"{known.name} needs one of the parameters {', '.join(names)}"
            yield _missing(action, action.parameters_place, message)


def _find(action: Action, name: str) -> tuple[Place, bool]:
    """How far the way of a parameter leads, and whether something is there."""
    owner: Any = action.parameters
    place = action.parameters_place
    *outer, last = name.split("/")
    for step in outer:
        if not isinstance(owner, Mapping) or step not in owner:
            return place, False
        owner = owner[step]
        place = (*place, step)
    if not isinstance(owner, Mapping) or last not in owner:
        return place, False
    return (*place, last), owner[last] is not None and owner[last] != ""


def _missing(action: Action, place: Place, message: str) -> FlowFinding:
    return FlowFinding(place, FlowFindingCode.MISSING_PARAMETER, message, action.identifier or "")
