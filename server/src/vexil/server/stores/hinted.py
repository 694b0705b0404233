"""A store whose servers tell each other what they append."""

import asyncio
from collections.abc import AsyncIterator, Sequence

from vexil.core.resource import Commit, ResourceId, Revision, Version
from vexil.server.stores.hint_source import HintSource
from vexil.server.stores.hints import Hint, Hints
from vexil.server.stores.port import Head, Image, Store, VersionRecord
from vexil.server.stores.refusals import closed


class HintedStore:
    """Any `Store`, with hints from elsewhere added to its own.

    What is appended is told, and so is every head that is read: who finds a revision that nobody told of
    makes up for the one that could not, and a Redis that lost everything has it again after the next look.
    Owns both the store and the source.
    """

    def __init__(self, store: Store, source: HintSource) -> None:
        self._store = store
        self._source = source
        self._hints = Hints()
        self._relays: list[asyncio.Task[None]] = []
        self._closed = False

    @property
    def first_epoch(self) -> int:
        """The epoch in which a namespace begins that is made here."""
        return self._store.first_epoch

    async def heads(self) -> Sequence[Head]:
        """Every namespace, by name."""
        heads = await self._store.heads()
        for head in heads:
            self._source.tell(head.namespace, head.revision)
        return heads

    async def head(self, namespace: str) -> Head | None:
        """One namespace, or None when it has no commit."""
        head = await self._store.head(namespace)
        if head is not None:
            self._source.tell(namespace, head.revision)
        return head

    async def append(self, commit: Commit) -> Commit:
        """Adds the commit, and tells others when it is there."""
        stored = await self._store.append(commit)
        self._source.tell(commit.namespace, commit.revision)
        # What follows here takes its time: who is to be told should not wait for that.
        await asyncio.sleep(0)
        return stored

    async def load(self, namespace: str, at: Revision | None = None) -> Image:
        """The state at a kept revision; None: the head."""
        return await self._store.load(namespace, at)

    async def load_touched(self, namespace: str, at: Revision, until: Revision) -> Image:
        """What commits above `at`, up to `until`, are about, as it was at `at`; see the port."""
        return await self._store.load_touched(namespace, at, until)

    async def read(self, namespace: str, after: Revision, limit: int) -> Sequence[Commit]:
        """Commits above `after`, oldest first."""
        return await self._store.read(namespace, after, limit)

    async def read_back(self, namespace: str, before: Revision, limit: int) -> Sequence[Commit]:
        """Kept commits below `before`, newest first."""
        return await self._store.read_back(namespace, before, limit)

    async def versions(
        self, namespace: str, id: ResourceId, before: Version | None, limit: int
    ) -> Sequence[VersionRecord]:
        """Kept versions of one resource, newest first."""
        return await self._store.versions(namespace, id, before, limit)

    async def find_request(self, namespace: str, request_id: str) -> Commit | None:
        """The kept commit with this request id, or None."""
        return await self._store.find_request(namespace, request_id)

    async def compact(self, namespace: str, revision: Revision) -> None:
        """Forgets commits up to and including `revision`; see the port."""
        await self._store.compact(namespace, revision)

    def hints(self) -> AsyncIterator[Hint]:
        """Yields None at once, after each of the store's hints, and after what others told."""
        if self._closed:
            raise closed()
        if not self._relays:
            self._relays = [
                asyncio.create_task(self._relay(hints))
                for hints in (self._store.hints(), self._source.listen())
            ]
        return self._hints.listen()

    async def check(self) -> Sequence[str]:
        """What is wrong with what is stored, in sentences."""
        return await self._store.check()

    async def close(self) -> None:
        """Ends hints, and closes the source and the store."""
        self._closed = True
        self._hints.close()
        await self._source.close()
        await self._store.close()
        await asyncio.gather(*self._relays)

    async def _relay(self, hints: AsyncIterator[Hint]) -> None:
        async for hint in hints:
            self._hints.notify(hint)
