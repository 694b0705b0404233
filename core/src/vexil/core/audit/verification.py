"""Going through a chain, and saying what is wrong with it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum

from vexil.core.audit.entry import Entry, chain
from vexil.core.audit.position import Position


class Problem(Enum):
    """What can be wrong."""

    EDITED = "edited"
    """An entry is not what its own chain value covers."""

    BROKEN = "broken"
    """An entry does not follow the one before it: one of both was exchanged, moved or made up."""

    MISSING = "missing"
    """Revisions are not there."""

    REORDERED = "reordered"
    """An entry stands after one of the same or a later revision."""

    UNSEALED = "unsealed"
    """An entry has no place in a chain that had begun."""

    TRUNCATED = "truncated"
    """The chain ends before a position that was written down."""

    REWRITTEN = "rewritten"
    """At a position that was written down the chain has another value, though it may be sound in itself."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong, at a revision; `text` is for people."""

    namespace: str
    revision: int
    problem: Problem
    text: str


@dataclass(slots=True)
class ChainVerifier:
    """Takes the entries of one namespace, oldest first, and collects findings.

    `written_down`: positions from checkpoints, or remembered by clients. What a chain has to be compared with
    is not in the chain: without a position, an end that was cut off is not missed, nor a chain that somebody
    has computed anew from some entry on. `sealed_from` is the first entry with a seal, `compared` counts the
    positions that it was compared with, `notes` say what could not be looked at.
    """

    namespace: str
    written_down: Iterable[Position] = ()
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    first: int = 0
    last: int = 0
    sealed_from: int = 0
    compared: int = 0
    _chain: bytes = b""
    _positions: dict[int, set[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for position in self.written_down:
            self._positions.setdefault(position.revision, set()).add(position.chain)

    @property
    def position(self) -> Position | None:
        """Where the chain has come to; None: it has not begun."""
        return Position(self.namespace, self.last, self._chain) if self._chain else None

    def take(self, entry: Entry) -> None:
        """Goes on by one entry."""
        revision = entry.revision
        if entry.namespace != self.namespace:
            self._find(revision, Problem.EDITED, f"it says that it is of {entry.namespace!r}")
        if not self.first:
            self.first = revision
        elif revision <= self.last:
            self._find(revision, Problem.REORDERED, f"it stands after revision {self.last}")
        elif revision > self.last + 1:
            missing = self.last + 1
            until = f" to {revision - 1}" if missing < revision - 1 else ""
            self._find(missing, Problem.MISSING, f"there is nothing of {missing}{until}")
        self._follow(entry)
        self.last = max(self.last, revision)

    def resume(self, position: Position) -> None:
        """Says where the chain has come to, of which nothing is kept."""
        self.last, self._chain = position.revision, position.chain
        self._compare(position.revision, position.chain)

    def finish(self) -> None:
        """Says what was written down and not met."""
        for revision in sorted(self._positions):
            if revision > self.last:
                self.compared += 1
                self._find(
                    revision,
                    Problem.TRUNCATED,
                    f"it was written down, and the chain ends at revision {self.last}",
                )
            else:
                self.notes.append(
                    f"{self.namespace}: what was written down at revision {revision} can't be compared any "
                    f"more: what is kept begins after it"
                )
        self._positions.clear()

    def _follow(self, entry: Entry) -> None:
        seal = entry.seal
        if seal is None:
            if self.sealed_from:
                self._find(entry.revision, Problem.UNSEALED, "it has no place in the chain")
            self._compare(entry.revision, b"")
            return
        if not self.sealed_from:
            self.sealed_from = entry.revision
            if seal.previous:
                # What compaction has left of everything before.
                self._compare(entry.revision - 1, seal.previous)
        elif seal.previous != self._chain:
            self._find(entry.revision, Problem.BROKEN, "it does not follow the entry before it")
        if chain(seal.previous, entry) != seal.chain:
            self._find(entry.revision, Problem.EDITED, "it is not what was written")
        self._chain = seal.chain
        self._compare(entry.revision, seal.chain)

    def _compare(self, revision: int, value: bytes) -> None:
        for wanted in self._positions.pop(revision, ()):
            self.compared += 1
            if wanted != value:
                self._find(revision, Problem.REWRITTEN, "the chain was another one when it was written down")

    def _find(self, revision: int, problem: Problem, text: str) -> None:
        self.findings.append(Finding(self.namespace, revision, problem, text))
