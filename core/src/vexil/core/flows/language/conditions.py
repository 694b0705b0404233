"""What a transition compares an action's result with.

Rules: https://docs.aws.amazon.com/connect/latest/APIReference/flow-language-actions.html
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from vexil.core.flows.language.findings import FindingSeverity, FlowFinding, FlowFindingCode
from vexil.core.flows.pointers import Place

OPERATORS = frozenset({
    "Equals",
    "KeyExists",
    "NumberGreaterOrEqualTo",
    "NumberGreaterThan",
    "NumberLessOrEqualTo",
    "NumberLessThan",
    "TextContains",
    "TextEndsWith",
    "TextStartsWith",
})  # fmt: skip
"""The operators that the reference lists, and KeyExists, which the flow designer has besides."""


def findings_of_condition(
    condition: Mapping[str, Any], place: Place, action_id: str
) -> Iterator[FlowFinding]:
    """What is wrong with a condition and those inside it."""
    operator = condition.get("Operator")
    if not isinstance(operator, str) or not operator:
        at = (*place, "Operator") if "Operator" in condition else place
        yield _finding(at, 'a condition has an "Operator", such as "Equals"', action_id)
    elif operator not in OPERATORS:
        known = ", ".join(sorted(OPERATORS))
        message = f'the operator "{operator[:40]}" is not known here; known are {known}'
        yield _finding((*place, "Operator"), message, action_id, FindingSeverity.WARNING)
    operands = condition.get("Operands")
    if not isinstance(operands, Sequence) or isinstance(operands, str) or not operands:
        at = (*place, "Operands") if "Operands" in condition else place
        yield _finding(at, 'a condition has "Operands", an array that is not empty', action_id)
        return
    for index, operand in enumerate(operands):
        here = (*place, "Operands", index)
        if isinstance(operand, Mapping):
            yield from findings_of_condition(operand, here, action_id)
        elif not isinstance(operand, str):
            yield _finding(here, "an operand is text; put it in quotes", action_id, FindingSeverity.WARNING)


def describe(condition: Mapping[str, Any]) -> str:
    """A condition in few words, for people: `Equals 1`."""
    operator, operands = condition.get("Operator"), condition.get("Operands")
    shown = (
        [operand for operand in operands if isinstance(operand, str)] if isinstance(operands, list) else []
    )
    return " ".join([operator, *shown]) if isinstance(operator, str) else ""


def _finding(
    place: Place, message: str, action_id: str, severity: FindingSeverity = FindingSeverity.ERROR
) -> FlowFinding:
    return FlowFinding(place, FlowFindingCode.INVALID_STRUCTURE, message, action_id, severity)
