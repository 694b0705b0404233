"""What a run leaves behind: one record for each request, answer, message and fault, as JSON lines."""

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one resource. `digest` stands for its whole state, and is empty for a deletion."""

    kind: int
    environment: str
    key: str
    revision: int
    digest: str
    tags: tuple[str, ...] = ()

    @property
    def place(self) -> tuple[int, str]:
        """Where the resource is in its environment."""
        return self.kind, self.key


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Anything that happened; `at` is in seconds, by the monotonic clock."""

    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Created(Record):
    """The namespace with its environments: each one's parent, "" for none."""

    parents: Mapping[str, str]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched(Record):
    """A watcher and its wishes. A selector has the members of `vexil.core.selector.Selector`."""

    watcher: str
    environment: str
    selectors: tuple[Mapping[str, Any], ...]
    resync: bool
    conflate: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened(Record):
    """A watcher opened a stream; `position` is the revision of the token that it gave, None without one."""

    watcher: str
    stream: int
    server: str
    position: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Received(Record):
    """A message of a stream. `event` is the field of `WatchResponse` that is set."""

    watcher: str
    stream: int
    event: str
    revision: int
    token: bool
    changes: tuple[Change, ...] = ()
    more: bool = False
    reason: str = ""
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended(Record):
    """A stream's end: its status, and what an error said. `own`: the watcher itself gave it up."""

    watcher: str
    stream: int
    code: str
    own: bool = False
    reason: str = ""
    compact_revision: int = 0


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

_TYPES: dict[str, type[Record]] = {
    type_.__name__: type_
    for type_ in (Created, Called, Answered, Watched, Opened, Received, Ended, Compacted, Fault, Logged)
}


class Recorder:
    """Keeps the records, in order, and writes each to a file at once."""

    def __init__(self, path: Path) -> None:
        self.records: list[Record] = []
        self._file = path.open("w", buffering=1)

    def add(self, type_: type[R], **members: Any) -> R:
        """Records something that happens now."""
        record = type_(at=time.monotonic(), **members)
        self.records.append(record)
        self._file.write(json.dumps({"type": type_.__name__, **asdict(record)}) + "\n")
        return record

    def close(self) -> None:
        """Closes the file."""
        self._file.close()


def load(path: Path) -> list[Record]:
    """What a recorder wrote."""
    with path.open() as lines:
        return [_decode(json.loads(line)) for line in lines]


def of_type(records: Iterable[Record], type_: type[R]) -> list[R]:
    """The records of one type, in their order."""
    return [record for record in records if isinstance(record, type_)]


def _decode(members: dict[str, Any]) -> Record:
    type_ = _TYPES[members.pop("type")]
    if "changes" in members:
        members["changes"] = tuple(
            Change(**{**change, "tags": tuple(change["tags"])}) for change in members["changes"]
        )
    if "selectors" in members:
        members["selectors"] = tuple(members["selectors"])
    return type_(**members)
