"""Whether the table holds what was written."""

from collections.abc import AsyncIterator, Iterable, Sequence

from vexil.core.resource import Commit, ResourceChange, ResourceId, Revision
from vexil.server.stores.dynamodb import layout
from vexil.server.stores.dynamodb.checkpoints import (
    Manifest,
    find_checkpoints,
    read_checkpoint,
)
from vexil.server.stores.dynamodb.encoding import NO_DIGEST
from vexil.server.stores.dynamodb.errors import Damage
from vexil.server.stores.dynamodb.heads import StoredHead
from vexil.server.stores.dynamodb.items import read_binary, read_number
from vexil.server.stores.dynamodb.log import commits_of, read_entries
from vexil.server.stores.dynamodb.table import Table
from vexil.server.stores.dynamodb.versions import find_changes

MAX_FINDINGS = 100
_STEP = 500
"""Entries looked at at once."""


async def check(table: Table, heads: Iterable[StoredHead]) -> list[str]:
    """Everything that is wrong up to these heads, in sentences, at most `MAX_FINDINGS` of them.

    Namespace by namespace: entries are linked from the oldest needed checkpoint to the head, each commit
    matches its digest and decodes, checkpoints say what the log says, each resource's versions are dense, and
    what derives from a commit is there and says the same.
    """
    findings: list[str] = []
    for head in heads:
        try:
            async for finding in _Walk(table, head).findings():
                findings.append(f"Namespace {head.namespace!r}: {finding}.")
                if len(findings) == MAX_FINDINGS:
                    return findings
        except Damage as damage:
            findings.append(f"Namespace {head.namespace!r}: {damage}; the rest of it is not looked at.")
    return findings


class _Walk:
    """One namespace, from its oldest state to its head."""

    def __init__(self, table: Table, head: StoredHead) -> None:
        self._table = table
        self._head = head
        self._namespace = head.namespace
        self._newest: dict[ResourceId, ResourceChange] = {}
        self._digest = NO_DIGEST
        self._checkpoints: dict[Revision, Manifest] = {}

    async def findings(self) -> AsyncIterator[str]:
        start, end = await self._begin(), self._head.head.revision
        async for finding in self._of_versions(list(self._newest.values())):
            yield finding
        for first in range(start + 1, end + 1, _STEP):
            entries = await read_entries(self._table, self._head, first, min(first + _STEP - 1, end))
            if read_binary(entries[0], "previous") != self._digest:
                yield f"commit {first} does not follow what was before it"
            commits = await commits_of(self._table, self._namespace, entries)
            for entry, commit in zip(entries, commits, strict=True):
                self._digest = read_binary(entry, "digest")
                for finding in self._apply(commit):
                    yield finding
                async for finding in self._of_checkpoint(commit.revision):
                    yield finding
            settled = [commit for commit in commits if commit.revision not in self._head.unsettled]
            async for finding in self._of_versions([each for made in settled for each in made.changes]):
                yield finding
            async for finding in self._of_requests(settled if self._head.shared else commits):
                yield finding

    async def _begin(self) -> Revision:
        """Takes the state from which the log is needed; its revision."""
        kept = await find_checkpoints(self._table, self._head, self._head.head.revision)
        self._checkpoints = {each.revision: each for each in kept}
        bases = await find_checkpoints(self._table, self._head, self._head.head.compact_revision)
        if not bases:
            return Revision(0)
        base = bases[0]
        changes = await read_checkpoint(self._table, self._namespace, base)
        self._newest = {change.id: change for change in changes}
        self._digest = base.log_digest
        return base.revision

    def _apply(self, commit: Commit) -> Iterable[str]:
        for change in commit.changes:
            previous = self._newest.get(change.id)
            if previous is not None and change.version != previous.version + 1:
                yield f"{change.id} has version {change.version} after {previous.version}"
            self._newest[change.id] = change

    async def _of_checkpoint(self, revision: Revision) -> AsyncIterator[str]:
        manifest = self._checkpoints.get(revision)
        if manifest is None:
            return
        try:
            changes = await read_checkpoint(self._table, self._namespace, manifest)
        except Damage as damage:
            yield str(damage)
            return
        if {change.id: change for change in changes} != self._newest or manifest.log_digest != self._digest:
            yield f"checkpoint {revision} does not say what the log says"

    async def _of_versions(self, changes: Sequence[ResourceChange]) -> AsyncIterator[str]:
        try:
            found = await find_changes(self._table, self._head, changes)
        except Damage as damage:
            yield str(damage)
            return
        for change in changes:
            if found.get((change.id, change.version)) != change:
                yield f"version {change.version} of {change.id} is missing, or not what the log says"

    async def _of_requests(self, commits: Sequence[Commit]) -> AsyncIterator[str]:
        compacted = self._head.head.compact_revision
        claims = {
            layout.request(self._namespace, commit.request_id, commit.epoch): commit
            for commit in commits
            if commit.request_id and commit.revision > compacted
        }
        items = await self._table.get_many(list(claims))
        found = {(item["pk"]["S"], item["sk"]["S"]): read_number(item, "revision") for item in items}
        for key, commit in claims.items():
            if found.get(key) != commit.revision:
                yield f"the request id of commit {commit.revision} is not known to be taken"
