"""What a run leaves behind: one record for each request, answer, message and fault."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one resource. `digest` stands for its whole state, and is empty for a deletion.

    `parent` is there for environments: the one that it inherits from.
    """

    kind: int
    environment: str
    key: str
    revision: int
    digest: str
    tags: tuple[str, ...] = ()
    parent: str = ""

    @property
    def place(self) -> tuple[int, str]:
        """Where the resource is in its environment."""
        return self.kind, self.key


@dataclass(frozen=True, slots=True)
class Inner:
    """One commit's changes in a message that has several."""

    revision: int
    changes: tuple[Change, ...]
    more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Anything that happened; `at` is in seconds, by the monotonic clock, which all processes share."""

    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Called(Record):
    """A writer sent a commit, perhaps for the second time."""

    writer: str
    request: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered(Record):
    """What the writer heard: a revision, or an error's code; then the revision is 0."""

    writer: str
    request: str
    revision: int
    code: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched(Record):
    """A watcher and its wishes, said again when its process starts again.

    A selector has the members of `vexil.core.selector.Selector`.
    """

    watcher: str
    environment: str
    selectors: tuple[Mapping[str, Any], ...]
    resync: bool
    conflate: bool
    batch: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened(Record):
    """A watcher opened a stream; `position` is the revision of the token that it gave, None without one."""

    watcher: str
    stream: str
    server: str
    position: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Received(Record):
    """A message of a stream. `event` is the field of `WatchResponse` that is set, `token` in hexadecimal."""

    watcher: str
    stream: str
    event: str
    revision: int
    token: str
    changes: tuple[Change, ...] = ()
    more: bool = False
    reason: str = ""
    count: int = 0
    deltas: tuple[Inner, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended(Record):
    """A stream's end: its status, and what an error said. `own`: the watcher itself gave it up."""

    watcher: str
    stream: str
    code: str
    own: bool = False
    reason: str = ""
    compact_revision: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised(Record):
    """The answer to a request for progress that was sent at `requested_at`: how far the stream will be."""

    watcher: str
    stream: str
    requested_at: float
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledged(Record):
    """A watcher reported what it has applied, and was answered with the head."""

    watcher: str
    revision: int
    head: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Converged(Record):
    """What each watcher has applied, as a server says that was asked again and again from `asked_at` on.

    It was asked until all had applied `revision`, or for long enough.
    """

    server: str
    environment: str
    revision: int
    asked_at: float
    applied: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compacted(Record):
    """From now on the history before this revision may be gone."""

    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault(Record):
    """Something was broken, or mended, on purpose."""

    what: str
    server: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged(Record):
    """A commit as the log has it. These are the truth."""

    revision: int
    request: str
    changes: tuple[Change, ...]


R = TypeVar("R", bound=Record)


def of_type(records: Iterable[Record], type_: type[R]) -> list[R]:
    """The records of one type, in their order."""
    return [record for record in records if isinstance(record, type_)]
