"""Restoring: the logs of a backup, made anew in an empty store, and compared with what they were.

Everything goes the way of all commits, through `Store.append`, so that it works with every backend. What was
compacted is made up for: under each revision what it wrote and still counts, nothing where that is nothing,
and then it is compacted again. All commits get one epoch, since a log without a failover has no more: the
newest of the backup, or a new one where commits after it are lost, so that positions from there don't count.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from vexil.core.access.system import SYSTEM_NAMESPACE
from vexil.core.audit.seal import BEGINNING, Seal
from vexil.core.errors import DataLoss
from vexil.core.resource import Commit, Revision
from vexil.server.backup import content
from vexil.server.backup.chain import Chain, Part, commits
from vexil.server.backup.content import State
from vexil.server.backup.failures import BackupDamaged, NoSuchBackup, StoreNotEmpty
from vexil.server.backup.manifest import Section
from vexil.server.backup.vault import MANIFEST, Vault
from vexil.server.stores.port import Head, Store

Progress = Callable[[str, int, int], None]
"""Is told a namespace, how many of its revisions are done, and of how many."""

_PAGE = 100
_EPOCHS = 10_000
"""How far apart two epochs of one region are (`stores.dynamodb.regions.epochs`)."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Restored:
    """A namespace that was restored, and compared with what it was."""

    namespace: str
    revision: Revision
    compact_revision: Revision
    epoch: int


async def restore(
    store: Store,
    vault: Vault,
    chain: Chain,
    progress: Progress,
    *,
    namespace: str | None = None,
    with_access: bool = False,
    new_epoch: bool = False,
    resume: bool = False,
) -> Sequence[Restored]:
    """Restores the chain's newest backup, or one namespace of it, and verifies what the store then holds.

    Permissions are left out, unless `with_access` or their own namespace asks for them: keys, users and
    bindings that were revoked since would be in force again.
    With `new_epoch` no position of a watcher is valid afterwards. With `resume` the store may hold the
    beginning of it, as a restore that broke off leaves it. Raises StoreNotEmpty, NoSuchBackup, BackupDamaged,
    DataLoss, and what the store raises.
    """
    wanted = [
        each
        for each in chain.newest.sections
        if namespace == each.namespace
        or (namespace is None and (with_access or each.namespace != SYSTEM_NAMESPACE))
    ]
    if namespace is not None and not wanted:
        raise NoSuchBackup(f"{chain.newest.id} has no namespace {namespace!r}")
    heads = {head.namespace: head for head in await store.heads()}
    _require_empty(heads, {section.namespace for section in wanted}, resume=resume)
    restored: list[Restored] = []
    for section in wanted:
        epoch = _epoch_after(section.epoch, store) if new_epoch else section.epoch
        log = _Log(vault, chain.parts(section.namespace), epoch)
        await _append(store, log, heads.get(section.namespace), progress)
        await store.compact(section.namespace, section.compact_revision)
        await _compare(store, log)
        restored.append(Restored(section.namespace, section.revision, section.compact_revision, epoch))
    return restored


def _require_empty(heads: dict[str, Head], wanted: set[str], *, resume: bool) -> None:
    others = sorted(heads.keys() - wanted) if resume else sorted(heads)
    if others:
        advice = "" if resume else "; --resume goes on with a restore that broke off"
        raise StoreNotEmpty(
            f"the store is not empty: it has {', '.join(others[:5])}{' …' if len(others) > 5 else ''}. "
            f"Nothing was written; name another store{advice}"
        )


@dataclass(slots=True)
class _Log:
    """The log of a namespace as it is to be, and what it adds up to while it is gone through."""

    vault: Vault
    parts: Sequence[Part]
    epoch: int
    state: State = field(default_factory=State)
    compact_state: str = ""
    kept: Any = field(default_factory=sha256)
    sealed_from: Revision | None = None

    @property
    def target(self) -> Section:
        """Where it ends."""
        return self.parts[-1].section

    @property
    def name(self) -> str:
        """The manifest that says so."""
        return f"{self.parts[-1].link.manifest.id}/{MANIFEST}"

    def commits(self) -> Iterator[Commit]:
        """Every revision, from 1 on; once only. Raises BackupDamaged."""
        target = self.target
        for commit in self._dense():
            self.state.take(commit.changes)
            if commit.revision > target.compact_revision:
                self.kept.update(content.encode(commit))
                if commit.seal is not None and self.sealed_from is None:
                    self.sealed_from = commit.revision
                yield commit
                continue
            if commit.revision == target.compact_revision:
                self.compact_state = self.state.digest
                if commit.revision == target.revision and target.chain:
                    # Nothing else is kept of the chain, which the next commit goes on with.
                    anchor = Seal(BEGINNING, bytes.fromhex(target.chain), b"")
                    commit = replace(commit, seal=anchor)  # noqa: PLW2901
            # It is forgotten again, and a later one may have the same id.
            yield replace(commit, request_id="")
        if self.state.digest != target.state:
            raise BackupDamaged(
                self.name, f"{target.namespace!r} at revision {target.revision} is not what the store had"
            )

    def _dense(self) -> Iterator[Commit]:
        first, reached, at = self.parts[0], 0, _EPOCH
        for commit in commits(self.vault, first, "base"):
            yield from self._nothing(reached + 1, commit.revision - 1, at)
            yield replace(commit, epoch=self.epoch)
            reached, at = commit.revision, commit.committed_at
        yield from self._nothing(reached + 1, first.section.after, at)
        reached = first.section.after
        for part in self.parts:
            if part.section.after != reached:
                raise BackupDamaged(
                    self.name, f"revisions of {self.target.namespace!r} are missing after {reached}"
                )
            for commit in commits(self.vault, part, "log"):
                yield replace(commit, epoch=self.epoch)
            reached = part.section.revision

    def _nothing(self, first: int, last: int, at: datetime) -> Iterator[Commit]:
        for revision in range(first, last + 1):
            yield Commit(self.target.namespace, Revision(revision), (), at, self.epoch)


async def _append(store: Store, log: _Log, head: Head | None, progress: Progress) -> None:
    target = log.target
    if head is not None and not (head.epoch == log.epoch and _is_before(head, target)):
        raise _differs(target)
    for commit in log.commits():
        if head is None or commit.revision > head.revision:
            await store.append(commit)
        elif commit.revision == head.revision and not await _is_newest(store, head, commit):
            raise _differs(target)
        if commit.revision % _PAGE == 0 or commit.revision == target.revision:
            progress(target.namespace, commit.revision, target.revision)


def _is_before(head: Head, target: Section) -> bool:
    return head.revision <= target.revision and head.compact_revision <= target.compact_revision


def _epoch_after(epoch: int, store: Store) -> int:
    """The first epoch after another that is this store's own."""
    return store.first_epoch + _EPOCHS * max((epoch - store.first_epoch) // _EPOCHS + 1, 0)


async def _is_newest(store: Store, head: Head, commit: Commit) -> bool:
    """Whether the store's newest commit is this one; one that is compacted shows only in what it left."""
    if head.revision == head.compact_revision:
        return True
    [newest] = await store.read(head.namespace, Revision(head.revision - 1), 1)
    return content.encode_like(newest, commit) == content.encode(commit)


def _differs(target: Section) -> StoreNotEmpty:
    return StoreNotEmpty(
        f"what the store holds of {target.namespace!r} is not how this backup begins; nothing was written"
    )


async def _compare(store: Store, log: _Log) -> None:
    """Raises DataLoss when the store does not give back what it was given."""
    target = log.target
    namespace = target.namespace
    head = await store.head(namespace)
    wanted = Head(namespace, target.revision, target.compact_revision, log.epoch)
    same = head == wanted
    kept, reached = sha256(), target.compact_revision
    while same and reached < target.revision:
        page = await store.read(namespace, reached, _PAGE)
        for commit in page:
            is_sealed = log.sealed_from is not None and commit.revision >= log.sealed_from
            kept.update(content.encode(commit if is_sealed else replace(commit, seal=None)))
        same = bool(page)
        reached = page[-1].revision if page else reached
    same = same and kept.digest() == log.kept.digest()
    same = same and content.state_digest(await store.load(namespace)) == target.state
    if same and target.compact_revision:
        image = await store.load(namespace, target.compact_revision)
        same = content.state_digest(image) == log.compact_state
    if not same:
        raise DataLoss(
            f"the store does not give back what was written of {namespace!r}; do not use it; look at its "
            "disk, and restore into another one",
            metadata={"problem": "RESTORED_DIFFERS", "namespace": namespace},
        )
