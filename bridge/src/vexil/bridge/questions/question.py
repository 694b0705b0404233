"""One thing that a flow asks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from google.protobuf.message import Message


class Place(NamedTuple):
    """Where configuration is looked for."""

    namespace: str
    environment: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What an answer says to a flow: names and values, nested; `reason` is one word.

    `optional` names what may be left out of a response that is too large, in that order. `missing` says why
    there is no value, where the flow's own default counts instead, and `message` says it for people; empty:
    there is one.
    """

    reason: str
    fields: Mapping[str, Any]
    revision: int
    optional: Sequence[str] = ()
    missing: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A request to a server, and how its answer is read. `name` tells the questions of one event apart.

    `defaults` are what the flow wants to be told where nobody can answer.
    """

    place: Place
    operation: str
    request: Message
    read: Callable[[Any], Reading]
    name: str = ""
    defaults: Mapping[str, str] = field(default_factory=dict)
