"""What a check finds."""

from dataclasses import dataclass
from enum import StrEnum


class Mark(StrEnum):
    """How good it is. The values are what is shown."""

    GOOD = "✓"
    DOUBTFUL = "!"
    BAD = "✗"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the diagnosis: what was looked at, what was found, and what to do about it."""

    mark: Mark
    subject: str
    text: str
    advice: str = ""


def good(subject: str, text: str) -> Finding:
    """Nothing to do."""
    return Finding(Mark.GOOD, subject, text)


def doubtful(subject: str, text: str, advice: str) -> Finding:
    """It works, and something about it should be looked at."""
    return Finding(Mark.DOUBTFUL, subject, text, advice)


def bad(subject: str, text: str, advice: str) -> Finding:
    """It does not work."""
    return Finding(Mark.BAD, subject, text, advice)
