"""The store without a file: for tests, demonstrations, and namespaces that need not outlive the process."""

import asyncio
from bisect import bisect_right
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from vexil.convert.audit import contents_of
from vexil.core.resource import (
    Commit,
    Deleted,
    Kind,
    ResourceChange,
    ResourceId,
    ResourceState,
    Revision,
    Version,
)
from vexil.server.stores.hints import Hint, Hints
from vexil.server.stores.lineage import only_epoch
from vexil.server.stores.port import Head, Image, VersionRecord
from vexil.server.stores.refusals import (
    closed,
    no_namespace,
    request_taken,
    require_kept,
    require_next,
    require_reached,
)
from vexil.server.stores.sealing import chain_of, seal

_MANY = 100
"""Changes whose contents are encoded in about two milliseconds; more of them are in a thread."""


class _Written(NamedTuple):
    """A version and when it was made: a tombstone knows no time of its own."""

    change: ResourceChange
    at: datetime


@dataclass(slots=True)
class _Log:
    """One namespace: kept commits, oldest first, and kept versions of each resource, oldest first."""

    namespace: str
    epoch: int
    compact_revision: Revision = Revision(0)
    commits: list[Commit] = field(default_factory=list)
    history: dict[ResourceId, list[_Written]] = field(default_factory=dict)
    requests: dict[str, Commit] = field(default_factory=dict)
    chain: bytes = b""

    @property
    def head(self) -> Head:
        revision = Revision(self.compact_revision + len(self.commits))
        lineage = only_epoch(self.epoch)
        return Head(self.namespace, revision, self.compact_revision, self.epoch, lineage, chain=self.chain)

    def append(self, commit: Commit) -> None:
        self.commits.append(commit)
        self.chain = chain_of(commit)
        for change in commit.changes:
            at = commit.committed_at if isinstance(change, Deleted) else change.changed_at
            self.history.setdefault(change.id, []).append(_Written(change, at))
        if commit.request_id:
            self.requests[commit.request_id] = commit

    def between(self, after: Revision, limit: int) -> list[Commit]:
        start = max(after - self.compact_revision, 0)
        return self.commits[start : start + max(limit, 0)]

    def at(self, revision: Revision) -> Image:
        return self._image(self.history.values(), revision)

    def touched(self, revision: Revision, until: Revision) -> Image:
        commits = self.between(revision, until - revision)
        places = {(change.id.kind, change.id.key) for commit in commits for change in commit.changes}
        histories = [
            written
            for id, written in self.history.items()
            if id.kind is Kind.ENVIRONMENT or (id.kind, id.key) in places
        ]
        return self._image(histories, revision)

    def _image(self, histories: Iterable[Sequence[_Written]], revision: Revision) -> Image:
        states: list[ResourceState] = []
        deleted: list[Deleted] = []
        for written in histories:
            if newest := _until(written, revision):
                change = written[newest - 1].change
                if isinstance(change, Deleted):
                    deleted.append(change)
                else:
                    states.append(change)
        return Image(self.namespace, revision, states, deleted)

    def compact(self, revision: Revision) -> None:
        forgotten = self.between(self.compact_revision, revision - self.compact_revision)
        for id in {change.id for commit in forgotten for change in commit.changes}:
            written = self.history[id]
            del written[: _until(written, revision) - 1]
        for commit in forgotten:
            self.requests.pop(commit.request_id, None)
        del self.commits[: len(forgotten)]
        self.compact_revision = revision


class MemoryStore:
    """A `Store` that lives as long as the process. It passes the same suite as every other backend."""

    def __init__(self) -> None:
        self._logs: dict[str, _Log] = {}
        self._hints = Hints()
        self._closed = False

    @property
    def first_epoch(self) -> int:
        """The epoch of every namespace: there is one home."""
        return 1

    async def heads(self) -> Sequence[Head]:
        """Every namespace, by name."""
        self._require_open()
        return [self._logs[name].head for name in sorted(self._logs)]

    async def head(self, namespace: str) -> Head | None:
        """One namespace, or None when it has no commit."""
        log = self._find(namespace)
        return None if log is None else log.head

    async def append(self, commit: Commit) -> Commit:
        """Adds the commit; see the port."""
        contents = None
        if len(commit.changes) > _MANY:
            contents = await asyncio.to_thread(contents_of, commit)
        log = self._find(commit.namespace)
        require_next(None if log is None else log.head, commit)
        if log is None:
            log = self._logs[commit.namespace] = _Log(commit.namespace, commit.epoch)
        elif commit.request_id in log.requests:
            raise request_taken(commit)
        stored = seal(commit, log.chain, contents)
        log.append(stored)
        self._hints.notify({commit.namespace: commit.revision})
        return stored

    async def load(self, namespace: str, at: Revision | None = None) -> Image:
        """The state at a kept revision; None: the head."""
        log = self._require(namespace)
        if at is None:
            return log.at(log.head.revision)
        require_kept(log.head, at)
        return log.at(at)

    async def load_touched(self, namespace: str, at: Revision, until: Revision) -> Image:
        """What commits above `at`, up to `until`, are about, as it was at `at`."""
        log = self._require(namespace)
        require_kept(log.head, at)
        require_reached(log.head, until)
        return log.touched(at, until)

    async def read(self, namespace: str, after: Revision, limit: int) -> Sequence[Commit]:
        """Commits above `after`, oldest first."""
        log = self._require(namespace)
        require_kept(log.head, after)
        return log.between(after, limit)

    async def read_back(self, namespace: str, before: Revision, limit: int) -> Sequence[Commit]:
        """Kept commits below `before`, newest first."""
        log = self._find(namespace)
        if log is None:
            return []
        end = max(before - 1 - log.compact_revision, 0)
        return log.commits[:end][::-1][: max(limit, 0)]

    async def versions(
        self, namespace: str, id: ResourceId, before: Version | None, limit: int
    ) -> Sequence[VersionRecord]:
        """Kept versions of one resource, newest first."""
        log = self._find(namespace)
        if log is None:
            return []
        newest_first = reversed(log.history.get(id, ()))
        wanted = [written for written in newest_first if before is None or written.change.version < before]
        return [
            VersionRecord(written.change, _commit_of(log, written)) for written in wanted[: max(limit, 0)]
        ]

    async def find_request(self, namespace: str, request_id: str) -> Commit | None:
        """The kept commit with this request id, or None."""
        log = self._find(namespace)
        return None if log is None else log.requests.get(request_id)

    async def compact(self, namespace: str, revision: Revision) -> None:
        """Forgets commits up to and including `revision`; see the port."""
        log = self._require(namespace)
        require_reached(log.head, revision)
        if revision > log.compact_revision:
            log.compact(revision)

    def hints(self) -> AsyncIterator[Hint]:
        """Yields None at once and after each append."""
        self._require_open()
        return self._hints.listen()

    async def check(self) -> Sequence[str]:
        """Nothing: memory has no copy of itself to compare with."""
        self._require_open()
        return []

    async def close(self) -> None:
        """Ends hints and forgets everything."""
        self._closed = True
        self._logs.clear()
        self._hints.close()

    def _require_open(self) -> None:
        if self._closed:
            raise closed()

    def _find(self, namespace: str) -> _Log | None:
        self._require_open()
        return self._logs.get(namespace)

    def _require(self, namespace: str) -> _Log:
        log = self._find(namespace)
        if log is None:
            raise no_namespace(namespace)
        return log


def _until(written: Sequence[_Written], revision: Revision) -> int:
    """How many of these versions were written at or before the revision."""
    return bisect_right(written, revision, key=lambda entry: entry.change.revision)


def _commit_of(log: _Log, written: _Written) -> Commit:
    """The commit that made a version, without its changes; bare when it was compacted."""
    revision = written.change.revision
    if revision <= log.compact_revision:
        return Commit(log.namespace, revision, (), written.at)
    return replace(log.commits[revision - log.compact_revision - 1], changes=())
