"""What lies where: the tables as data, and the keys of every item.

The log is the truth; all else can be rebuilt from it. Items are small and independent, since a global table
copies them one by one, in any order, and of two writes to one item keeps the later. So no item is ever
written by two regions: what two could write has the epoch in its key, and no two regions share an epoch:

| partition key | sort key | item |
|---|---|---|
| `heads` | `NS#EPOCH` | where the log stands: revision, hash of the newest entry, home |
| `log#NS` | `REVISION#EPOCH` | one commit, linked to the one before by its hash |
| `parts#NS` | `REVISION#ATTEMPT#NUMBER` | a piece of a commit too large for its entry |
| `version#NS#KIND#KEY` | `ENVIRONMENT#VERSION#EPOCH` | one version of a resource (derived) |
| `request#NS#REQUEST` | `EPOCH` | the revision of the commit with this request id (derived) |
| `outbox` | `NS#REVISION#EPOCH` | a commit that is still to be announced |
| `checkpoints#NS` | `REVISION#EPOCH` | a whole state: how many chunks, changes, and their hash (derived) |
| `chunks#NS#REVISION#EPOCH#SEGMENT` | `NUMBER` | a piece of it (derived) |
| `layout` | `-` | which version of this layout the items have (`layout_version`) |

In the board's table:

| partition key | sort key | item |
|---|---|---|
| `topic#TOPIC` | author | a notice |
| `announcer` | `-` | who announces; where regions have no homes, in the other table |
| `notice#ATTEMPT` | `NUMBER` | a piece of one that is too large for an item |

Numbers in keys have leading zeros, so that their order is that of text. Names and keys that the contract
allows hold no `#` (proto/vexil/v1/resource.proto).

- All heads are one partition: one strongly consistent query shows every namespace, which is what following
  polls. DynamoDB takes 1,000 write units a second for one item, a transaction's write costs two: 500 commits
  a second for one namespace. A partition that gets hot is split between items.
- Keys have the epoch: what two regions wrote at one revision, each believing to be home, never overwrites
  each other. The head of the highest epoch counts, and says which revisions are of which epoch; `previous`
  shows which entries follow which.
- Parts have a partition of their own: whoever follows the log does not read them unless their entry, the
  closing marker, is there. `ATTEMPT` keeps rivals for one revision apart; `NUMBER` orders the parts.
- Versions are by kind and key, for all environments: that is what catching up from a part of the state asks
  for. Environments are all in one partition, with the key in the place of the environment: they are asked for
  together. The state of a resource is its newest version.
- Chunks are spread over `SEGMENTS` partitions, which are read in parallel.
- There are no indexes: every question is answered by one of these keys, and an index is eventually
  consistent (it also costs a write for each write).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from vexil.core.resource import Kind, ResourceId, Revision, Version

PARTITION_KEY = "pk"
SORT_KEY = "sk"
EXPIRES_AT = "expires_at"
"""The attribute by which items expire, in seconds since 1970: outbox entries and notices."""

SEGMENTS = 8
"""Partitions over which the chunks of a checkpoint are spread."""

_DIGITS = 16
_SHORT_DIGITS = 8
_NEWEST = "9" * _DIGITS
HEADS = "heads"
OUTBOX = "outbox"
ONLY = "-"
"""The sort key where a partition has one item."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with string keys `pk` and `sk`, on demand, encrypted, with time to live by `expires_at`.

    `stream`: with new and old images, which global tables and announcements need. `recoverable`: with
    point-in-time recovery and deletion protection.
    """

    name: str
    stream: bool
    recoverable: bool


def tables(name: str) -> tuple[Table, ...]:
    """The tables of a store.

    The board has one of its own: it is written often, holds nothing worth keeping, and would fill the stream
    and the backups of the other.
    """
    return (
        Table(name, stream=True, recoverable=True),
        Table(board_table(name), stream=False, recoverable=False),
    )


def board_table(name: str) -> str:
    """The name of the board's table beside a store's: its topics are partition keys, authors sort keys."""
    return f"{name}-board"


class Key(NamedTuple):
    """The key of one item."""

    partition: str
    sort: str


def key_of(item: Mapping[str, Any]) -> Key:
    """The key of an item, as the low-level client has it."""
    return Key(item[PARTITION_KEY]["S"], item[SORT_KEY]["S"])


def head(namespace: str, epoch: int) -> Key:
    """The head of a namespace's log, as one epoch's home knows it."""
    return Key(HEADS, f"{namespace}#{_short(epoch)}")


def heads(namespace: str) -> tuple[str, str]:
    """The sort keys between which a namespace's heads lie."""
    return f"{namespace}#", f"{namespace}#~"


def log(namespace: str) -> str:
    """The partition of a namespace's log."""
    return f"log#{namespace}"


def entry(namespace: str, revision: Revision, epoch: int) -> Key:
    """One entry of the log."""
    return Key(log(namespace), f"{_number(revision)}#{_short(epoch)}")


def revisions(first: int, last: int) -> tuple[str, str]:
    """The sort keys between which the entries, parts or checkpoints of these revisions lie."""
    return _number(max(first, 0)), f"{_number(max(last, 0))}~"


def parts(namespace: str) -> str:
    """The partition of the pieces of a namespace's large commits."""
    return f"parts#{namespace}"


def part(namespace: str, revision: Revision, attempt: str, number: int) -> Key:
    """A piece of a large commit; `attempt` is unique to whoever tries to append it."""
    return Key(parts(namespace), f"{part_prefix(revision, attempt)}{_short(number)}")


def part_prefix(revision: Revision, attempt: str) -> str:
    """With what the sort keys of a large commit's parts begin."""
    return f"{_number(revision)}#{attempt}#"


def versions(namespace: str, kind: Kind, key: str) -> str:
    """The partition of the versions of what has this kind and key, in any environment."""
    return f"version#{namespace}#{int(kind)}#{'' if kind is Kind.ENVIRONMENT else key}"


def version(namespace: str, id: ResourceId, version: Version, epoch: int) -> Key:
    """One version of a resource, as an epoch's home made it."""
    return Key(versions(namespace, id.kind, id.key), f"{_place(id)}#{_number(version)}#{_short(epoch)}")


def versions_below(id: ResourceId, before: Version | None) -> tuple[str, str]:
    """The sort keys between which a resource's versions below `before` lie; None: all its versions."""
    place = _place(id)
    return f"{place}#{_number(0)}", f"{place}#{_NEWEST if before is None else _number(max(before - 1, 0))}~"


def requests(namespace: str, request_id: str) -> str:
    """The partition of the commits with a request id: one for each epoch at most."""
    return f"request#{namespace}#{request_id}"


def request(namespace: str, request_id: str, epoch: int) -> Key:
    """The commit of an epoch with a request id."""
    return Key(requests(namespace, request_id), _short(epoch))


def announcement(namespace: str, revision: Revision, epoch: int) -> Key:
    """A commit's entry in the outbox."""
    return Key(OUTBOX, f"{namespace}#{_number(revision)}#{_short(epoch)}")


def announcements(namespace: str, last: int = 10**_DIGITS - 1) -> tuple[str, str]:
    """The sort keys between which a namespace's entries in the outbox lie, up to a revision."""
    return f"{namespace}#", f"{namespace}#{_number(last)}~"


def checkpoints(namespace: str) -> str:
    """The partition of a namespace's checkpoints."""
    return f"checkpoints#{namespace}"


def checkpoint(namespace: str, revision: Revision, epoch: int) -> Key:
    """The checkpoint at a revision of an epoch."""
    return Key(checkpoints(namespace), f"{_number(revision)}#{_short(epoch)}")


def chunks(namespace: str, revision: Revision, epoch: int, segment: int) -> str:
    """A partition of a checkpoint's chunks."""
    return f"chunks#{namespace}#{_number(revision)}#{_short(epoch)}#{segment}"


def chunk(namespace: str, revision: Revision, epoch: int, number: int) -> Key:
    """A chunk of a checkpoint; its number says in which segment it is."""
    return Key(chunks(namespace, revision, epoch, number % SEGMENTS), _short(number))


def topic(name: str) -> str:
    """The partition of the notices of a topic."""
    return f"topic#{name}"


def notice(topic_: str, author: str) -> Key:
    """An author's notice of a topic."""
    return Key(topic(topic_), author)


def notice_parts(attempt: str) -> str:
    """The partition of the pieces of one large notice; `attempt` is unique to its post."""
    return f"notice#{attempt}"


def notice_part(attempt: str, number: int) -> Key:
    """A piece of a large notice."""
    return Key(notice_parts(attempt), _short(number))


def _place(id: ResourceId) -> str:
    return id.key if id.kind is Kind.ENVIRONMENT else id.environment


def _number(number: int) -> str:
    return f"{number:0{_DIGITS}}"


def _short(number: int) -> str:
    return f"{number:0{_SHORT_DIGITS}}"
