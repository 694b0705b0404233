"""A server's memory over the streams that came and went, and whether it grows."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median

LIMIT = 100.0
"""Bytes of growth per stream that count as a leak; `docs/robustness.md` says what is below it."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Memory in bytes after so many streams."""

    streams: int
    memory: int


@dataclass(frozen=True, slots=True)
class Curve:
    """Samples in the order of their streams; at least two of them in the second half."""

    samples: Sequence[Sample]

    @property
    def settled(self) -> Sequence[Sample]:
        """The second half: in the first, caches, pools and arenas fill."""
        return [sample for sample in self.samples if sample.streams >= self.samples[-1].streams / 2]

    @property
    def growth(self) -> float:
        """Bytes per stream over the second half: the median slope between any two samples.

        A sample taken at a bad moment, or a page that is returned, moves a median hardly at all.
        """
        return median(
            (later.memory - earlier.memory) / (later.streams - earlier.streams)
            for earlier, later in combinations(self.settled, 2)
        )

    @property
    def flat(self) -> bool:
        """Whether what is kept of each stream is too little to be anything of ours."""
        return self.growth < LIMIT
