"""Errors that the command line finds by itself, before or without a server."""

from collections.abc import Sequence

from vexil.core.errors import InvalidRequest, Violation


class UsageError(InvalidRequest):
    """What was asked for makes no sense as it is; `advice` says what would."""

    def __init__(self, message: str, advice: str = "", violations: Sequence[Violation] = ()) -> None:
        super().__init__(message, violations=violations)
        self.advice = advice
