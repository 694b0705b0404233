"""The log: entries, and the commits in them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from vexil.core.resource import Commit, Revision
from vexil.server.stores.dynamodb import layout
from vexil.server.stores.dynamodb.encoding import decode_commit, digest, encode_commit, pack, unpack
from vexil.server.stores.dynamodb.errors import Damage
from vexil.server.stores.dynamodb.heads import StoredHead
from vexil.server.stores.dynamodb.items import (
    Item,
    binary,
    keyed,
    number,
    read_binary,
    read_chain,
    read_number,
    read_text,
    text,
)
from vexil.server.stores.dynamodb.parallel import each
from vexil.server.stores.dynamodb.table import Table
from vexil.server.stores.lineage import Lineage
from vexil.server.stores.sealing import chain_of, seal

_PART_BYTES = 320 * 1024
"""The largest piece of a commit in one item."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry that is to be written: its sealed commit, itself, and the parts that come before it."""

    commit: Commit
    digest: bytes
    entry: Item
    parts: Sequence[Item]

    @property
    def size(self) -> int:
        """Bytes of content in the entry itself."""
        return len(self.entry["content"]["B"]) if "content" in self.entry else 0

    @property
    def chain(self) -> bytes:
        """The audit chain at the entry."""
        return chain_of(self.commit)


def draft(commit: Commit, before: StoredHead, attempt: str) -> Draft:
    """The entry of a commit, after that which is the newest of `before`."""
    commit = seal(commit, before.head.chain)
    previous = before.digest
    content = encode_commit(commit)
    own = digest(content, previous)
    packed = pack(content)
    attributes: dict[str, Any] = {
        "revision": number(commit.revision),
        "epoch": number(commit.epoch),
        "digest": binary(own),
        "previous": binary(previous),
        "changes": number(len(commit.changes)),
        "chain": binary(chain_of(commit)),
    }
    parts: list[Item] = []
    if len(packed) <= _PART_BYTES:
        attributes["content"] = binary(packed)
    else:
        pieces = [packed[start : start + _PART_BYTES] for start in range(0, len(packed), _PART_BYTES)]
        parts = [
            keyed(layout.part(commit.namespace, commit.revision, attempt, place), content=binary(piece))
            for place, piece in enumerate(pieces)
        ]
        attributes |= {"parts": number(len(pieces)), "attempt": text(attempt)}
    key = layout.entry(commit.namespace, commit.revision, commit.epoch)
    return Draft(commit, own, keyed(key, **attributes), parts)


async def read_commits(
    table: Table, head: StoredHead, first: int, last: int, ahead: Sequence[Item] = ()
) -> list[Commit]:
    """The commits from `first` to `last`, oldest first; none above the head. Raises Damage at a gap.

    Each is linked to the one before; where the newest is among them, it is the one that the head names.
    `ahead`: what `find_entries` found of them before the head was known.
    """
    entries = await read_entries(table, head, first, min(last, head.head.revision), ahead)
    return await commits_of(table, head.namespace, entries)


async def read_entries(
    table: Table, head: StoredHead, first: int, last: int, ahead: Sequence[Item] = ()
) -> list[Item]:
    """The entries from `first` to `last`, which the log has, oldest first. Raises Damage."""
    if last < first:
        return []
    lineage = head.head.lineage
    found = of_lineage(ahead, lineage)
    reached = read_number(found[-1], "revision") if found else first - 1
    if reached < last:
        found += of_lineage(await find_entries(table, head.namespace, reached + 1, last), lineage)
    return require_linked(head, found, first, last)


async def find_entries(table: Table, namespace: str, first: int, last: int) -> list[Item]:
    """The entries from `first` to `last` that are there, oldest first, of whatever epoch."""
    return await table.query(layout.log(namespace), layout.revisions(Revision(first), Revision(last)))


async def commits_of(table: Table, namespace: str, entries: Sequence[Item]) -> list[Commit]:
    """The commits in entries. Raises Damage for one that is not what was written."""

    async def content_of(item: Item) -> bytes:
        return b"".join(await _pieces(table, namespace, item)) if "parts" in item else b""

    pieces = await each(content_of, entries)
    if sum(map(_weight, entries)) < _LIGHT:
        return [_commit_of(namespace, *entry) for entry in zip(entries, pieces, strict=True)]
    decoded: list[Commit] = await table.connection.work(
        lambda: [_commit_of(namespace, *entry) for entry in zip(entries, pieces, strict=True)]
    )
    return decoded


_LIGHT = 200
"""Changes that are decoded in about a millisecond, for which no thread is worth while."""


def _weight(item: Item) -> int:
    return 1 + read_number(item, "changes")


def of_lineage(items: Iterable[Item], lineage: Lineage) -> list[Item]:
    """Of entries, those that count: at each revision that of the epoch which wrote it."""
    return [
        item for item in items if lineage.holds(read_number(item, "revision"), read_number(item, "epoch"))
    ]


def require_linked(head: StoredHead, entries: Sequence[Item], first: int, last: int) -> list[Item]:
    """The entries, if they are those from `first` to `last` and follow each other. Raises Damage."""
    namespace = head.namespace
    by_revision = {read_number(item, "revision"): item for item in entries}
    linked: list[Item] = []
    for revision in range(first, last + 1):
        item = by_revision.get(revision)
        if item is None:
            raise Damage(f"commit {revision} of {namespace!r} is missing")
        if linked and read_binary(item, "previous") != read_binary(linked[-1], "digest"):
            raise Damage(f"commit {revision} of {namespace!r} does not follow the one before")
        linked.append(item)
    if last == head.head.revision and read_binary(linked[-1], "digest") != head.digest:
        raise Damage(f"commit {last} of {namespace!r} is not the one that its head names")
    return linked


def _commit_of(namespace: str, item: Item, pieces: bytes) -> Commit:
    revision = read_number(item, "revision")
    what = f"commit {revision} of {namespace!r}"
    content = unpack(pieces or read_binary(item, "content"), what)
    if digest(content, read_binary(item, "previous")) != read_binary(item, "digest"):
        raise Damage(f"{what} differs from what was written")
    commit = decode_commit(content, what)
    if (commit.namespace, commit.revision, commit.epoch) != (namespace, revision, read_number(item, "epoch")):
        raise Damage(f"{what} is another one")
    if chain_of(commit) != read_chain(item):
        raise Damage(f"{what} has another place in the audit chain than was written")
    return commit


async def is_whole(table: Table, namespace: str, item: Item) -> bool:
    """Whether all parts of an entry are here, if it has any."""
    if "parts" not in item:
        return True
    prefix = layout.part_prefix(Revision(read_number(item, "revision")), read_text(item, "attempt"))
    keys = {"ProjectionExpression": "pk, sk"}
    found = await table.query(layout.parts(namespace), (prefix, f"{prefix}~"), only=keys)
    return len(found) == read_number(item, "parts")


async def _pieces(table: Table, namespace: str, item: Item) -> list[bytes]:
    revision = Revision(read_number(item, "revision"))
    prefix = layout.part_prefix(revision, read_text(item, "attempt"))
    found = await table.query(layout.parts(namespace), (prefix, f"{prefix}~"))
    if len(found) != read_number(item, "parts"):
        raise Damage(f"commit {revision} of {namespace!r} has {len(found)} parts of {item['parts']['N']}")
    return [read_binary(part, "content") for part in found]
