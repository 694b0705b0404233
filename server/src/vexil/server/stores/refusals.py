"""What every backend refuses, in the same words."""

from vexil.core.errors import FailedPrecondition, NotFound, OutOfRange, Reason, Unavailable
from vexil.core.resource import Commit, Revision
from vexil.server.stores.port import Head, HeadMoved


def no_namespace(name: str) -> NotFound:
    """The error for a namespace without a commit."""
    return NotFound(
        f"there is no namespace {name!r}",
        reason=Reason.NAMESPACE_NOT_FOUND,
        metadata={"namespace": name},
    )


def closed() -> Unavailable:
    """The error for a call after `close`."""
    return Unavailable("the store is closed", reason=Reason.STORE_UNAVAILABLE)


def require_kept(head: Head, revision: Revision) -> None:
    """Raises OutOfRange when the state at this revision can't be rebuilt, or does not exist yet."""
    if revision < head.compact_revision:
        raise OutOfRange(
            f"revision {revision} of {head.namespace!r} was compacted; "
            f"the oldest kept one is {head.compact_revision}",
            reason=Reason.REVISION_COMPACTED,
            metadata={"namespace": head.namespace, "compact_revision": str(head.compact_revision)},
        )
    require_reached(head, revision)


def require_reached(head: Head, revision: Revision) -> None:
    """Raises OutOfRange when the revision is above the head."""
    if revision > head.revision:
        raise OutOfRange(
            f"revision {revision} of {head.namespace!r} does not exist yet; the newest is {head.revision}",
            reason=Reason.REVISION_IN_FUTURE,
            metadata={"namespace": head.namespace, "head_revision": str(head.revision)},
        )


def require_next(head: Head | None, commit: Commit) -> None:
    """Raises HeadMoved when the commit does not follow the head; None: the namespace has no commit."""
    revision, epoch = (0, commit.epoch) if head is None else (head.revision, head.epoch)
    if commit.revision != revision + 1 or commit.epoch != epoch:
        raise HeadMoved(
            f"revision {commit.revision} in epoch {commit.epoch} does not follow the newest of "
            f"{commit.namespace!r}, which is {revision} in epoch {epoch}",
            metadata={"namespace": commit.namespace, "head_revision": str(revision), "epoch": str(epoch)},
        )


def not_home(head: Head) -> FailedPrecondition:
    """The error for a write in a region that is not the namespace's home."""
    return FailedPrecondition(
        f"{head.namespace!r} takes commits in its home region {head.home} only, and none while that moves; "
        "nothing was written",
        reason=Reason.NOT_HOME_REGION,
        metadata={"namespace": head.namespace, "home_region": head.home},
    )


def request_taken(commit: Commit) -> HeadMoved:
    """The error for a commit whose request id the kept log holds already."""
    return HeadMoved(
        f"{commit.namespace!r} already has a commit with the request id {commit.request_id!r}",
        metadata={"namespace": commit.namespace, "request_id": commit.request_id},
    )
