"""A store whose log holds sensitive values as ciphertext."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from itertools import islice

from vexil.core.resource import Commit, Kind, ResourceChange, ResourceId, ResourceState, Revision, Version
from vexil.core.sensitivity import is_sensitive
from vexil.core.setting import Definition
from vexil.server.encryption.cipher import MANY, C, Cipher
from vexil.server.encryption.fields import has_unmarked, marked
from vexil.server.stores.hints import Hint
from vexil.server.stores.port import Head, Image, Store, VersionRecord


class EncryptingStore:
    """Any `Store`, encrypting what is appended and decrypting what is read.

    Sensitive are settings that `is_sensitive` (namespace, key) names or that a definition in the same commit
    does, what such a definition says of values, and what comes from a version that was. The store inside,
    its audit chain and its backups have ciphertext only, and need no keys. What was stored before its setting
    was sensitive is marked as if it were encrypted, and has no fingerprint. Methods raise also what `Cipher`
    raises. Owns the store and the cipher.
    """

    def __init__(self, store: Store, cipher: Cipher, is_sensitive: Callable[[str, str], bool]) -> None:
        self._store = store
        self._cipher = cipher
        self._is_sensitive = is_sensitive

    @property
    def first_epoch(self) -> int:
        """The epoch in which a namespace begins that is made here."""
        return self._store.first_epoch

    async def heads(self) -> Sequence[Head]:
        """Every namespace, by name."""
        return await self._store.heads()

    async def head(self, namespace: str) -> Head | None:
        """One namespace, or None when it has no commit."""
        return await self._store.head(namespace)

    async def append(self, commit: Commit) -> Commit:
        """Adds the commit with sensitive values encrypted; gives it with these as they are, and marked."""
        sensitive = self._sensitive(commit)
        if not sensitive:
            return await self._store.append(commit)
        marked = await self._cipher.marked(commit.namespace, commit.changes, sensitive)
        encrypted = await self._cipher.encrypted(commit.namespace, marked)
        stored = await self._store.append(replace(commit, changes=encrypted))
        return replace(stored, changes=marked)

    async def load(self, namespace: str, at: Revision | None = None) -> Image:
        """The state at a kept revision; None: the head."""
        return await self._decrypted(await self._store.load(namespace, at))

    async def load_touched(self, namespace: str, at: Revision, until: Revision) -> Image:
        """What commits above `at`, up to `until`, are about, as it was at `at`; see the port."""
        return await self._decrypted(await self._store.load_touched(namespace, at, until))

    async def read(self, namespace: str, after: Revision, limit: int) -> Sequence[Commit]:
        """Commits above `after`, oldest first."""
        return await self._opened(namespace, await self._store.read(namespace, after, limit))

    async def read_back(self, namespace: str, before: Revision, limit: int) -> Sequence[Commit]:
        """Kept commits below `before`, newest first."""
        return await self._opened(namespace, await self._store.read_back(namespace, before, limit))

    async def versions(
        self, namespace: str, id: ResourceId, before: Version | None, limit: int
    ) -> Sequence[VersionRecord]:
        """Kept versions of one resource, newest first."""
        records = await self._store.versions(namespace, id, before, limit)
        changes = await self._read(namespace, [record.change for record in records])
        return [VersionRecord(change, record.commit) for change, record in zip(changes, records, strict=True)]

    async def find_request(self, namespace: str, request_id: str) -> Commit | None:
        """The kept commit with this request id, or None."""
        commit = await self._store.find_request(namespace, request_id)
        return None if commit is None else (await self._opened(namespace, [commit]))[0]

    async def compact(self, namespace: str, revision: Revision) -> None:
        """Forgets commits up to and including `revision`; see the port."""
        await self._store.compact(namespace, revision)

    def hints(self) -> AsyncIterator[Hint]:
        """Yields None at once, and a hint whenever something may have been appended."""
        return self._store.hints()

    async def check(self) -> Sequence[str]:
        """What is wrong with what is stored, in sentences; nothing is decrypted for it."""
        return await self._store.check()

    async def close(self) -> None:
        """Closes the store, and forgets the keys."""
        await self._store.close()
        await self._cipher.close()

    def _sensitive(self, commit: Commit) -> set[ResourceId]:
        named = {change.id for change in commit.changes if _has_marks(change)}
        return named | self._named(commit.namespace, commit.changes)

    def _named(self, namespace: str, changes: Sequence[ResourceChange]) -> set[ResourceId]:
        """Those that a definition says are sensitive: one that is in force, or is among them."""
        keys = {change.id.key for change in changes if _marks(change)}
        return {
            change.id
            for change in changes
            if _marks(change)
            or (
                change.id.kind is Kind.SETTING
                and (change.id.key in keys or self._is_sensitive(namespace, change.id.key))
            )
        }

    async def _read(self, namespace: str, changes: Sequence[C]) -> Sequence[C]:
        """As they were before they were encrypted, and marked; the same ones where nothing is sensitive."""
        decrypted = await self._cipher.decrypted(namespace, changes)
        if len(decrypted) > MANY:
            return await asyncio.to_thread(self._marked, namespace, decrypted)
        return self._marked(namespace, decrypted)

    def _marked(self, namespace: str, decrypted: Sequence[C]) -> Sequence[C]:
        named = self._named(namespace, decrypted)
        if not any(change.id in named and has_unmarked(change) for change in decrypted):
            return decrypted
        return [
            replace(change, resource=marked(change.resource, sensitive=True))
            if change.id in named and isinstance(change, ResourceState)
            else change
            for change in decrypted
        ]

    async def _opened(self, namespace: str, commits: Sequence[Commit]) -> Sequence[Commit]:
        changes = [change for commit in commits for change in commit.changes]
        read = await self._read(namespace, changes)
        if read is changes:
            return commits
        rest = iter(read)
        return [replace(commit, changes=tuple(islice(rest, len(commit.changes)))) for commit in commits]

    async def _decrypted(self, image: Image) -> Image:
        states = await self._read(image.namespace, image.states)
        return image if states is image.states else replace(image, states=states)


def _marks(change: ResourceChange) -> bool:
    """Whether this is the definition of a sensitive setting."""
    return (
        isinstance(change, ResourceState)
        and isinstance(change.resource, Definition)
        and change.resource.sensitive
    )


def _has_marks(change: ResourceChange) -> bool:
    """Whether it holds a value that was sensitive where it was read, as a rollback's content may."""
    return isinstance(change, ResourceState) and is_sensitive(change.resource)
