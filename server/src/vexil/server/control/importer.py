"""Import: batches of changes into a namespace, each a commit, so that a broken one can be repeated."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from vexil.core.change import Change, Delete, Put
from vexil.core.diff import same
from vexil.core.errors import NotFound, Reason, VexilError
from vexil.core.redaction import restored
from vexil.core.resource import Kind, Namespace, ResourceId, Revision
from vexil.core.snapshot import Snapshot
from vexil.server.control.committer import Committer, Proposal
from vexil.server.control.directory import Directory

_CHANGE = re.compile(r"^changes\[(\d+)\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRequest:
    """Where an import goes; `create`: the namespace is made when it is not there."""

    namespace: str
    create: bool = False
    author: str = ""
    message: str = ""
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What became of one batch: the revision after it, and how many changes were needed and not."""

    revision: Revision
    written: int
    unchanged: int


class Importer:
    """One import under way. Made for each import; `take` one batch after the other."""

    def __init__(self, directory: Directory, committer: Committer, request: ImportRequest) -> None:
        self._directory = directory
        self._committer = committer
        self._request = request
        self._imagined: Snapshot | None = None

    @property
    def namespace(self) -> str:
        """Where it goes."""
        return self._request.namespace

    async def take(self, changes: Sequence[Change]) -> BatchResult:
        """Commits what of these changes is needed.

        Raises what a commit raises, and NotFound (NAMESPACE_NOT_FOUND) unless the namespace may be made.
        A dry run imagines that the batches before this one were committed.
        """
        snapshot = await self._snapshot()
        wanted = [self._moved(change) for change in changes]
        positions = [i for i, change in enumerate(wanted) if _is_needed(snapshot, change)]
        needed = [wanted[i] for i in positions]
        if snapshot.revision == 0 and not any(change.id.kind is Kind.NAMESPACE for change in needed):
            needed.append(Put(self._namespace_id, Namespace()))
        try:
            revision = await self._commit(snapshot, needed) if needed else snapshot.revision
        except VexilError as error:
            raise _placed(error, positions) from error
        return BatchResult(revision, len(positions), len(wanted) - len(positions))

    async def _snapshot(self) -> Snapshot:
        """What the next batch follows: an empty one where the namespace has to be made."""
        if self._imagined is not None:
            return self._imagined
        try:
            return (await self._directory.find(self._request.namespace)).snapshot
        except NotFound as error:
            if error.reason is not Reason.NAMESPACE_NOT_FOUND or not self._request.create:
                raise
            return Snapshot.empty(self._request.namespace)

    async def _commit(self, snapshot: Snapshot, changes: Sequence[Change]) -> Revision:
        request = self._request
        proposal = Proposal(
            namespace=request.namespace, changes=changes, author=request.author, message=request.message
        )
        if request.dry_run:
            commit = await self._committer.draft(snapshot, proposal)
            self._imagined = (await asyncio.to_thread(snapshot.apply, commit)).snapshot
        elif snapshot.revision == 0:
            commit = await self._committer.create(proposal)
        else:
            commit = await self._committer.commit(proposal)
        return commit.revision

    def _moved(self, change: Change) -> Change:
        """The change as it is in this namespace, which may have another name than the one exported."""
        if change.id.kind is Kind.NAMESPACE:
            return replace(change, id=self._namespace_id)
        return change

    @property
    def _namespace_id(self) -> ResourceId:
        return ResourceId(Kind.NAMESPACE, "", self._request.namespace)


def _placed(error: VexilError, positions: Sequence[int]) -> VexilError:
    """The error with `changes[i]` counted as the batch does, not as the commit that left some of it out."""

    def place(match: re.Match[str]) -> str:
        index = int(match[1])
        return f"changes[{positions[index]}]" if index < len(positions) else "namespace"

    violations = [replace(found, field=_CHANGE.sub(place, found.field)) for found in error.violations]
    return type(error)(
        _CHANGE.sub(place, error.message),
        reason=error.reason,
        violations=violations,
        metadata=error.metadata,
        retry_after=error.retry_after,
    )


def _is_needed(snapshot: Snapshot, change: Change) -> bool:
    current = snapshot.get(change.id)
    if isinstance(change, Delete):
        return current is not None
    if current is None:
        return True
    return not same(current.resource, restored(change.resource, current.resource))
