"""The state at a revision: the newest checkpoint before it, and the log from there."""

from collections.abc import Sequence
from dataclasses import dataclass

from vexil.core.resource import ResourceChange, ResourceId, Revision
from vexil.server.stores.dynamodb.checkpoints import Manifest, find_checkpoints, read_checkpoint
from vexil.server.stores.dynamodb.encoding import NO_DIGEST
from vexil.server.stores.dynamodb.errors import Damage
from vexil.server.stores.dynamodb.heads import StoredHead
from vexil.server.stores.dynamodb.items import read_binary
from vexil.server.stores.dynamodb.log import commits_of, read_entries
from vexil.server.stores.dynamodb.table import Table


@dataclass(frozen=True, slots=True)
class State:
    """The newest change of each resource at a revision, and the digest of the log's entry there."""

    newest: dict[ResourceId, ResourceChange]
    log_digest: bytes


async def read_state(table: Table, head: StoredHead, at: Revision) -> State:
    """The state at a revision for which a checkpoint and the log are kept. Raises Damage.

    The log is linked to the checkpoint's digest, and, where `at` is the head, ends in the head's: then all of
    it is known to be what was written.
    """
    namespace = head.namespace
    manifest, changes = await _begin(table, head, at)
    start, log_digest = (0, NO_DIGEST) if manifest is None else (manifest.revision, manifest.log_digest)
    newest = {change.id: change for change in changes}
    for first in range(start + 1, at + 1, _STEP):
        entries = await read_entries(table, head, first, min(first + _STEP - 1, at))
        if read_binary(entries[0], "previous") != log_digest:
            raise Damage(f"commit {first} of {namespace!r} does not follow what was before it")
        log_digest = read_binary(entries[-1], "digest")
        for commit in await commits_of(table, namespace, entries):
            newest.update((change.id, change) for change in commit.changes)
    if at == head.head.revision and log_digest != head.digest:
        raise Damage(f"the state of {namespace!r} at {at} is not the one that its head names")
    return State(newest, log_digest)


async def _begin(
    table: Table, head: StoredHead, at: Revision
) -> tuple[Manifest | None, Sequence[ResourceChange]]:
    """The checkpoint to begin with, and what it holds; in a replica the newest of which all has arrived."""
    for manifest in await find_checkpoints(table, head, at):
        try:
            return manifest, await read_checkpoint(table, head.namespace, manifest)
        except Damage:
            if not head.replica:
                raise
    return None, ()


_STEP = 1000
"""Entries read at once."""
