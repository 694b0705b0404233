"""Where a flow's transitions lead."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from vexil.core.flows.language.actions import ACTION_TYPES, Leaves
from vexil.core.flows.language.findings import FindingSeverity, FlowFinding, FlowFindingCode
from vexil.core.flows.language.flow import Action, Flow
from vexil.core.flows.language.identifiers import quoted


def findings_of_graph(flow: Flow) -> Iterator[FlowFinding]:
    """Identifiers that are not unique, ways to nowhere, actions that no way leads to."""
    actions: defaultdict[str, list[Action]] = defaultdict(list)
    for action in flow.actions:
        if action.identifier is not None:
            actions[action.identifier].append(action)
    for identifier, same in actions.items():
        for action in same[1:]:
            yield FlowFinding(
                (*action.place, "Identifier"),
                FlowFindingCode.DUPLICATE_IDENTIFIER,
                f"{quoted(identifier)} is the identifier of an earlier action too; choose another",
                identifier,
            )
    # The one that differs in case or in spaces around it is what was meant, as a rule.
    alike = {identifier.strip().casefold(): identifier for identifier in actions}
    if flow.start is not None and flow.start not in actions:
        yield FlowFinding(
            ("StartAction",),
            FlowFindingCode.START_ACTION_NOT_FOUND,
            f"no action has the identifier {quoted(flow.start)}{_meant(alike, flow.start)}",
        )
    yield from _broken(flow, actions, alike)
    if flow.start is not None and flow.start in actions:
        yield from _unreachable(flow, flow.start, actions)


def _broken(
    flow: Flow, actions: Mapping[str, list[Action]], alike: Mapping[str, str]
) -> Iterator[FlowFinding]:
    for action in flow.actions:
        for transition in action.transitions:
            target = transition.target
            if target is not None and target not in actions:
                yield FlowFinding(
                    transition.place,
                    FlowFindingCode.TRANSITION_NOT_FOUND,
                    f"no action has the identifier {quoted(target)}{_meant(alike, target)}",
                    action.identifier or "",
                )


def _unreachable(flow: Flow, start: str, actions: Mapping[str, list[Action]]) -> Iterator[FlowFinding]:
    reached = {start}
    waiting = [start]
    while waiting:
        for action in actions[waiting.pop()]:
            for target in _ways_on(action):
                if target in actions and target not in reached:
                    reached.add(target)
                    waiting.append(target)
    for action in flow.actions:
        if action.identifier is not None and action.identifier not in reached:
            yield FlowFinding(
                action.place,
                FlowFindingCode.UNREACHABLE_ACTION,
                f"no way leads from StartAction to {quoted(action.identifier)}; remove it, or lead one to it",
                action.identifier,
            )


def _ways_on(action: Action) -> Iterator[str]:
    known = ACTION_TYPES.get(action.type or "")
    if known is None or known.leaves is not Leaves.ALWAYS:
        yield from (transition.target for transition in action.transitions if transition.target is not None)


def findings_of_ways_out(action: Action) -> Iterator[FlowFinding]:
    """What is wrong with the ways out of an action whose type is known."""
    known = ACTION_TYPES.get(action.type or "")
    if known is None:
        return
    if known.leaves is Leaves.ALWAYS:
        if action.transitions:
            message = f'{known.name} ends the flow: write "Transitions": {{}}'
            yield _odd(action, FlowFindingCode.INVALID_STRUCTURE, message)
        return
    handled = {error.label for error in action.errors}
    # Also where conditions and errors cover every result: Amazon Connect refuses the flow otherwise.
    if action.next is None and known.leaves is Leaves.NEVER:
        yield FlowFinding(
            action.transitions_place,
            FlowFindingCode.DEAD_END,
            f'{known.name} does not end a flow, and nothing follows it: it needs a "NextAction"',
            action.identifier or "",
        )
    if missing := [error for error in known.errors if error not in handled]:
        message = f"no branch for {', '.join(missing)}: a contact to which that happens is lost"
        yield _odd(action, FlowFindingCode.DEAD_END, message)
    if action.conditions and not known.conditional:
        message = f"{known.name} has no result to compare: its conditions never hold"
        yield _odd(action, FlowFindingCode.INVALID_STRUCTURE, message)


def _odd(action: Action, code: FlowFindingCode, message: str) -> FlowFinding:
    return FlowFinding(
        action.transitions_place, code, message, action.identifier or "", FindingSeverity.WARNING
    )


def _meant(alike: Mapping[str, str], wrong: str) -> str:
    meant = alike.get(wrong.strip().casefold())
    return f"; {quoted(meant)} is one" if meant is not None else ""
