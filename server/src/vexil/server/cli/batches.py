"""Writes of an import, in batches that become commits."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from vexil.convert.changes import precondition_to_proto, requested_change_to_proto
from vexil.core.change import Change, Precondition, VersionIs
from vexil.core.errors import VexilError, Violation
from vexil.core.resource import ResourceId, Revision, Version
from vexil.files.path import parse
from vexil.server.imports.schedule import Write

MOST_BYTES = 1024 * 1024
"""Of one batch on the wire, unless a single resource has more."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Writes that become one commit; no resource is in it twice."""

    writes: Sequence[Write]

    @property
    def changes(self) -> list[Change]:
        """The changes to ask for."""
        return [write.change for write in self.writes]

    def preconditions(self, versions: Mapping[ResourceId, Version]) -> list[Precondition]:
        """That each resource is at the version that is known of it; not known: that it is not there."""
        return [
            VersionIs(write.change.id, versions.get(write.change.id, Version(0))) for write in self.writes
        ]

    def blamed(self, error: VexilError) -> VexilError:
        """The error, with the names of items instead of `changes[i]`."""
        violations = [self._blamed(violation) for violation in error.violations]
        if not violations or violations == list(error.violations):
            return error
        first = violations[0]
        rest = f" (and {len(violations) - 1} more)" if len(violations) > 1 else ""
        message = f"{first.field}: {first.description}{rest}"
        return type(error)(message, reason=error.reason, violations=violations, metadata=error.metadata)

    def _blamed(self, violation: Violation) -> Violation:
        match parse(violation.field):
            case ("changes" | "preconditions", int(index), *_) if index < len(self.writes):
                write = self.writes[index]
                name = f"{write.item} ({write.change.id})" if write.item else str(write.change.id)
                return Violation(name, violation.description, violation.reason)
        return violation


def batches(writes: Sequence[Write], most: int) -> Iterator[Batch]:
    """The writes in order, at most that many in a batch and at most MOST_BYTES of them."""
    batch: list[Write] = []
    names: set[ResourceId] = set()
    size = 0
    for write in writes:
        bytes_ = requested_change_to_proto(write.change).ByteSize()
        if batch and (len(batch) == most or size + bytes_ > MOST_BYTES or write.change.id in names):
            yield Batch(batch)
            batch, names, size = [], set(), 0
        batch.append(write)
        names.add(write.change.id)
        size += bytes_
    if batch:
        yield Batch(batch)


def request_id(
    namespace: str, revision: Revision, changes: Sequence[Change], preconditions: Sequence[Precondition]
) -> str:
    """The id that a commit always has which makes these changes to a namespace as it was at that revision.

    Two imports of the same items that begin at the same revision make each commit once.
    """
    digest = hashlib.sha256(f"{namespace}\n{revision}\n".encode())
    for message in (
        *map(requested_change_to_proto, changes),
        *map(precondition_to_proto, preconditions),
    ):
        encoded = message.SerializeToString(deterministic=True)
        digest.update(len(encoded).to_bytes(4, "big") + encoded)
    return str(UUID(bytes=digest.digest()[:16], version=5))
