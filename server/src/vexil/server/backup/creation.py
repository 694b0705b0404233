"""Making a backup: every namespace as it is when that begins, or what it has gained since the last one."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby

from vexil.core.errors import OutOfRange, Reason
from vexil.core.resource import Commit, Deleted, ResourceChange, ResourceId, Revision, Version
from vexil.server.backup import content
from vexil.server.backup.chain import Chain, open_chain
from vexil.server.backup.encryption import Keyring, Keys
from vexil.server.backup.failures import BackupDamaged, KeyRefused
from vexil.server.backup.manifest import Content, DataFile, Manifest, Parent, Section
from vexil.server.backup.vault import Draft, Vault
from vexil.server.stores.port import Head, Image, Store

Progress = Callable[[str, int, int], None]
"""Is told a namespace, how many of its revisions are done, and of how many."""

_FILE_BYTES = 4 * 1024 * 1024
"""Of commits before they are packed: what is in memory at once, and is lost with a damaged file."""

_PAGE = 100
_AT_ONCE = 32
_TRIES = 5
"""How often a namespace is begun whose history the server compacts meanwhile."""


@dataclass(frozen=True, slots=True)
class Request:
    """How to make a backup: with everything `full_every` days after the last such one, or if `full` is so."""

    now: datetime
    release: str
    full_every: int = 7
    full: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made, and in sentences what its operator should know."""

    manifest: Manifest
    notes: Sequence[str]


async def create(
    store: Store, vault: Vault, request: Request, keyring: Keyring | None, progress: Progress
) -> Made:
    """Makes a backup.

    Raises DirectoryBusy, KeyRefused, LimitExceeded (STORE_FULL), and what the store raises. Then, or when it
    is cancelled, nothing is left.
    """
    notes: list[str] = []
    with vault.locked():
        vault.sweep()
        chain = _chain_to_follow(vault, request, keyring, notes)
        keys = _keys(chain, keyring)
        draft = vault.begin(request.now, keys)
        try:
            sections = []
            for head in await store.heads():
                before = None if chain is None else chain.newest.section(head.namespace)
                sections.append(await _Section(store, draft, progress).make(head, before))
                if before is not None and sections[-1].whole:
                    notes.append(
                        f"{head.namespace} is in it as a whole: its log does not continue the one that was "
                        "backed up last."
                    )
            manifest = Manifest(
                draft.id,
                request.now,
                request.release,
                None if chain is None else Parent(chain.newest.id, chain.newest.digest),
                None if keys is None else keys.encryption,
                tuple(sections),
            )
            draft.complete(manifest)
        except BaseException:
            draft.abandon()
            raise
    return Made(manifest, notes)


def _chain_to_follow(
    vault: Vault, request: Request, keyring: Keyring | None, notes: list[str]
) -> Chain | None:
    """What the new backup continues; None: it is one with everything. Raises KeyRefused."""
    ids = vault.ids()
    if not ids or request.full:
        return None
    try:
        chain = open_chain(vault, ids[-1], keyring)
        for link in chain.links:
            vault.require_files(link.manifest)
    except BackupDamaged as damage:
        notes.append(f"It is a full one, since the last can't be continued: {damage.message}.")
        return None
    except KeyRefused as error:
        raise KeyRefused(
            f"{error.message}. To begin anew with this key, or without one: --full, or another directory"
        ) from error
    # By the day: a job that starts at a fixed time of day is some seconds late, or early.
    age = request.now.astimezone(UTC).date() - chain.links[0].manifest.created_at.astimezone(UTC).date()
    return None if age.days >= request.full_every else chain


def _keys(chain: Chain | None, keyring: Keyring | None) -> Keys | None:
    if chain is not None:
        return chain.links[-1].keys
    return None if keyring is None else keyring.begin()


@dataclass(slots=True)
class _Section:
    """Makes the section of one namespace."""

    store: Store
    draft: Draft
    progress: Progress
    files: list[DataFile] = field(default_factory=list)
    newest: str = ""

    async def make(self, head: Head, before: Section | None) -> Section:
        """The section up to the head; after the one before if the log continues that."""
        for _ in range(_TRIES):
            try:
                return await self._make(head, before)
            except OutOfRange as error:
                # The server has compacted meanwhile what was to be read.
                if error.reason is not Reason.REVISION_COMPACTED:
                    raise
                self.draft.discard(self.files)
                self.files.clear()
                moved = await self.store.head(head.namespace)
                if moved is None:
                    raise
                head = moved
        return await self._make(head, before)

    async def _make(self, head: Head, before: Section | None) -> Section:
        if before is not None and not await self._continues(head, before):
            before = None
        after = head.compact_revision if before is None else before.revision
        self.newest = "" if before is None else before.newest
        if before is None and after:
            await self._write_base(head)
        await self._write_log(head, after)
        if before is not None and before.revision == head.revision:
            state = before.state
        else:
            image = await self.store.load(head.namespace, head.revision)
            state = await asyncio.to_thread(content.state_digest, image)
        return Section(
            head.namespace,
            after,
            head.revision,
            head.compact_revision,
            head.epoch,
            head.home,
            head.lineage,
            before is None,
            state,
            self.newest,
            tuple(self.files),
            head.chain.hex(),
        )

    async def _continues(self, head: Head, before: Section) -> bool:
        """Whether the log still is, up to the section's revision, what was backed up."""
        namespace, revision = head.namespace, before.revision
        if not head.compact_revision <= revision <= head.revision:
            return False
        if not head.lineage.keeps(revision, before.epoch):
            return False
        if before.newest and revision > head.compact_revision:
            [commit] = await self.store.read(namespace, Revision(revision - 1), 1)
            return content.digest(content.encode(commit)) == before.newest
        image = await self.store.load(namespace, revision)
        return await asyncio.to_thread(content.state_digest, image) == before.state

    async def _write_base(self, head: Head) -> None:
        image = await self.store.load(head.namespace, head.compact_revision)
        times = await self._times(image)
        pages = _Pages(self.draft, "base", self.files)
        for commit in _base(image, times, head.epoch):
            pages.add(content.encode(commit))
        pages.finish()

    async def _write_log(self, head: Head, after: Revision) -> None:
        pages = _Pages(self.draft, "log", self.files)
        reached = after
        while reached < head.revision:
            self.progress(head.namespace, reached - after, head.revision - after)
            for commit in await self.store.read(head.namespace, reached, min(_PAGE, head.revision - reached)):
                encoded = content.encode(commit)
                pages.add(encoded)
                self.newest = content.digest(encoded)
                reached = commit.revision
        pages.finish()
        self.progress(head.namespace, reached - after, head.revision - after)

    async def _times(self, image: Image) -> Mapping[ResourceId, datetime]:
        """When what is deleted was: a trace has no time of its own."""

        async def time_of(trace: Deleted) -> datetime:
            before = Version(trace.version + 1)
            for record in await self.store.versions(image.namespace, trace.id, before, 1):
                if record.change == trace:
                    return record.commit.committed_at
            raise OutOfRange("compacted meanwhile", reason=Reason.REVISION_COMPACTED)

        times: dict[ResourceId, datetime] = {}
        for start in range(0, len(image.deleted), _AT_ONCE):
            traces = image.deleted[start : start + _AT_ONCE]
            found = await asyncio.gather(*map(time_of, traces))
            times.update(zip((trace.id for trace in traces), found, strict=True))
        return times


@dataclass(slots=True)
class _Pages:
    """Gathers commits, and writes a data file whenever there are enough."""

    draft: Draft
    content: Content
    files: list[DataFile]
    waiting: list[bytes] = field(default_factory=list)
    size: int = 0

    def add(self, commit: bytes) -> None:
        self.waiting.append(commit)
        self.size += len(commit)
        if self.size >= _FILE_BYTES:
            self.finish()

    def finish(self) -> None:
        if self.waiting:
            self.files.append(self.draft.write(self.content, self.waiting))
            self.waiting.clear()
            self.size = 0


def _base(image: Image, times: Mapping[ResourceId, datetime], epoch: int) -> Iterator[Commit]:
    """A state as commits, oldest first: under each revision what it wrote and what still counts."""
    changes: list[ResourceChange] = [*image.states, *image.deleted]
    changes.sort(key=lambda change: (change.revision, change.id))
    for revision, written in groupby(changes, key=lambda change: change.revision):
        group = tuple(written)
        first = group[0]
        at = times[first.id] if isinstance(first, Deleted) else first.changed_at
        yield Commit(image.namespace, revision, group, at, epoch)
