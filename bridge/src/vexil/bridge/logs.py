"""The log: a JSON object for each line, of which nothing comes from a contact.

What is logged is chosen here, by name, and an exception's text is not: it may quote what a flow has sent.
"""

import json
import logging
import sys
import traceback
from types import TracebackType
from typing import Any, TextIO

LOGGER = logging.getLogger("vexil.bridge")


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


def log(event: str, *, level: int = logging.INFO, exc_info: bool = False, **fields: Any) -> None:
    """Writes a line."""
    LOGGER.log(level, event, extra={"fields": fields}, exc_info=exc_info)


def set_up(stream: TextIO | None = None) -> None:
    """Has the lines written to standard output, which Lambda collects. Nothing else gets to see them."""
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setFormatter(JsonLines())
    LOGGER.handlers[:] = [handler]
    LOGGER.setLevel(logging.INFO)
    LOGGER.propagate = False
