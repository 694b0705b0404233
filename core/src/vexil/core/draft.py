"""From changes that may be made to the commit that makes them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from vexil.core.audit.origin import NOWHERE, Origin
from vexil.core.change import Change, Delete, HeadIs, Precondition
from vexil.core.errors import Aborted, Reason, Violation
from vexil.core.resource import Commit, Deleted, ResourceChange, ResourceState, Revision, Version
from vexil.core.snapshot import Snapshot


def draft(
    snapshot: Snapshot,
    changes: Sequence[Change],
    preconditions: Sequence[Precondition] = (),
    *,
    now: datetime,
    author: str = "",
    origin: Origin = NOWHERE,
    message: str = "",
    labels: Mapping[str, str] | None = None,
    request_id: str = "",
    epoch: int = 1,
) -> Commit:
    """The commit that follows the snapshot with these changes, which `validate` accepts.

    It has the snapshot's next revision. Each resource gets its own next version, deletions included, and
    keeps the revision that created it. `now` is the wall clock in UTC.

    Raises Aborted (PRECONDITION_FAILED) when a precondition does not hold: a violation for each such, and of
    the first, `resource`, `expected` and `actual` as metadata.
    """
    check_preconditions(snapshot, preconditions)
    revision = Revision(snapshot.revision + 1)
    return Commit(
        namespace=snapshot.namespace,
        revision=revision,
        changes=tuple(_made(snapshot, change, revision, now) for change in changes),
        committed_at=now,
        epoch=epoch,
        author=author,
        origin=origin,
        message=message,
        labels={} if labels is None else dict(labels),
        request_id=request_id,
    )


def check_preconditions(snapshot: Snapshot, preconditions: Sequence[Precondition]) -> None:
    """Raises Aborted (PRECONDITION_FAILED) when one of them does not hold at the snapshot."""
    broken = list(_broken(snapshot, preconditions))
    if not broken:
        return
    violations = [Violation(field, message, Reason.PRECONDITION_FAILED) for field, message, _ in broken]
    _, message, metadata = broken[0]
    rest = f" (and {len(broken) - 1} more)" if len(broken) > 1 else ""
    raise Aborted(f"{message}{rest}", violations=violations, metadata=metadata)


def _broken(
    snapshot: Snapshot, preconditions: Sequence[Precondition]
) -> Iterator[tuple[str, str, Mapping[str, str]]]:
    """Field, message and metadata of each precondition that does not hold."""
    for index, precondition in enumerate(preconditions):
        if isinstance(precondition, HeadIs):
            expected: int = precondition.revision
            actual: int = snapshot.revision
            resource, place = f"namespace {snapshot.namespace}", "head_revision"
            message = f"{resource} is at revision {actual}, not {expected}"
        else:
            state = snapshot.get(precondition.id)
            expected = precondition.version
            actual = 0 if state is None else state.version
            resource, place = str(precondition.id), "resource_version"
            message = f"{resource} {_found(actual)}, and must {_wanted(expected)}"
        if expected != actual:
            metadata = {"resource": resource, "expected": str(expected), "actual": str(actual)}
            yield f"preconditions[{index}].{place}", message, metadata


def _found(version: int) -> str:
    return f"has version {version}" if version else "does not exist"


def _wanted(version: int) -> str:
    return f"have version {version}" if version else "not exist"


def _made(snapshot: Snapshot, change: Change, revision: Revision, now: datetime) -> ResourceChange:
    version = Version(snapshot.version(change.id) + 1)
    if isinstance(change, Delete):
        return Deleted(change.id, version, revision)
    before = snapshot.get(change.id)
    created = revision if before is None else before.create_revision
    return ResourceState(change.id, change.resource, version, revision, created, now)
