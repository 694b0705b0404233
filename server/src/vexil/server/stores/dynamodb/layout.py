"""What lies where: the tables as data, and the keys of every item.

The log is the truth; all else can be rebuilt from it. Items are small and independent, since a global table
copies them one by one, in any order, and of two writes to one item keeps the later:

| partition key | sort key | item |
|---|---|---|
| `heads` | namespace | where the log stands: revision, epoch, hash of the newest entry |
| `log#NS` | `REVISION#EPOCH` | one commit, linked to the one before by its hash |
| `parts#NS` | `REVISION#ATTEMPT#NUMBER` | a piece of a commit too large for its entry |
| `version#NS#KIND#KEY` | `ENVIRONMENT#VERSION` | one version of a resource (derived) |
| `request#NS#REQUEST` | `-` | the revision of the commit with this request id (derived) |
| `outbox` | `NS#REVISION` | a commit that is still to be announced |
| `checkpoints#NS` | `REVISION` | a whole state: how many chunks, changes, and their hash (derived) |
| `chunks#NS#REVISION#SEGMENT` | `NUMBER` | a piece of it (derived) |

In the board's table:

| partition key | sort key | item |
|---|---|---|
| `topic#TOPIC` | author | a notice |
| `notice#ATTEMPT` | `NUMBER` | a piece of one that is too large for an item |

Numbers in keys have leading zeros, so that their order is that of text. Names and keys that the contract
allows hold no `#` (proto/vexil/v1/resource.proto).

- All heads are one partition: one strongly consistent query shows every namespace, which is what following
  polls. DynamoDB takes 1,000 write units a second for one item, a transaction's write costs two: 500 commits
  a second for one namespace. A partition that gets hot is split between items.
- An entry's key has the epoch: what two regions wrote at one revision, each believing to be home, never
  overwrites each other. The higher epoch counts; `previous` shows which entries follow which.
- Parts have a partition of their own: whoever follows the log does not read them unless their entry, the
  closing marker, is there. `ATTEMPT` keeps rivals for one revision apart; `NUMBER` orders the parts.
- Versions are by kind and key, for all environments: that is what catching up from a part of the state asks
  for. Environments are all in one partition, with the key in the place of the environment: they are asked for
  together. The state of a resource is its newest version.
- Chunks are spread over `SEGMENTS` partitions, which are read in parallel.
- There are no indexes: every question is answered by one of these keys, and an index is eventually
  consistent (it also costs a write for each write).
"""

from dataclasses import dataclass
from typing import NamedTuple

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


def head(namespace: str) -> Key:
    """The head of a namespace's log."""
    return Key(HEADS, namespace)


def log(namespace: str) -> str:
    """The partition of a namespace's log."""
    return f"log#{namespace}"


def entry(namespace: str, revision: Revision, epoch: int) -> Key:
    """One entry of the log."""
    return Key(log(namespace), f"{_number(revision)}#{epoch:0{_SHORT_DIGITS}}")


def revisions(first: int, last: int) -> tuple[str, str]:
    """The sort keys between which the entries, parts or checkpoints of these revisions lie."""
    return _number(max(first, 0)), f"{_number(max(last, 0))}~"


def parts(namespace: str) -> str:
    """The partition of the pieces of a namespace's large commits."""
    return f"parts#{namespace}"


def part(namespace: str, revision: Revision, attempt: str, number: int) -> Key:
    """A piece of a large commit; `attempt` is unique to whoever tries to append it."""
    return Key(parts(namespace), f"{part_prefix(revision, attempt)}{number:0{_SHORT_DIGITS}}")


def part_prefix(revision: Revision, attempt: str) -> str:
    """With what the sort keys of a large commit's parts begin."""
    return f"{_number(revision)}#{attempt}#"


def versions(namespace: str, kind: Kind, key: str) -> str:
    """The partition of the versions of what has this kind and key, in any environment."""
    return f"version#{namespace}#{int(kind)}#{'' if kind is Kind.ENVIRONMENT else key}"


def version(namespace: str, id: ResourceId, version: Version) -> Key:
    """One version of a resource."""
    return Key(versions(namespace, id.kind, id.key), f"{_place(id)}#{_number(version)}")


def versions_below(id: ResourceId, before: Version | None) -> tuple[str, str]:
    """The sort keys between which a resource's versions below `before` lie; None: all its versions."""
    place = _place(id)
    return f"{place}#{_number(0)}", f"{place}#{_NEWEST if before is None else _number(max(before - 1, 0))}"


def request(namespace: str, request_id: str) -> Key:
    """The commit with a request id."""
    return Key(f"request#{namespace}#{request_id}", ONLY)


def announcement(namespace: str, revision: Revision) -> Key:
    """A commit's entry in the outbox."""
    return Key(OUTBOX, f"{namespace}#{_number(revision)}")


def checkpoints(namespace: str) -> str:
    """The partition of a namespace's checkpoints."""
    return f"checkpoints#{namespace}"


def checkpoint(namespace: str, revision: Revision) -> Key:
    """The checkpoint at a revision."""
    return Key(checkpoints(namespace), _number(revision))


def chunks(namespace: str, revision: Revision, segment: int) -> str:
    """A partition of a checkpoint's chunks."""
    return f"chunks#{namespace}#{_number(revision)}#{segment}"


def chunk(namespace: str, revision: Revision, number: int) -> Key:
    """A chunk of a checkpoint; its number says in which segment it is."""
    return Key(chunks(namespace, revision, number % SEGMENTS), f"{number:0{_SHORT_DIGITS}}")


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
    return Key(notice_parts(attempt), f"{number:0{_SHORT_DIGITS}}")


def _place(id: ResourceId) -> str:
    return id.key if id.kind is Kind.ENVIRONMENT else id.environment


def _number(number: int) -> str:
    return f"{number:0{_DIGITS}}"
