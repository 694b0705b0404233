"""What is left to do after a home has moved: the former one stops, and what it did alone is told."""

import structlog

from vexil.server.stores.dynamodb.heads import StoredHead, fence
from vexil.server.stores.dynamodb.regions.left_behind import find_left_behind, leaves_behind
from vexil.server.stores.dynamodb.table import Table

_log = structlog.get_logger(__name__)


class Aftermath:
    """Fences what was the home in this region, and logs each commit that is not part of the log, once."""

    def __init__(self, table: Table, region: str) -> None:
        self._table = table
        self._region = region
        self._settled: dict[str, tuple[tuple[int, int], ...]] = {}
        self._told: set[tuple[str, int, int]] = set()

    def concerns(self, head: StoredHead) -> bool:
        """Whether there is anything to do that was not done yet."""
        here = self._region in {head.head.home, *(older.head.home for older in head.older)}
        return bool(head.older) and here and self._settled.get(head.namespace) != _news(head)

    async def attend(self, head: StoredHead) -> None:
        """Does it. Raises what the table raises, and then does it again the next time."""
        self._settled[head.namespace] = _news(head)
        try:
            for older in head.older:
                if older.head.home == self._region and not older.fenced:
                    await fence(self._table, older)
            if leaves_behind(head):
                await self._tell(head)
        except BaseException:
            del self._settled[head.namespace]
            raise

    async def _tell(self, head: StoredHead) -> None:
        for commit in (await find_left_behind(self._table, head)).commits:
            place = (head.namespace, commit.revision, commit.epoch)
            if place not in self._told:
                self._told.add(place)
                _log.error(
                    "commit_left_behind",
                    namespace=head.namespace,
                    revision=commit.revision,
                    epoch=commit.epoch,
                    author=commit.author,
                    request_id=commit.request_id,
                    home=head.head.home,
                )


def _news(head: StoredHead) -> tuple[tuple[int, int], ...]:
    return tuple((each.head.epoch, each.head.revision) for each in head.older)
