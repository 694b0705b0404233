"""What a store has to answer, worked out the slow way: from every commit there ever was."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

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
from vexil.server.stores.port import Head, Image, VersionRecord


class Model:
    """One namespace's commits, none forgotten, and how far they were compacted."""

    def __init__(self, namespace: str) -> None:
        self.namespace = namespace
        self.commits: list[Commit] = []
        self.compacted = Revision(0)

    @property
    def head(self) -> Head:
        return Head(self.namespace, Revision(len(self.commits)), self.compacted, self.commits[0].epoch)

    @property
    def kept(self) -> list[Commit]:
        return self.commits[self.compacted :]

    def image(self, at: int) -> Image:
        newest: dict[ResourceId, ResourceChange] = {}
        for commit in self.commits[:at]:
            newest.update((change.id, change) for change in commit.changes)
        states = [change for change in newest.values() if isinstance(change, ResourceState)]
        deleted = [change for change in newest.values() if isinstance(change, Deleted)]
        return Image(self.namespace, Revision(at), states, deleted)

    def touched(self, at: int, until: int) -> Image:
        """Of the image, the environments and what has the kind and key of something written until then."""
        places = {
            (change.id.kind, change.id.key) for commit in self.commits[at:until] for change in commit.changes
        }

        def wanted(change: ResourceChange) -> bool:
            return change.id.kind is Kind.ENVIRONMENT or (change.id.kind, change.id.key) in places

        image = self.image(at)
        states, deleted = filter(wanted, image.states), filter(wanted, image.deleted)
        return Image(self.namespace, Revision(at), list(states), list(deleted))

    def versions(self, id: ResourceId) -> list[VersionRecord]:
        """Newest first."""
        records: list[VersionRecord] = []
        for commit in self.commits:
            for change in commit.changes:
                if change.id == id:
                    if commit.revision <= self.compacted:
                        bare = Commit(self.namespace, commit.revision, (), commit.committed_at)
                        records = [VersionRecord(change, bare)]
                    else:
                        records.append(VersionRecord(change, replace(commit, changes=())))
        return records[::-1]

    def ids(self) -> set[ResourceId]:
        return {change.id for commit in self.commits for change in commit.changes}


def same_image(left: Image, right: Image) -> bool:
    """Whether two images say the same; order means nothing."""
    return (
        (left.namespace, left.revision) == (right.namespace, right.revision)
        and _sorted(left.states) == _sorted(right.states)
        and _sorted(left.deleted) == _sorted(right.deleted)
    )


def _sorted(changes: Iterable[ResourceChange]) -> Sequence[tuple[ResourceId, Version, ResourceChange]]:
    return sorted(((change.id, change.version, change) for change in changes), key=lambda entry: entry[:2])
