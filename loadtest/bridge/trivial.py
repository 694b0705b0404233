"""A function that does nothing: what it takes is the runtime's and the emulator's."""

from typing import Any


def handle(_event: Any, _context: Any) -> dict[str, Any]:
    """Answers nothing."""
    return {}
