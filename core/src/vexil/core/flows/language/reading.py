"""From a JSON document to a flow: what is a member, which type it has.

Rules: https://docs.aws.amazon.com/connect/latest/APIReference/flow-language-actions.html
"""

from collections.abc import Mapping, Sequence
from typing import Any

from vexil.core.flows.language.conditions import describe, findings_of_condition
from vexil.core.flows.language.findings import (
    MAX_FINDINGS,
    FindingSeverity,
    FlowFinding,
    FlowFindingCode,
)
from vexil.core.flows.language.flow import Action, Flow, Transition
from vexil.core.flows.language.identifiers import problem_of_identifier
from vexil.core.flows.language.kinds import kind_of
from vexil.core.flows.pointers import Place

VERSION = "2019-10-30"
"""The only version of the flow language."""

MAX_ACTIONS = 250
"""Actions in one flow, by https://docs.aws.amazon.com/connect/latest/APIReference/flow-language-example.html."""


class FlowReader:
    """Reads one document; `findings` collects what is wrong with its shape."""

    def __init__(self) -> None:
        self.findings: list[FlowFinding] = []
        self._action_id = ""
        self._errors = 0

    def read(self, document: object) -> Flow | None:
        """The flow, as far as it can be read; None when it has no actions, or as many errors as are told."""
        try:
            return self._flow(document)
        except _Enough:
            return None

    def _flow(self, document: object) -> Flow | None:
        if not isinstance(document, Mapping):
            self._wrong((), f"a flow is an object, not {kind_of(document)}")
            return None
        if advice := _other_format(document):
            self._wrong((), advice)
            return None
        version = document.get("Version")
        if version != VERSION:
            self.findings.append(
                FlowFinding(
                    ("Version",) if "Version" in document else (),
                    FlowFindingCode.UNSUPPORTED_VERSION,
                    f'"Version" is {_shown(document, "Version")}; the flow language has "{VERSION}"',
                )
            )
        self._member(document, "Metadata", (), Mapping, optional=True)
        start = self._text(document, "StartAction", ())
        actions = self._member(document, "Actions", (), Sequence)
        if actions is None:
            return None
        if not actions:
            self._wrong(("Actions",), "a flow has at least one action")
        if len(actions) > MAX_ACTIONS:
            self._odd(
                ("Actions",), f"{len(actions):,} actions; Amazon Connect allows {MAX_ACTIONS} in a flow"
            )
        read = (self._action(action, ("Actions", index)) for index, action in enumerate(actions))
        return Flow(start, tuple(action for action in read if action is not None))

    def _action(self, value: object, place: Place) -> Action | None:
        self._action_id = ""
        if not isinstance(value, Mapping):
            self._wrong(place, f"an action is an object, not {kind_of(value)}")
            return None
        identifier = self._text(value, "Identifier", place)
        if identifier is not None:
            self._action_id = identifier
            if problem := problem_of_identifier(identifier):
                self._wrong((*place, "Identifier"), problem)
        kind = self._text(value, "Type", place)
        parameters = self._member(value, "Parameters", place, Mapping, optional=True)
        if "Parameters" not in value:
            self._odd(place, 'an action has "Parameters", be they {}')
        transitions = self._member(value, "Transitions", place, Mapping, optional=True)
        inside: Mapping[str, Any] = transitions or {}
        here: Place = (*place, "Transitions")
        action = Action(
            place=place,
            identifier=identifier,
            type=kind,
            parameters=parameters or {},
            parameters_place=place if parameters is None else (*place, "Parameters"),
            transitions_place=place if transitions is None else here,
            next=self._next(inside, here),
            errors=tuple(self._branches(inside, here, "Errors")),
            conditions=tuple(self._branches(inside, here, "Conditions")),
        )
        self._action_id = ""
        return action

    def _next(self, transitions: Mapping[str, Any], place: Place) -> Transition | None:
        if "NextAction" not in transitions:
            return None
        return Transition(self._text(transitions, "NextAction", place), (*place, "NextAction"))

    def _branches(self, transitions: Mapping[str, Any], place: Place, name: str) -> list[Transition]:
        branches = self._member(transitions, name, place, Sequence, optional=True) or ()
        read = []
        for index, branch in enumerate(branches):
            here: Place = (*place, name, index)
            if not isinstance(branch, Mapping):
                self._wrong(here, f'a member of "{name}" is an object, not {kind_of(branch)}')
                continue
            label = self._error(branch, here) if name == "Errors" else self._condition(branch, here)
            target = self._text(branch, "NextAction", here)
            read.append(Transition(target, (*here, "NextAction") if "NextAction" in branch else here, label))
        return read

    def _error(self, branch: Mapping[str, Any], place: Place) -> str:
        return self._text(branch, "ErrorType", place) or ""

    def _condition(self, branch: Mapping[str, Any], place: Place) -> str:
        condition = self._member(branch, "Condition", place, Mapping)
        if condition is None:
            return ""
        here = (*place, "Condition")
        self.findings += findings_of_condition(condition, here, self._action_id)
        return describe(condition)

    def _text(self, owner: Mapping[str, Any], name: str, place: Place) -> str | None:
        found: str | None = self._member(owner, name, place, str)
        if found == "":
            self._wrong((*place, name), f'"{name}" is empty')
            return None
        return found

    def _member(
        self, owner: Mapping[str, Any], name: str, place: Place, wanted: type, *, optional: bool = False
    ) -> Any:
        """The member when it is there and of the type; else None, a finding made where it has to be there."""
        if name not in owner:
            if not optional:
                self._wrong(place, f'"{name}" is missing: {_KINDS[wanted]}')
            return None
        value = owner[name]
        if isinstance(value, wanted) and (wanted is str or not isinstance(value, str)):
            return value
        self._wrong((*place, name), f'"{name}" is {_KINDS[wanted]}, not {kind_of(value)}')
        return None

    def _wrong(self, place: Place, message: str) -> None:
        self.findings.append(FlowFinding(place, FlowFindingCode.INVALID_STRUCTURE, message, self._action_id))
        self._errors += 1
        if self._errors == MAX_FINDINGS:
            raise _Enough

    def _odd(self, place: Place, message: str) -> None:
        self.findings.append(
            FlowFinding(
                place, FlowFindingCode.INVALID_STRUCTURE, message, self._action_id, FindingSeverity.WARNING
            )
        )


class _Enough(Exception):
    """No more errors are told, so nothing is gained by reading on."""


_KINDS: Mapping[type, str] = {str: "text", Mapping: "an object", Sequence: "an array"}


def _other_format(document: Mapping[str, Any]) -> str | None:
    if "Actions" in document:
        return None
    if "modules" in document:
        return "this is the flow designer's older export; import it there, and export the flow again"
    if "ContactFlow" in document or "ContactFlowModule" in document:
        return 'this describes a flow; the flow itself is the text in its "Content"'
    return None


def _shown(document: Mapping[str, Any], name: str) -> str:
    if name not in document:
        return "missing"
    value = document[name]
    return f'"{value[:40]}"' if isinstance(value, str) else kind_of(value)
