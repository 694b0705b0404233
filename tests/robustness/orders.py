"""What a process of clients is told to do; a file, so that it can be looked at, and followed again."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.robustness.watcher import Wish


@dataclass(frozen=True, slots=True)
class Place:
    """Where a server is called, running or not."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Orders:
    """Some watchers and writers, by name, who share a process.

    `life` counts the processes that they have had. What they do goes into the file `record`; `saved` are the
    records of earlier lives, to go on from: none where they start afresh.
    """

    seed: int
    life: int
    places: tuple[Place, ...]
    record: str
    saved: tuple[str, ...]
    watchers: Mapping[str, Wish]
    writers: tuple[str, ...]

    def save(self, path: Path) -> None:
        """Writes it down."""
        path.write_text(json.dumps(asdict(self), indent=1))

    @classmethod
    def load(cls, path: Path) -> "Orders":
        """What was written down."""
        members = json.loads(path.read_text())
        members["places"] = tuple(Place(**place) for place in members["places"])
        members["watchers"] = {name: _wish(wish) for name, wish in members["watchers"].items()}
        return cls(**members | {name: tuple(members[name]) for name in ("saved", "writers")})


def _wish(members: dict[str, object]) -> Wish:
    return Wish(**members | {"selectors": tuple(members["selectors"])})  # type: ignore[arg-type]
