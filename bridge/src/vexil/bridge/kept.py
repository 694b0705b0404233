"""What a reader has put into the cache."""

from collections.abc import Callable

from vexil.bridge.entry import CacheKey

_MOST = 1000


class Kept:
    """Keys with the revision that was put, each for `seconds`; when there are a thousand it begins anew."""

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        self._seconds = seconds
        self._clock = clock
        self._kept: dict[CacheKey, tuple[int, float]] = {}

    def has(self, key: CacheKey, revision: int) -> bool:
        """Whether exactly this revision was put."""
        kept, until = self._kept.get(key, (0, 0.0))
        return kept == revision and self._clock() < until

    def note(self, key: CacheKey, revision: int) -> None:
        """It was put."""
        if len(self._kept) >= _MOST:
            self._kept.clear()
        self._kept[key] = (revision, self._clock() + self._seconds)

    def forget(self, key: CacheKey) -> None:
        """It is not there any more."""
        self._kept.pop(key, None)
