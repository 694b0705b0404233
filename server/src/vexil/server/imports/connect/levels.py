"""Log levels by the names that other systems give them."""

from vexil.core.connect import LogLevel
from vexil.server.imports.attributes import Attributes

_LEVELS = {
    **{level.name: level for level in LogLevel},
    "TRACE": LogLevel.DEBUG,
    "INFORMATION": LogLevel.INFO,
    "WARNING": LogLevel.WARN,
    "CRITICAL": LogLevel.ERROR,
    "FATAL": LogLevel.ERROR,
    "NONE": LogLevel.OFF,
}


def read_level(attributes: Attributes, name: str) -> LogLevel:
    """The level; INFO where it is missing."""
    text = attributes.text(name)
    level = LogLevel.INFO if text is None else _LEVELS.get(text.upper())
    if level is None:
        attributes.refuse(name, f"{text!r} is no log level; there are: {', '.join(_LEVELS)}")
        return LogLevel.INFO
    return level
