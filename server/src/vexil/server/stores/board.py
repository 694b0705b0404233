"""The board: notices that server processes leave for each other, beside the log.

Nothing on it is the truth, and nothing is promised to last: a lost notice costs freshness, until its author
posts again. Every implementation passes `tests/acceptance/store/test_board.py`.

Errors: those of the store (`vexil.server.stores.port`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Notice:
    """What one author says about one topic, until it expires by the readers' clocks."""

    topic: str
    author: str
    content: bytes
    expires_at: datetime


class Board(Protocol):
    """Notices by topic and author. Methods may be called from one event loop, concurrently."""

    async def post(self, notices: Sequence[Notice]) -> None:
        """Puts the notices up; each replaces, as a whole, the one of the same topic and author.

        They appear one by one, in no order; when this raises some may be up, and posting them again is fine.
        Of two with the same topic and author the later one counts.
        """
        ...

    async def notices(self, topic: str) -> Sequence[Notice]:
        """Every notice of the topic that has not expired, by author (in the order of code points)."""
        ...

    async def withdraw(self, topic: str, author: str) -> None:
        """Takes a notice down; one that is not there is fine."""
        ...

    async def close(self) -> None:
        """Lets calls under way finish, and releases everything; what was posted stays for the others.

        Later calls raise Unavailable (STORE_UNAVAILABLE). Closing twice is fine.
        """
        ...
