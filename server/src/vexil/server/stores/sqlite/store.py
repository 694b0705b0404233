"""The store in one SQLite file."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self, TypeVar

from vexil.core.resource import Commit, ResourceId, Revision, Version
from vexil.server.stores.hints import Hint, Hints
from vexil.server.stores.port import Head, Image, VersionRecord
from vexil.server.stores.refusals import closed
from vexil.server.stores.sqlite import integrity, reads, writes
from vexil.server.stores.sqlite.files import StoreFiles, moved
from vexil.server.stores.sqlite.follower import Follower
from vexil.server.stores.sqlite.lane import Lane
from vexil.server.stores.sqlite.opening import Connections, open_connections

T = TypeVar("T")


class SqliteStore:
    """A `Store` in one file, in write-ahead-log mode; made by `open`.

    One thread writes, a few read, and any number of processes on the same machine may have the file open. An
    append is on the disk before it returns (`synchronous = FULL`). The file must be on a local disk. While it
    is open, and after a crash, it has two companions (-wal, -shm) that belong to it: move or copy all three,
    with every server stopped, or none. Where several processes write, prefer SQLite 3.51.3 or later: earlier
    ones have a fault that damages the file once in a very long time
    (https://www.sqlite.org/wal.html#walresetbug).
    """

    def __init__(
        self, files: StoreFiles, connections: Connections, busy_timeout: float, poll_interval: float
    ) -> None:
        self._files = files
        self._identity = files.identity()
        self._busy_timeout = busy_timeout
        self._writer = Lane("vexil-store-writer", [connections.writer])
        self._readers = Lane("vexil-store-reader", connections.readers)
        self._loop = asyncio.get_running_loop()
        self._hints = Hints()
        self._follower = Follower(connections.follower, poll_interval, self._hint)
        self._closing: asyncio.Future[None] | None = None

    @classmethod
    async def open(
        cls,
        path: Path,
        *,
        readers: int = 2,
        busy_timeout: float = 5.0,
        poll_interval: float = 0.1,
        quick_check: bool = True,
    ) -> Self:
        """Opens the store, or makes it when there is no file; its directory must exist.

        `readers`: threads that read, at least 1. `busy_timeout`: seconds that a call waits for another
        process's write lock. `poll_interval`: seconds between looks for other processes' commits, once there
        is a listener for hints; this process's own are hinted at once. Where several processes serve one
        file, 0.005 is a good one: a look costs some microseconds. `quick_check`: whether the file's structure
        is checked first, which reads all of it.

        Raises Unavailable (STORE_UNAVAILABLE) when the directory is missing or the file can't be read,
        FailedPrecondition when file or directory can't be written (STORE_READ_ONLY) or the schema is a later
        release's (STORE_SCHEMA_NEWER), DataLoss (STORE_CORRUPT) when the file is not a store or is damaged,
        LimitExceeded (STORE_FULL) when there is no room to make or migrate it. A refused file keeps what it
        holds.
        """
        files = StoreFiles(path)
        connections = await asyncio.to_thread(
            open_connections, files, readers, busy_timeout=busy_timeout, quick_check=quick_check
        )
        return cls(files, connections, busy_timeout, poll_interval)

    @property
    def first_epoch(self) -> int:
        """The epoch of every namespace: there is one home."""
        return 1

    async def heads(self) -> Sequence[Head]:
        """Every namespace, by name."""
        return await self._read(reads.heads)

    async def head(self, namespace: str) -> Head | None:
        """One namespace, or None when it has no commit."""
        return await self._read(lambda connection: reads.head(connection, namespace))

    async def append(self, commit: Commit) -> Commit:
        """Adds the commit; it is on the disk before this returns. See the port."""
        self._require_open()

        def work(connection: sqlite3.Connection) -> Commit:
            stored = writes.append(connection, commit, self._busy_timeout, self._require_in_place)
            # From here, not after the await: a cancelled append may have been made.
            self._hint({commit.namespace: commit.revision})
            return stored

        return await self._writer.run(work)

    async def load(self, namespace: str, at: Revision | None = None) -> Image:
        """The state at a kept revision; None: the head."""
        return await self._read(lambda connection: reads.load(connection, namespace, at))

    async def load_touched(self, namespace: str, at: Revision, until: Revision) -> Image:
        """What commits above `at`, up to `until`, are about, as it was at `at`; see the port."""
        return await self._read(lambda connection: reads.load_touched(connection, namespace, at, until))

    async def read(self, namespace: str, after: Revision, limit: int) -> Sequence[Commit]:
        """Commits above `after`, oldest first, each compared with its checksum."""
        return await self._read(lambda connection: reads.read(connection, namespace, after, limit))

    async def read_back(self, namespace: str, before: Revision, limit: int) -> Sequence[Commit]:
        """Kept commits below `before`, newest first, each compared with its checksum."""
        return await self._read(lambda connection: reads.read_back(connection, namespace, before, limit))

    async def versions(
        self, namespace: str, id: ResourceId, before: Version | None, limit: int
    ) -> Sequence[VersionRecord]:
        """Kept versions of one resource, newest first."""
        return await self._read(lambda connection: reads.versions(connection, namespace, id, before, limit))

    async def find_request(self, namespace: str, request_id: str) -> Commit | None:
        """The kept commit with this request id, or None."""
        return await self._read(lambda connection: reads.find_request(connection, namespace, request_id))

    async def compact(self, namespace: str, revision: Revision) -> None:
        """Forgets commits up to and including `revision`; see the port.

        In steps of `writes.COMPACTION_STEP` commits, between which appends have their turn; one that fails or
        is cancelled on the way has compacted to a lower revision. The file keeps its size; the room is used
        again.
        """
        self._require_open()

        def step(connection: sqlite3.Connection) -> bool:
            return writes.compact(connection, namespace, revision, self._busy_timeout)

        while not await self._writer.run(step):
            self._require_open()

    def hints(self) -> AsyncIterator[Hint]:
        """Yields None at once, after each append here, and soon after one of another process."""
        self._require_open()
        self._follower.start()
        return self._hints.listen()

    async def check(self) -> Sequence[str]:
        """What is wrong in the file, in sentences; reads all of it."""
        return await self._read(integrity.check)

    async def close(self) -> None:
        """Ends hints, finishes what is under way, and closes the file.

        The last process to close it moves the log into the database and removes both companions.
        """
        if self._closing is None:
            self._hints.close()
            self._closing = asyncio.ensure_future(asyncio.to_thread(self._release))
        await asyncio.shield(self._closing)

    def _release(self) -> None:
        self._follower.close()
        self._readers.close()
        self._writer.close()

    async def _read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        self._require_open()
        return await self._readers.run(work)

    def _require_open(self) -> None:
        if self._closing is not None:
            raise closed()

    def _require_in_place(self) -> None:
        if self._files.identity() != self._identity:
            raise moved()

    def _hint(self, hint: Hint = None) -> None:
        # A loop that has ended without closing the store has no listeners.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._hints.notify, hint)
