"""What the check of a flow finds."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from vexil.core.flows.pointers import Place, pointer, reading_order

MAX_FINDINGS = 1000
"""Findings that one check reports, at most; a flow with more is not repaired by reading on."""


class FindingSeverity(StrEnum):
    """How bad a finding is; the names are those of `vexil.v1.FindingSeverity`."""

    ERROR = "ERROR"
    WARNING = "WARNING"


class FlowFindingCode(StrEnum):
    """What a finding is about; `vexil.v1.FlowFindingCode` documents each and has the same names."""

    INVALID_JSON = "INVALID_JSON"
    INVALID_STRUCTURE = "INVALID_STRUCTURE"
    UNSUPPORTED_VERSION = "UNSUPPORTED_VERSION"
    DUPLICATE_IDENTIFIER = "DUPLICATE_IDENTIFIER"
    START_ACTION_NOT_FOUND = "START_ACTION_NOT_FOUND"
    TRANSITION_NOT_FOUND = "TRANSITION_NOT_FOUND"
    UNREACHABLE_ACTION = "UNREACHABLE_ACTION"
    MISSING_PARAMETER = "MISSING_PARAMETER"
    UNKNOWN_ACTION_TYPE = "UNKNOWN_ACTION_TYPE"
    DEAD_END = "DEAD_END"


@dataclass(frozen=True, slots=True)
class FlowFinding:
    """One thing found in a flow.

    `place` is the way to it, empty for the whole; `action_id` the identifier of the action concerned, empty
    when it concerns none. The message says what is wrong and what would be right.
    """

    place: Place
    code: FlowFindingCode
    message: str
    action_id: str = ""
    severity: FindingSeverity = FindingSeverity.ERROR

    @property
    def pointer(self) -> str:
        """The place as a JSON pointer (RFC 6901)."""
        return pointer(self.place)

    @property
    def is_error(self) -> bool:
        """Whether the flow is no valid flow because of it."""
        return self.severity is FindingSeverity.ERROR


def ordered(findings: Iterable[FlowFinding]) -> list[FlowFinding]:
    """Errors first, then by place; the first `MAX_FINDINGS` of them."""
    in_order = sorted(findings, key=lambda found: (not found.is_error, reading_order(found.place)))
    return in_order[:MAX_FINDINGS]
