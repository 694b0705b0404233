"""The log: a JSON object for each line, of which nothing comes from a contact.

What can be logged has a name here. An exception's text is not logged, since it may quote what a flow has
sent; only of the function's own variables the log says what is wrong with them.
"""

import json
import logging
import sys
import traceback
from enum import StrEnum
from types import TracebackType
from typing import Any, TextIO

LOGGER = logging.getLogger("vexil.bridge")


class Event(StrEnum):
    """What is logged."""

    ANSWERED = "answered"
    """An event of a contact flow: what was asked, and what the answer is worth."""

    CACHE_AWAY = "cache_away"
    """Redis has failed twice in a row; `exception` is the type of the error."""

    TOO_LARGE_TO_HOLD = "too_large_to_hold"
    """The environment's configuration has more than `most_bytes`: no answers without the server."""

    KEY_UNAVAILABLE = "key_unavailable"
    """The function's own key can't be fetched; `problem` says why."""

    MISCONFIGURED = "misconfigured"
    """The function's variables can't be used; `problem` says which, and why."""

    DEFECT = "defect"
    """An exception that nobody has thought of: its type and its places."""


_LEVELS = {
    Event.ANSWERED: logging.INFO,
    Event.CACHE_AWAY: logging.WARNING,
    Event.TOO_LARGE_TO_HOLD: logging.WARNING,
    Event.KEY_UNAVAILABLE: logging.WARNING,
    Event.MISCONFIGURED: logging.ERROR,
    Event.DEFECT: logging.ERROR,
}


class JsonLines(logging.Formatter):
    """A line for a record: level, event, the fields given with it, and of an exception its kind and place."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, Any] = {"level": record.levelname, "event": record.getMessage()}
        line |= getattr(record, "fields", {})
        if record.exc_info and record.exc_info[0] is not None:
            kind, _, where = record.exc_info
            line["exception"] = kind.__name__
            line["frames"] = frames(where)
        return json.dumps(line)


def frames(where: TracebackType | None) -> list[str]:
    """Where it happened, without what was there: `chain.py:41 outcome`."""
    return [
        f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(where)
    ]


def log(event: Event, **fields: Any) -> None:
    """Writes a line. Of a defect it is about the exception at hand."""
    LOGGER.log(_LEVELS[event], event.value, extra={"fields": fields}, exc_info=event is Event.DEFECT)


def set_up(stream: TextIO | None = None) -> None:
    """Has the lines written to standard output, which Lambda collects. Nothing else gets to see them."""
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setFormatter(JsonLines())
    LOGGER.handlers[:] = [handler]
    LOGGER.setLevel(logging.INFO)
    LOGGER.propagate = False
