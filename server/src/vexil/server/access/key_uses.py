"""When service keys were last used."""

from datetime import datetime


class KeyUses:
    """The last use of each key in this process, to the minute; kept in memory, not in the log."""

    def __init__(self) -> None:
        self._last: dict[str, datetime] = {}

    def note(self, id: str, now: datetime) -> None:
        """The key was accepted."""
        self._last[id] = now.replace(second=0, microsecond=0)

    def last(self, id: str) -> datetime | None:
        """When it was; None: not since the process started."""
        return self._last.get(id)

    def forget(self, id: str) -> None:
        """The key is gone."""
        self._last.pop(id, None)
