"""What an answer lacks, and why."""

from dataclasses import dataclass
from enum import IntEnum


class OmissionReason(IntEnum):
    """Why something is not in an answer, with its number on the wire."""

    NOT_CONFIGURED = 1
    """The flow's configuration names none."""

    NOT_FOUND = 2
    """Neither the environment nor an ancestor has it."""

    DISABLED = 3
    """It is not active."""


@dataclass(frozen=True, slots=True)
class Omission:
    """Something that an answer lacks.

    `subject` is `queue/<key>`, `routing/<routing key>`, `feature/<key>`, or `queue`, `routing`, `features`
    where the flow names none.
    """

    subject: str
    reason: OmissionReason
