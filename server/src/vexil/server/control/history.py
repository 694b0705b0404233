"""Looking at what was committed."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass

from vexil.core.diff import ResourceDiff, diff_snapshots
from vexil.core.errors import NotFound, OutOfRange, Reason
from vexil.core.resource import Commit, ResourceChange, ResourceId, ResourceState, Revision, Version
from vexil.core.selector import EVERYTHING, Selector
from vexil.server.control.directory import Directory
from vexil.server.control.reads import Reads
from vexil.server.stores.port import Store, VersionRecord

_BATCH = 200


@dataclass(frozen=True, slots=True)
class CommitFilter:
    """Which commits are wanted: those with a change that fits.

    `environment` empty fits all; resources that belong to no environment fit any. Deletions have no tags
    left, so that a selector with a tag does not find them.
    """

    environment: str = ""
    selector: Selector = EVERYTHING

    def fits(self, commit: Commit) -> bool:
        """Whether the commit is wanted."""
        if not self.environment and self.selector == EVERYTHING:
            return True
        return any(self._fits(change) for change in commit.changes)

    def _fits(self, change: ResourceChange) -> bool:
        if self.environment and change.id.environment not in {"", self.environment}:
            return False
        if isinstance(change, ResourceState):
            return self.selector.fits(change)
        return self.selector.tag is None and self.selector.fits_place(change.id.kind, change.id.key)


class History:
    """Commits and versions, as far back as they are kept. Methods raise NotFound (NAMESPACE_NOT_FOUND)."""

    def __init__(self, store: Store, directory: Directory, reads: Reads) -> None:
        self._store = store
        self._directory = directory
        self._reads = reads

    async def compact_revision(self, namespace: str) -> Revision:
        """The oldest revision whose state can be rebuilt."""
        await self._directory.find(namespace)
        head = await self._store.head(namespace)
        return Revision(0) if head is None else head.compact_revision

    async def commits(
        self,
        namespace: str,
        wanted: CommitFilter,
        before: Revision | None,
        shown: Callable[[Commit], Commit | None] = lambda commit: commit,
    ) -> AsyncIterator[Commit]:
        """The wanted commits below `before`, newest first; as `shown` gives them, or not at all.

        What it leaves out of a commit does not count for whether that is wanted.
        """
        runtime = await self._directory.find(namespace)
        below = Revision(runtime.snapshot.revision + 1) if before is None else before
        while commits := await self._store.read_back(namespace, below, _BATCH):
            for commit in filter(None, map(shown, commits)):
                if wanted.fits(commit):
                    yield commit
            below = commits[-1].revision

    async def commit(self, namespace: str, revision: Revision) -> Commit:
        """One commit. Raises OutOfRange (REVISION_COMPACTED, REVISION_IN_FUTURE)."""
        await self._directory.find(namespace)
        commits = await self._store.read(namespace, Revision(revision - 1), 1)
        if not commits:
            raise OutOfRange(
                f"revision {revision} of {namespace!r} does not exist yet; the newest is {revision - 1}",
                reason=Reason.REVISION_IN_FUTURE,
                metadata={"head_revision": str(revision - 1)},
            )
        return commits[0]

    async def versions(
        self, namespace: str, id: ResourceId, before: Version | None
    ) -> AsyncIterator[VersionRecord]:
        """The kept versions of a resource below `before`, newest first.

        Raises NotFound (CONFIGURATION_NOT_FOUND) for a resource that never was.
        """
        await self._directory.find(namespace)
        records = await self._store.versions(namespace, id, before, _BATCH)
        if not records and before is None:
            raise NotFound(f"there never was a {id} in {namespace!r}")
        while records:
            for record in records:
                yield record
            records = await self._store.versions(namespace, id, records[-1].change.version, _BATCH)

    async def version(self, namespace: str, id: ResourceId, version: Version) -> ResourceChange:
        """One version of a resource. Raises NotFound (VERSION_NOT_FOUND)."""
        await self._directory.find(namespace)
        records = await self._store.versions(namespace, id, Version(version + 1), 1)
        if not records or records[0].change.version != version:
            raise NotFound(
                f"{id} has no version {version}, or it is no longer kept",
                reason=Reason.VERSION_NOT_FOUND,
                metadata={"resource": str(id), "version": str(version)},
            )
        return records[0].change

    async def diff(
        self, namespace: str, before: Revision, after: Revision | None, environment: str
    ) -> tuple[Sequence[ResourceDiff], Revision]:
        """What differs between two revisions, and the later one; `environment` empty: what each sets itself.

        Raises NotFound (ENVIRONMENT_NOT_FOUND) for an environment that neither revision has, and OutOfRange.
        """
        new = await self._reads.snapshot(namespace, after)
        old = await self._reads.snapshot(namespace, before)
        if environment and environment not in old.views:
            new.view(environment)
        return diff_snapshots(old, new, environment or None), new.revision
