"""The subscribers of all server processes on a store."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import uuid4

from vexil.core.errors import VexilError
from vexil.server.clock import Clock
from vexil.server.stores.board import Board, Notice
from vexil.server.watch.applied import micros
from vexil.server.watch.convergence import Convergence, Shelf
from vexil.server.watch.notices import (
    Heartbeat,
    decode_heartbeat,
    decode_statuses,
    encode_heartbeat,
    encode_statuses,
)
from vexil.server.watch.subscribers import Name, Place, SubscriberStatus, merged

_HEARTBEATS = "servers"
_HEARTBEAT_SECONDS = 3.0
_SILENCE_SECONDS = 10.0
"""A process whose heartbeat is older has died, or might as well have."""

_SECOND = 1_000_000


class Fleet:
    """Posts this process's subscribers on the board, and reads what other processes posted.

    Each shelf is a notice, posted again when something on it has changed. Whether a process is alive is said
    by its heartbeat alone, so that a large fleet at rest costs nothing. The subscribers of a process that has
    died count as away since its last heartbeat, and are forgotten as others are.
    """

    def __init__(self, convergence: Convergence, board: Board, clock: Clock) -> None:
        self._convergence = convergence
        self._board = board
        self._clock = clock
        self._process = uuid4().hex
        self._posted: dict[Shelf, float] = {}
        self._beat_at = float("-inf")

    async def post(self) -> None:
        """Tells the others what has changed since the last time, and that this process is alive.

        Once a second is a good pace. Raises what the board raises; then it is told the next time.
        """
        now = self._clock.monotonic()
        beats = bool(self._posted) and now - self._beat_at >= _HEARTBEAT_SECONDS
        shelves = self._convergence.take_changed()
        try:
            if beats:
                shelves |= await self._stale(now)
            if beats or shelves:
                await self._post(shelves, now)
        except BaseException:
            self._convergence.put_back(shelves)
            raise

    async def leave(self) -> None:
        """Tells the others that this process has no streams any more. A board that fails is left alone."""
        with suppress(VexilError):
            await self.post()
            if self._posted:
                await self._board.post([self._heartbeat(serves=False)])

    async def subscribers(self, place: Place) -> Sequence[SubscriberStatus]:
        """Every known subscriber of an environment, by service and instance. Raises what the board raises."""
        known = {status.subscriber.name: status for status in self._convergence.subscribers(place)}
        notices = await self._board.notices(_topic(place))
        heartbeats = await self._heartbeats()
        seen_before = micros(self._clock.now()) - int(self._convergence.keep * _SECOND)
        for notice in notices:
            process = notice.author.partition("/")[0]
            if process == self._process:
                continue
            statuses = decode_statuses(notice.content)
            for status in _as_of(statuses, heartbeats.get(process), micros(self._clock.now())):
                if status.streams or status.seen_at >= seen_before:
                    _take_in(known, status)
            await asyncio.sleep(0)
        return [known[name] for name in sorted(known)]

    async def _post(self, shelves: Iterable[Shelf], now: float) -> None:
        notices = []
        for shelf in shelves:
            statuses = self._convergence.on(shelf)
            if statuses:
                notices.append(self._notice(shelf, encode_statuses(statuses)))
                self._posted[shelf] = now
            elif self._posted.pop(shelf, None) is not None:
                await self._board.withdraw(_topic(shelf.place), self._author(shelf))
            await asyncio.sleep(0)
        if notices or self._posted:
            await self._board.post([*notices, self._heartbeat(serves=True)])
            self._beat_at = now

    async def _stale(self, now: float) -> set[Shelf]:
        """What must be posted again although nothing has changed: before it expires, or since it was lost."""
        if self._process not in await self._heartbeats():
            return set(self._posted)
        return {shelf for shelf, at in self._posted.items() if now - at >= self._convergence.keep}

    async def _heartbeats(self) -> Mapping[str, Heartbeat]:
        return {
            notice.author: heartbeat
            for notice in await self._board.notices(_HEARTBEATS)
            if (heartbeat := decode_heartbeat(notice.content)) is not None
        }

    def _heartbeat(self, *, serves: bool) -> Notice:
        content = encode_heartbeat(Heartbeat(micros(self._clock.now()), serves))
        return Notice(_HEARTBEATS, self._process, content, self._expiry())

    def _notice(self, shelf: Shelf, content: bytes) -> Notice:
        return Notice(_topic(shelf.place), self._author(shelf), content, self._expiry())

    def _author(self, shelf: Shelf) -> str:
        return f"{self._process}/{shelf.number}"

    def _expiry(self) -> datetime:
        """A notice outlives its process for as long as a subscriber may be away, however old it was."""
        return self._clock.now() + timedelta(seconds=2 * self._convergence.keep)


def _topic(place: Place) -> str:
    return "subscribers/" + "/".join(place)


def _as_of(
    statuses: Iterable[SubscriberStatus], heartbeat: Heartbeat | None, now: int
) -> Iterable[SubscriberStatus]:
    """The statuses as they are now: of a process that does not serve any more, nobody is connected."""
    if heartbeat is not None and heartbeat.serves and now - heartbeat.at < _SILENCE_SECONDS * _SECOND:
        return statuses
    for status in statuses:
        if status.streams and heartbeat is not None:
            status.seen_at = max(status.seen_at, heartbeat.at)
        status.streams = 0
    return statuses


def _take_in(known: dict[Name, SubscriberStatus], status: SubscriberStatus) -> None:
    name = status.subscriber.name
    before = known.get(name)
    known[name] = status if before is None else merged(before, status)
