"""Structured logs on standard error: for people in a terminal, JSON lines otherwise."""

import logging
import sys
from typing import Literal

import structlog
from structlog.typing import EventDict, Processor

_WORDY = ("boto3", "botocore", "redis", "urllib3")
"""Libraries that report at INFO how they found their credentials, and at DEBUG whole requests."""


def configure_logging(level: str, format: Literal["auto", "console", "json"]) -> None:  # noqa: A002
    """Sets the process's logging up. What libraries log through the standard library takes the same way.

    AWS's and Redis's libraries are heard from WARNING on, also at a lower level: Vexil says what fails.
    """
    console = format == "console" or (format == "auto" and sys.stderr.isatty())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_rendering(console),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name in _WORDY:
        logging.getLogger(name).setLevel(max(root.level, logging.WARNING))


def _rendering(console: bool) -> list[Processor]:
    if console:
        return [_on_one_line, structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]


def _on_one_line(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Escapes what would forge a line or steer the terminal; JSON escapes it by itself."""
    for name, value in event.items():
        if isinstance(value, str) and not value.isprintable():
            event[name] = "".join(_escaped(character) for character in value)
    return event


def _escaped(character: str) -> str:
    return character if character.isprintable() else character.encode("unicode_escape").decode()
