"""What became of one question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Source(StrEnum):
    """Where an answer comes from, the best first."""

    LIVE = "live"
    """From the server now, or from a snapshot that it confirmed a moment ago."""

    CACHE = "cache"
    """From Redis, and not older than anything that is known of the namespace."""

    STALE = "stale"
    """From what this sandbox held last: it may be out of date."""

    DEFAULT = "default"
    """From the flow's own parameters; of an error: nobody could answer, and the flow gave no default."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """An answer, or an error where `error` is a name; `revision` is 0 where none is known.

    `cause` says why the answer does not come from the best source. `optional` names what may be left out.
    """

    source: Source
    reason: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    revision: int = 0
    optional: Sequence[str] = ()
    cause: str = ""
    error: str = ""
    message: str = ""

    @property
    def success(self) -> bool:
        """Whether it is an answer."""
        return not self.error

    @classmethod
    def failure(
        cls, error: str, message: str = "", source: Source = Source.DEFAULT, revision: int = 0
    ) -> "Outcome":
        """An error. The message goes to the flow, and nowhere else."""
        return cls(source, "ERROR", revision=revision, error=error, message=message)
