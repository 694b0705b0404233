"""The board of a single process."""

from collections.abc import Sequence

from vexil.server.clock import Clock
from vexil.server.stores.board import Notice
from vexil.server.stores.refusals import closed


class MemoryBoard:
    """A `Board` that only those who hold the same object share."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._notices: dict[tuple[str, str], Notice] = {}
        self._closed = False

    async def post(self, notices: Sequence[Notice]) -> None:
        """Puts the notices up."""
        self._forget()
        self._notices.update({(notice.topic, notice.author): notice for notice in notices})

    async def notices(self, topic: str) -> Sequence[Notice]:
        """Every notice of the topic, by author."""
        self._forget()
        return [notice for (about, _), notice in sorted(self._notices.items()) if about == topic]

    async def withdraw(self, topic: str, author: str) -> None:
        """Takes a notice down."""
        self._forget()
        self._notices.pop((topic, author), None)

    async def close(self) -> None:
        """Refuses later calls."""
        self._closed = True

    def _forget(self) -> None:
        if self._closed:
            raise closed()
        now = self._clock.now()
        self._notices = {name: notice for name, notice in self._notices.items() if notice.expires_at > now}
