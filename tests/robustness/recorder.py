"""Where records are kept: files of JSON lines, one for each process, which others may read meanwhile."""

import json
import time
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.robustness.records import (
    Acknowledged,
    Answered,
    Called,
    Change,
    Compacted,
    Converged,
    Ended,
    Fault,
    Inner,
    Logged,
    Opened,
    Promised,
    R,
    Received,
    Record,
    Watched,
)

_TYPES: dict[str, type[Record]] = {
    type_.__name__: type_
    for type_ in (
        Called,
        Answered,
        Watched,
        Opened,
        Received,
        Ended,
        Promised,
        Acknowledged,
        Converged,
        Compacted,
        Fault,
        Logged,
    )
}


class Recorder:
    """Keeps the records, in order, and writes each to a file at once: it is there also after a kill -9."""

    def __init__(self, path: Path) -> None:
        self.records: list[Record] = []
        self._file = path.open("wb", buffering=0)

    def add(self, type_: type[R], **members: Any) -> R:
        """Records something that happens now."""
        record = type_(**{"at": time.monotonic(), **members})
        self.records.append(record)
        self._file.write(_encoded(record))
        return record

    def close(self) -> None:
        """Closes the file."""
        self._file.close()


class Tail:
    """Reads what another process records, while it does."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read = 0

    def new(self) -> list[Record]:
        """What has been added since it was asked last."""
        if not self._path.exists():
            return []
        with self._path.open("rb") as file:
            file.seek(self._read)
            # A last line that is not complete: its process is just writing it, or was killed meanwhile.
            whole = file.read().rpartition(b"\n")[0].splitlines(keepends=True)
        self._read += sum(map(len, whole)) + bool(whole)
        return [_decode(json.loads(line)) for line in whole]


def load(path: Path) -> list[Record]:
    """What a recorder wrote."""
    return Tail(path).new()


def merge(paths: Iterable[Path], into: Path) -> list[Record]:
    """Everything that several processes recorded, by time; also written to a file."""
    records = sorted((record for path in paths for record in load(path)), key=lambda record: record.at)
    into.write_bytes(b"".join(map(_encoded, records)))
    return records


def _encoded(record: Record) -> bytes:
    return json.dumps({"type": type(record).__name__, **asdict(record)}).encode() + b"\n"


def _decode(members: dict[str, Any]) -> Record:
    type_ = _TYPES[members.pop("type")]
    if "changes" in members:
        members["changes"] = _changes(members["changes"])
    if "deltas" in members:
        members["deltas"] = tuple(
            Inner(**{**inner, "changes": _changes(inner["changes"])}) for inner in members["deltas"]
        )
    if "selectors" in members:
        members["selectors"] = tuple(members["selectors"])
    return type_(**members)


def _changes(changes: list[dict[str, Any]]) -> tuple[Change, ...]:
    return tuple(Change(**{**change, "tags": tuple(change["tags"])}) for change in changes)
