"""Small states and messages for tests of the client."""

from collections.abc import Sequence
from datetime import UTC, datetime

from vexil.client.replica.events import (
    Delta,
    EndReason,
    Event,
    Message,
    Progress,
    StateBegin,
    StateChunk,
    StateEnd,
    StateReason,
    StreamEnd,
)
from vexil.core.resource import Deleted, Kind, ResourceChange, ResourceId, ResourceState, Revision, Version
from vexil.core.setting import Setting
from vexil.core.value import Value

WHEN = datetime(2026, 1, 2, tzinfo=UTC)


def setting(key: str, value: int, revision: int = 1) -> ResourceState:
    """A plain int setting."""
    return ResourceState(
        ResourceId(Kind.SETTING, "prod", key),
        Setting(value=Value.of_int(value)),
        Version(revision),
        Revision(revision),
        Revision(1),
        WHEN,
    )


def deleted(key: str, revision: int) -> Deleted:
    """The trace of a setting's deletion."""
    return Deleted(ResourceId(Kind.SETTING, "prod", key), Version(revision), Revision(revision))


def message(event: Event, revision: int, *, token: bool = True) -> Message:
    """A message whose token names its revision."""
    return Message(event, Revision(revision), f"token-{revision}".encode() if token else b"")


def full_state(
    states: list[ResourceState], revision: int, reason: StateReason = StateReason.START
) -> list[Message]:
    """The messages of a full state, one resource in each chunk."""
    return [
        message(StateBegin(reason, len(states)), revision, token=False),
        *(message(StateChunk([state]), revision, token=False) for state in states),
        message(StateEnd(len(states)), revision),
    ]


def delta(changes: Sequence[ResourceChange], revision: int) -> Message:
    """A change in one part."""
    return message(Delta(changes), revision)


def part(changes: list[ResourceChange], revision: int) -> Message:
    """A part of a change of which more follows."""
    return message(Delta(changes, more=True), revision, token=False)


def batch(*commits: tuple[Sequence[ResourceChange], int]) -> list[Message]:
    """Several commits, as one message of the stream carries them: only the last has a token."""
    *firsts, last = commits
    return [*(message(Delta(changes), revision, token=False) for changes, revision in firsts), delta(*last)]


def progress(revision: int) -> Message:
    """A sign of life."""
    return message(Progress(), revision)


def stream_end(retry_after: float | None = None) -> Message:
    """The server's goodbye."""
    return Message(StreamEnd(EndReason.DRAINING, retry_after), Revision(0))


class Clock:
    """A clock that moves when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        """Lets time pass."""
        self.now += seconds
