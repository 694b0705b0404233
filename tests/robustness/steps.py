"""What a watcher took in: the messages of its streams, put together as a subscriber puts them together."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from tests.robustness.model import Digests
from tests.robustness.records import Change, Opened, Received, Record, Watched, of_type


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One complete message, or several where they belong together: a full state, a delta in parts.

    `event` is "state", "delta", "progress" or "end". `before` is the revision that the stream stood at, None
    when it began without a token. `first`: the stream's first step. `known` is the newest revision that the
    watcher had been told by then, on this stream or those that it continues. `held` is what it holds
    afterwards. `torn` says what is wrong with how the parts fit together.
    """

    watched: Watched
    stream: str
    at: float
    event: str
    revision: int
    before: int | None
    first: bool
    known: int
    token: bool
    reason: str
    changes: tuple[Change, ...]
    held: Digests
    torn: str = ""

    @property
    def resumed(self) -> bool:
        """Whether it is what came first after a token."""
        return self.first and self.before is not None


def steps_of(records: Iterable[Record]) -> dict[str, list[Step]]:
    """All steps of each watcher, in their order."""
    records = list(records)
    readers = {watched.watcher: _Reader(watched) for watched in of_type(records, Watched)}
    steps: dict[str, list[Step]] = {watcher: [] for watcher in readers}
    for record in records:
        if isinstance(record, Opened):
            readers[record.watcher].open(record)
        elif isinstance(record, Received):
            steps[record.watcher] += readers[record.watcher].receive(record)
    return steps


class _Reader:
    def __init__(self, watched: Watched) -> None:
        self._watched = watched
        self._held: Digests = {}
        self._known = 0
        self._position: int | None = None
        self._first = True
        self._parts: list[Received] = []

    def open(self, opened: Opened) -> None:
        self._position = opened.position
        if opened.position is None:
            self._known = 0
        self._first = True
        self._parts = []

    def receive(self, message: Received) -> Iterator[Step]:
        match message.event:
            case "state_begin":
                torn = "a full state begins inside something unfinished" if self._parts else ""
                self._parts = [message]
                if torn:
                    yield self._step("torn", message, (), torn)
            case "state_chunk":
                self._parts.append(message)
            case "state_end":
                yield self._state([*self._parts, message])
            case "delta":
                self._parts.append(message)
                if not message.more:
                    yield self._delta(self._parts)
            case "deltas":
                yield from self._deltas(message)
            case "end":
                # What is unfinished is dropped: the token leads to before it.
                self._parts = []
                yield self._step("end", message, (), "")
            case event:
                torn = f"{event} inside something unfinished" if self._parts else ""
                yield self._step(event, message, (), torn)

    def _state(self, parts: list[Received]) -> Step:
        begin, end = parts[0], parts[-1]
        changes = tuple(change for part in parts for change in part.changes)
        torn = ""
        if begin.event != "state_begin" or any(part.event != "state_chunk" for part in parts[1:-1]):
            torn = "a full state is not begin, chunks, end"
        elif {part.revision for part in parts} != {end.revision} or any(part.token for part in parts[:-1]):
            torn = "the parts of a full state differ in revision, or can be resumed from"
        elif not begin.count == end.count == len(changes):
            torn = f"a full state promised {begin.count} and {end.count} resources, and has {len(changes)}"
        self._held = {change.place: change.digest for change in changes}
        self._parts = []
        return self._step("state", replace(end, reason=begin.reason), changes, torn)

    def _delta(self, parts: list[Received]) -> Step:
        last = parts[-1]
        torn = ""
        if any(part.event != "delta" for part in parts):
            torn = "a delta inside a full state"
        elif {part.revision for part in parts} != {last.revision} or any(part.token for part in parts[:-1]):
            torn = "the parts of a delta differ in revision, or can be resumed from"
        changes = tuple(change for part in parts for change in part.changes)
        held = self._held | {change.place: change.digest for change in changes}
        self._held = {place: digest for place, digest in held.items() if digest}
        self._parts = []
        return self._step("delta", last, changes, torn)

    def _deltas(self, message: Received) -> Iterator[Step]:
        """A step for each: as they are applied together, each counts as resumable when all of them are."""
        torn = "several deltas inside something unfinished" if self._parts else ""
        if not message.deltas or message.deltas[-1].revision != message.revision:
            torn = "the last of several deltas is not what the message says"
        elif any(inner.more for inner in message.deltas):
            torn = "a part of a commit among several deltas"
        self._parts = []
        if torn:
            yield self._step("torn", message, (), torn)
        for inner in message.deltas:
            yield self._delta(
                [replace(message, event="delta", revision=inner.revision, changes=inner.changes)]
            )

    def _step(self, event: str, message: Received, changes: tuple[Change, ...], torn: str) -> Step:
        step = Step(
            watched=self._watched,
            stream=message.stream,
            at=message.at,
            event=event,
            revision=message.revision,
            before=self._position,
            first=self._first,
            known=self._known,
            token=bool(message.token),
            reason=message.reason,
            changes=changes,
            held=self._held,
            torn=torn,
        )
        self._first = False
        if event != "torn" and message.token:
            self._position = message.revision
            self._known = max(self._known, message.revision)
        return step
