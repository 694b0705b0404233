"""Making old content current again, by new commits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vexil.core.change import Change, Delete, HeadIs, Put
from vexil.core.diff import diff_snapshots, same
from vexil.core.errors import Aborted, Reason
from vexil.core.resource import Commit, Deleted, ResourceId, Revision, Version
from vexil.core.snapshot import Snapshot
from vexil.server.control.committer import Committer, Proposal
from vexil.server.control.directory import Directory
from vexil.server.control.history import History
from vexil.server.control.reads import Reads

_ATTEMPTS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class RollbackRequest:
    """Who wants a rollback in which namespace, and why; `request_id` and `dry_run` as for a commit."""

    namespace: str
    author: str = ""
    message: str = ""
    request_id: str = ""
    dry_run: bool = False


class Rollback:
    """Rolls back one resource or an environment. What would change nothing is no commit: None.

    Raises what a commit raises, and Aborted (CONFLICTING_CHANGE) when other commits kept coming in between.
    """

    def __init__(self, directory: Directory, reads: Reads, history: History, committer: Committer) -> None:
        self._directory = directory
        self._reads = reads
        self._history = history
        self._committer = committer

    async def resource(self, request: RollbackRequest, id: ResourceId, version: Version) -> Commit | None:
        """To the content of a kept version; to none, where that version is a deletion.

        Raises NotFound (VERSION_NOT_FOUND).
        """
        wanted = await self._history.version(request.namespace, id, version)

        def changes(snapshot: Snapshot) -> Sequence[Change]:
            current = snapshot.get(id)
            if isinstance(wanted, Deleted):
                return [] if current is None else [Delete(id)]
            if current is not None and same(current.resource, wanted.resource):
                return []
            return [Put(id, wanted.resource)]

        return await self._commit(
            request, changes, lambda commit: [change.id for change in commit.changes] == [id]
        )

    async def environment(
        self, request: RollbackRequest, environment: str, revision: Revision
    ) -> Commit | None:
        """What the environment itself sets, to what it set at a kept revision.

        Raises NotFound (ENVIRONMENT_NOT_FOUND), also when it did not exist then, and OutOfRange.
        """
        old = await self._reads.snapshot(request.namespace, revision)
        old.view(environment)

        def changes(snapshot: Snapshot) -> Sequence[Change]:
            snapshot.view(environment)
            return [
                Delete(each.id) if each.after is None else Put(each.id, each.after.resource)
                for each in diff_snapshots(snapshot, old)
                if each.id.environment == environment
            ]

        return await self._commit(
            request,
            changes,
            lambda commit: {change.id.environment for change in commit.changes} == {environment},
        )

    async def _commit(
        self,
        request: RollbackRequest,
        changes: Callable[[Snapshot], Sequence[Change]],
        is_answer: Callable[[Commit], bool],
    ) -> Commit | None:
        runtime = await self._directory.find(request.namespace)
        if earlier := await self._committer.find_earlier(request.namespace, request.request_id, is_answer):
            return earlier
        for _ in range(_ATTEMPTS):
            snapshot = runtime.snapshot
            wanted = changes(snapshot)
            if not wanted:
                return None
            proposal = Proposal(
                namespace=request.namespace,
                changes=wanted,
                preconditions=(HeadIs(snapshot.revision),),
                author=request.author,
                message=request.message,
                request_id=request.request_id,
            )
            try:
                if request.dry_run:
                    return await self._committer.dry_run(proposal)
                return await self._committer.commit(proposal)
            except Aborted as error:
                if error.reason is not Reason.PRECONDITION_FAILED:
                    raise
        raise Aborted(
            f"others kept committing to {request.namespace!r} meanwhile; try again",
            reason=Reason.CONFLICTING_CHANGE,
            retry_after=1.0,
        )
