"""The storage port: what every backend promises.

The log is the truth: per namespace one dense, ordered list of commits. What else a backend keeps (states,
indexes) derives from it. Every backend passes `tests/acceptance/store`.

A namespace without a commit does not exist: `load`, `read` and `compact` raise NotFound (NAMESPACE_NOT_FOUND)
for it; every other method answers as for an empty log. A `limit` below 1 gives nothing.

Errors, besides those that a method names: Unavailable (STORE_UNAVAILABLE) when the backend does not answer
in time, DataLoss (STORE_CORRUPT) when what it holds is damaged. Driver errors never leave an adapter; they
are the cause of what does.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from vexil.core.errors import Aborted, Reason
from vexil.core.resource import Commit, Deleted, ResourceChange, ResourceId, ResourceState, Revision, Version
from vexil.server.stores.hints import Hint
from vexil.server.stores.lineage import Lineage


class HeadMoved(Aborted):
    """Another commit got the revision first; nothing was written. Catch up, validate again, try again."""

    default_reason = Reason.CONFLICTING_CHANGE


@dataclass(frozen=True, slots=True)
class Head:
    """Where a namespace's log stands.

    `compact_revision` is the oldest revision whose state can be rebuilt: commits after it are kept. It is 0
    while nothing was compacted. `epoch` is that of the newest commit. `home` is the region where commits are
    made, where the store knows regions; when that is another one, `writable` is False, and the revision is
    the newest that has arrived here, with all before it. `chain` is that of the newest commit's seal; empty
    where it has none.
    """

    namespace: str
    revision: Revision
    compact_revision: Revision
    epoch: int
    lineage: Lineage = field(default=Lineage(), compare=False)
    home: str = field(default="", compare=False)
    writable: bool = field(default=True, compare=False)
    chain: bytes = field(default=b"", compare=False)


@dataclass(frozen=True, slots=True)
class Image:
    """What was live at one revision, and the last trace of what was deleted by then: all, or a part."""

    namespace: str
    revision: Revision
    states: Sequence[ResourceState]
    deleted: Sequence[Deleted]


@dataclass(frozen=True, slots=True)
class VersionRecord:
    """One version of a resource, and the commit that made it, which carries no changes here."""

    change: ResourceChange
    commit: Commit


class Store(Protocol):
    """A log of commits per namespace. Methods may be called from one event loop, concurrently.

    Where several regions hold a store, each namespace has a home among them: commits are made there.
    Elsewhere the log is what has arrived without a gap, and may lag. After a failover a revision may have
    another commit than it had here before: the lineage of the head then does not keep what was seen.
    """

    @property
    def first_epoch(self) -> int:
        """The epoch in which a namespace begins that is made here."""
        ...

    async def heads(self) -> Sequence[Head]:
        """Every namespace, by name (in the order of code points)."""
        ...

    async def head(self, namespace: str) -> Head | None:
        """One namespace, or None when it has no commit."""
        ...

    async def append(self, commit: Commit) -> Commit:
        """Adds the commit, durably and as a whole, before it returns; gives it as it was stored, sealed.

        It gets its place in the audit chain after the newest commit, in the same transaction. One that has a
        seal keeps that: it comes from a backup.

        `commit.revision` must be the head's plus 1 (1 for a new namespace) and `commit.epoch` the head's;
        otherwise HeadMoved, and nothing is written. A `request_id` that the namespace's kept log holds
        already is HeadMoved too: look it up. LimitExceeded (STORE_FULL) when there is no room,
        FailedPrecondition (STORE_READ_ONLY) when the store can't be written, or (NOT_HOME_REGION with
        `home_region`) when another region is the namespace's home: nothing is written. When
        Unavailable is raised or the call is cancelled the commit may or may not have been made: look the
        request id or the head up.

        The store does not look into the changes: that each resource occurs once and has its next version is
        the caller's care.
        """
        ...

    async def load(self, namespace: str, at: Revision | None = None) -> Image:
        """The state at a kept revision, from `compact_revision` to the head; None: the head.

        States and traces come in no particular order. OutOfRange (REVISION_COMPACTED with
        `compact_revision`, REVISION_IN_FUTURE with `head_revision`).
        """
        ...

    async def load_touched(self, namespace: str, at: Revision, until: Revision) -> Image:
        """What commits above `at`, up to `until`, are about, as it was at the kept revision `at`.

        That is every environment, and whatever had the kind and key of something that those commits wrote, in
        any environment: a small part of the state where they are few. States and traces come in no particular
        order. `until` is not below `at`. OutOfRange as for `load`, for both.
        """
        ...

    async def read(self, namespace: str, after: Revision, limit: int) -> Sequence[Commit]:
        """At most `limit` commits with revisions above `after`, oldest first, without a gap.

        Empty at the head. OutOfRange as for `load` when `after` is below `compact_revision` or above the
        head; what another process compacts at the same time may still be given.
        """
        ...

    async def read_back(self, namespace: str, before: Revision, limit: int) -> Sequence[Commit]:
        """At most `limit` kept commits with revisions below `before`, newest first; empty when none is."""
        ...

    async def versions(
        self, namespace: str, id: ResourceId, before: Version | None, limit: int
    ) -> Sequence[VersionRecord]:
        """At most `limit` kept versions of one resource, newest first, below `before` when it is given.

        The version that was the newest at `compact_revision`, be it a deletion, is kept even though its
        commit is not: such a record's commit has only the revision and the time.
        """
        ...

    async def find_request(self, namespace: str, request_id: str) -> Commit | None:
        """The kept commit with this request id (not empty), or None."""
        ...

    async def compact(self, namespace: str, revision: Revision) -> None:
        """Forgets commits up to and including `revision`, and every version that was not the newest at it.

        The state at `revision` and at every later one can still be rebuilt, last traces of deletions
        included. A revision at or below `compact_revision` changes nothing; one above the head is OutOfRange
        (REVISION_IN_FUTURE). Where another region is the home, FailedPrecondition (NOT_HOME_REGION).
        """
        ...

    def hints(self) -> AsyncIterator[Hint]:
        """Yields None at once, and a hint whenever something may have been appended, here or elsewhere.

        It names namespaces and revisions where they are known; after None there may be anything new. Hints
        are merged while nobody listens, and may come without a reason, be late and be made up; none is lost:
        what is read after a hint contains what the hint was for. Endless until the store is closed. Any
        number of listeners.
        """
        ...

    async def check(self) -> Sequence[str]:
        """What is wrong with what is stored, in sentences; empty: nothing. May take long."""
        ...

    async def close(self) -> None:
        """Ends hints, lets calls under way finish, and releases everything.

        Later calls raise Unavailable (STORE_UNAVAILABLE). Closing twice is fine.
        """
        ...
