"""The write path: validate, draft, append, apply."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from vexil.core.access.system import SYSTEM_NAMESPACE
from vexil.core.change import Change, Delete, Precondition, Put
from vexil.core.diff import same
from vexil.core.draft import check_preconditions, draft
from vexil.core.errors import (
    Aborted,
    AccessDenied,
    AlreadyExists,
    InvalidRequest,
    NotFound,
    Reason,
    Violation,
)
from vexil.core.redaction import restored, restored_change
from vexil.core.resource import Commit, Deleted, Kind, ResourceChange
from vexil.core.snapshot import Snapshot
from vexil.core.validation.commit import validate
from vexil.core.validation.schemas import SchemaChecker
from vexil.server.clock import Clock
from vexil.server.control.directory import Directory
from vexil.server.control.runtime import LARGE, NamespaceRuntime
from vexil.server.origin import current_origin
from vexil.server.stores.port import HeadMoved, Store
from vexil.server.stores.refusals import not_home

_ATTEMPTS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A commit that somebody wants. `request_id` empty: a repetition is not recognised.

    `by_access_service`: it changes permissions, which nothing that comes from a caller as changes may.
    """

    namespace: str
    changes: Sequence[Change]
    preconditions: Sequence[Precondition] = ()
    author: str = ""
    message: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    request_id: str = ""
    by_access_service: bool = False


class Committer:
    """Makes commits. Those of a namespace wait for each other here; between processes the log decides.

    All methods raise InvalidRequest, NotFound, FailedPrecondition and Aborted (PRECONDITION_FAILED) for what
    can't be committed, AccessDenied for permissions that are changed as if they were configuration, be it by
    an import, a rollback, or the creation of their namespace, and what the store raises: then the commit may
    have been made all the same, which a repetition with the same request id finds out.
    """

    def __init__(self, store: Store, directory: Directory, schemas: SchemaChecker, clock: Clock) -> None:
        self._store = store
        self._directory = directory
        self._schemas = schemas
        self._clock = clock

    async def commit(self, proposal: Proposal) -> Commit:
        """Makes the commit, durable and applied when this returns; or finds the one made before.

        A namespace that does not exist is made by a commit that puts the namespace itself. Raises also
        InvalidRequest (REQUEST_ID_REUSED), and Aborted (CONFLICTING_CHANGE) when other processes kept coming
        first.
        """
        _require_writable(proposal)
        runtime = await self._find(proposal)
        if runtime is None:
            return await self.create(proposal)
        is_answer = partial(_makes, proposal)
        async with runtime.commit_lock:
            for _ in range(_ATTEMPTS):
                # First: what is here may lag, and then be the wrong reason to refuse the changes.
                await self._require_home(runtime)
                earlier = await self.find_earlier(proposal.namespace, proposal.request_id, is_answer)
                if earlier is not None:
                    return earlier
                commit = await self.draft(runtime.snapshot, proposal, runtime.epoch)
                try:
                    commit = await self._store.append(commit)
                except HeadMoved:
                    await self._directory.reach(proposal.namespace, commit.revision)
                    continue
                await self._directory.add(commit)
                return commit
        raise Aborted(
            f"others kept committing to {proposal.namespace!r} first; try again",
            reason=Reason.CONFLICTING_CHANGE,
            retry_after=1.0,
        )

    async def create(self, proposal: Proposal) -> Commit:
        """Makes a namespace's first commit. Raises also AlreadyExists (NAMESPACE_EXISTS)."""
        commit = await self.draft(Snapshot.empty(proposal.namespace), proposal, self._store.first_epoch)
        try:
            commit = await self._store.append(commit)
        except HeadMoved:
            raise AlreadyExists(
                f"the namespace {proposal.namespace!r} exists", metadata={"namespace": proposal.namespace}
            ) from None
        await self._directory.add(commit)
        return commit

    async def _require_home(self, runtime: NamespaceRuntime) -> None:
        """Raises FailedPrecondition (NOT_HOME_REGION) when commits are made elsewhere."""
        if not runtime.home.writable:
            # The home may have moved here a moment ago.
            await self._directory.follow(runtime.snapshot.namespace)
            if not runtime.home.writable:
                raise not_home(runtime.home)

    async def dry_run(self, proposal: Proposal) -> Commit:
        """The commit that would be made, at the next revision; nothing is made."""
        runtime = await self._find(proposal)
        if runtime is None:
            return await self.draft(Snapshot.empty(proposal.namespace), proposal, self._store.first_epoch)
        return await self.draft(runtime.snapshot, proposal, runtime.epoch)

    async def _find(self, proposal: Proposal) -> NamespaceRuntime | None:
        """The namespace; None where the proposal itself makes it."""
        try:
            return await self._directory.find(proposal.namespace)
        except NotFound:
            if any(
                isinstance(change, Put) and change.id.kind is Kind.NAMESPACE for change in proposal.changes
            ):
                return None
            raise

    async def draft(self, snapshot: Snapshot, proposal: Proposal, epoch: int = 1) -> Commit:
        """The valid commit that would follow this snapshot. Nothing is made."""
        _require_writable(proposal)
        if len(proposal.changes) > LARGE:
            return await asyncio.to_thread(self._draft, snapshot, proposal, epoch)
        return self._draft(snapshot, proposal, epoch)

    async def find_earlier(
        self, namespace: str, request_id: str, is_answer: Callable[[Commit], bool]
    ) -> Commit | None:
        """The commit that a request of this id made before, or None.

        Raises InvalidRequest (REQUEST_ID_REUSED) when that commit is no answer to what is asked now.
        """
        earlier = await self._store.find_request(namespace, request_id) if request_id else None
        if earlier is not None and not is_answer(earlier):
            what = f"was used for another request, which made revision {earlier.revision}"
            raise InvalidRequest.of([Violation("request_id", what, Reason.REQUEST_ID_REUSED)])
        return earlier

    def _draft(self, snapshot: Snapshot, proposal: Proposal, epoch: int = 1) -> Commit:
        # Preconditions first: that somebody else was here may be why the changes no longer fit.
        check_preconditions(snapshot, proposal.preconditions)
        changes = [restored_change(change, snapshot) for change in proposal.changes]
        validate(snapshot, changes, self._schemas)
        return draft(
            snapshot,
            changes,
            now=self._clock.now(),
            epoch=epoch,
            author=proposal.author,
            origin=current_origin(),
            message=proposal.message,
            labels=proposal.labels,
            request_id=proposal.request_id,
        )


def _require_writable(proposal: Proposal) -> None:
    """Raises AccessDenied for permissions, unless it is the access service that writes them."""
    if proposal.namespace == SYSTEM_NAMESPACE and not proposal.by_access_service:
        raise AccessDenied(f"the namespace {SYSTEM_NAMESPACE!r} is written by AccessService alone")


def _makes(proposal: Proposal, commit: Commit) -> bool:
    """Whether the commit is what this proposal makes."""
    if (commit.message, dict(commit.labels)) != (proposal.message, dict(proposal.labels)):
        return False
    return len(commit.changes) == len(proposal.changes) and all(map(_does, commit.changes, proposal.changes))


def _does(done: ResourceChange, wanted: Change) -> bool:
    if done.id != wanted.id or isinstance(done, Deleted) is isinstance(wanted, Put):
        return False
    if isinstance(done, Deleted) or isinstance(wanted, Delete):
        return True
    return same(done.resource, restored(wanted.resource, done.resource))
