"""Times on the command line."""

from datetime import UTC, datetime

from vexil.server.cli.usage import UsageError


def time_of(option: str, text: str) -> datetime | None:
    """The time that an option names, UTC if it has no zone; None for an empty text. Raises UsageError."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(
            f"{option} {text!r} is no time.", "Say 2026-01-31 or 2026-01-31T12:00:00Z."
        ) from None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
