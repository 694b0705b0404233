"""The board of all servers on a store: a table beside the store's."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from vexil.server.clock import Clock
from vexil.server.stores.board import Notice
from vexil.server.stores.dynamodb import layout
from vexil.server.stores.dynamodb.clients import Limits, open_client
from vexil.server.stores.dynamodb.connection import Connection
from vexil.server.stores.dynamodb.encoding import pack, unpack
from vexil.server.stores.dynamodb.errors import translated
from vexil.server.stores.dynamodb.gate import Gate
from vexil.server.stores.dynamodb.items import (
    Item,
    binary,
    keyed,
    number,
    read_binary,
    read_number,
    read_text,
    text,
)
from vexil.server.stores.dynamodb.parallel import each
from vexil.server.stores.dynamodb.place import DynamoDBPlace
from vexil.server.stores.dynamodb.table import Table

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_ITEM_BYTES = 320 * 1024
_LIMITS = Limits(threads=4)


class DynamoDBBoard:
    """A `Board` in a table of its own. Connects when it is first used.

    A notice costs one write unit for each kilobyte: no transactions, which cost twice as much. What has
    expired is hidden at once, and removed by DynamoDB within days.
    """

    def __init__(self, place: DynamoDBPlace, clock: Clock) -> None:
        self._place = place
        self._clock = clock
        self._gate = Gate()
        self._opening = asyncio.Lock()
        self._table: Table | None = None

    async def post(self, notices: Sequence[Notice]) -> None:
        """Puts the notices up."""
        with self._called():
            if not notices:
                return
            table = await self._opened()
            newest = {(notice.topic, notice.author): notice for notice in notices}
            drafts = [_Draft(notice) for notice in newest.values()]
            await table.put_many([part for draft in drafts for part in draft.parts])
            await table.put_many([draft.item for draft in drafts])

    async def notices(self, topic: str) -> Sequence[Notice]:
        """Every notice of the topic that has not expired, by author."""
        with self._called():
            table = await self._opened()
            now = _micros(self._clock.now())
            items = await table.query(
                layout.topic(topic),
                only={
                    "FilterExpression": "hidden_after > :now",
                    "ExpressionAttributeValues": {":now": number(now)},
                },
            )
            found = await each(lambda item: _read(table, topic, item), items)
            return [notice for notice in found if notice is not None]

    async def withdraw(self, topic: str, author: str) -> None:
        """Takes a notice down."""
        with self._called():
            table = await self._opened()
            await table.delete(layout.notice(topic, author))

    async def close(self) -> None:
        """Finishes what is under way, and closes connections."""
        await self._gate.close()
        if self._table is not None:
            table, self._table = self._table, None
            await asyncio.to_thread(table.connection.close)

    @contextmanager
    def _called(self) -> Iterator[None]:
        with self._gate.entered(), translated():
            yield

    async def _opened(self) -> Table:
        async with self._opening:
            if self._table is None:
                client = await asyncio.to_thread(open_client, self._place, _LIMITS)
                self._table = Table(Connection(client, _LIMITS), layout.board_table(self._place.table))
            return self._table


class _Draft:
    """A notice as items: its own, and the parts that have to be there before it."""

    def __init__(self, notice: Notice) -> None:
        content = pack(notice.content)
        until = _micros(notice.expires_at)
        expiry = {layout.EXPIRES_AT: number(until // 1_000_000 + 1)}
        attributes: dict[str, Any] = {"hidden_after": number(until), **expiry}
        self.parts: list[Item] = []
        if len(content) <= _ITEM_BYTES:
            attributes["content"] = binary(content)
        else:
            attempt = uuid4().hex
            pieces = [content[start : start + _ITEM_BYTES] for start in range(0, len(content), _ITEM_BYTES)]
            self.parts = [
                keyed(layout.notice_part(attempt, place), content=binary(piece), **expiry)
                for place, piece in enumerate(pieces)
            ]
            attributes |= {"attempt": text(attempt), "parts": number(len(pieces))}
        self.item = keyed(layout.notice(notice.topic, notice.author), **attributes)


async def _read(table: Table, topic: str, item: Item) -> Notice | None:
    """The notice of an item; None when parts of it are gone: then it was replaced or has expired."""
    author = read_text(item, layout.SORT_KEY)
    if "parts" in item:
        parts = await table.query(layout.notice_parts(read_text(item, "attempt")))
        if len(parts) != read_number(item, "parts"):
            return None
        stored = b"".join(read_binary(part, "content") for part in parts)
    else:
        stored = read_binary(item, "content")
    expires_at = _EPOCH + read_number(item, "hidden_after") * _MICROSECOND
    return Notice(topic, author, unpack(stored, f"the notice of {author!r}"), expires_at)


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND
