"""A server's memory over the streams that came and went, and whether it grows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median

LIMIT = 100.0
"""Bytes of growth per stream that count as a leak; `docs/robustness.md` says what is below it."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Bytes after so many streams: `live` is allocated and not freed, `resident` is what that takes."""

    streams: int
    live: int
    resident: int


@dataclass(frozen=True, slots=True)
class Curve:
    """Samples in the order of their streams; at least two of them in the second half."""

    samples: Sequence[Sample]

    @property
    def growth(self) -> float:
        """Bytes per stream by which live memory grows over the second half: in the first, caches fill."""
        return self._slope(lambda sample: sample.live)

    @property
    def resident_growth(self) -> float:
        """The same of the resident set, which grows further where what is left over lies scattered."""
        return self._slope(lambda sample: sample.resident)

    @property
    def flat(self) -> bool:
        """Whether what is kept of each stream is too little to be anything of ours."""
        return self.growth < LIMIT

    def _slope(self, memory: Callable[[Sample], int]) -> float:
        """The median slope between any two samples: one that was taken at a bad moment hardly moves it."""
        settled = [sample for sample in self.samples if sample.streams >= self.samples[-1].streams / 2]
        return median(
            (memory(later) - memory(earlier)) / (later.streams - earlier.streams)
            for earlier, later in combinations(settled, 2)
        )
