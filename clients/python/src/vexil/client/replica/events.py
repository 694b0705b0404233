"""What a watch stream says, in terms of the model (`proto/vexil/v1/watch.proto`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Self

from vexil.core.resource import ResourceChange, ResourceState, Revision


class _Reason(IntEnum):
    """An enum of the wire, which newer servers may extend."""

    @classmethod
    def of(cls, number: int) -> Self:
        """The member of that number; `UNSPECIFIED` (0) for one that is not known here."""
        return cls(number) if number in cls._value2member_map_ else cls(0)


class StateReason(_Reason):
    """Why a full state is sent."""

    UNSPECIFIED = 0
    START = 1
    RESYNC = 2
    SELECTORS_CHANGED = 3


class EndReason(_Reason):
    """Why the server ends a stream."""

    UNSPECIFIED = 0
    DRAINING = 1
    CREDENTIAL_EXPIRED = 2
    GRANT_CHANGED = 3
    GONE = 4
    TOO_SLOW = 5
    HISTORY_REPLACED = 6


@dataclass(frozen=True, slots=True)
class StateBegin:
    """A full state begins; `count` resources follow."""

    reason: StateReason
    count: int


@dataclass(frozen=True, slots=True)
class StateChunk:
    """A part of the full state; `left_out` counts the resources that this release does not understand."""

    states: Sequence[ResourceState]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class StateEnd:
    """The full state is complete; `count` resources were sent."""

    count: int


@dataclass(frozen=True, slots=True)
class Delta:
    """Changes of one revision; with `more`, further parts of the same revision follow."""

    changes: Sequence[ResourceChange]
    more: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """Nothing changed."""


@dataclass(frozen=True, slots=True)
class StreamEnd:
    """The server is about to end the stream; `retry_after` is in seconds, None: no hint."""

    reason: EndReason
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """An event of a newer release: it says neither that something changed nor that nothing did.

    What a subscriber needs for its state it is only sent in forms that it knows or has asked for, so leaving
    this out loses nothing. Its revision and token are not believed: it does not say that what comes up to
    there was delivered.
    """


Event = StateBegin | StateChunk | StateEnd | Delta | Progress | StreamEnd | Unknown


@dataclass(frozen=True, slots=True)
class Message:
    """An event with its place: the revision, and the token to resume after it.

    The token is empty where a stream can't be resumed: inside a full state, a delta of several parts, or a
    batch.
    """

    event: Event
    revision: Revision
    token: bytes = b""
