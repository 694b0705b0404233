"""When a subscriber applied its newest revisions."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from operator import le, sub

from vexil.core.resource import Revision

Micros = int
"""Microseconds since 1970 in UTC."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros(moment: datetime) -> Micros:
    """A time with an offset, cut to the microsecond."""
    return (moment - _EPOCH) // _MICROSECOND


class AppliedTimes:
    """One subscriber's newest applied revisions, at most `KEPT`, each with the first time it was applied.

    What is noted may come in any order and more than once: the result is the same. A kilobyte at most.
    """

    __slots__ = ("_revisions", "_times")

    KEPT = 64

    def __init__(self) -> None:
        self._revisions = array("q")
        self._times = array("q")

    @property
    def newest(self) -> Revision:
        """The newest revision applied; 0: none."""
        return Revision(self._revisions[-1] if self._revisions else 0)

    def __iter__(self) -> Iterator[tuple[Revision, Micros]]:
        return zip(map(Revision, self._revisions), self._times, strict=True)

    def note(self, revision: Revision, at: Micros) -> None:
        """Takes in that the revision was applied at that time."""
        revisions, times = self._revisions, self._times
        index = bisect_left(revisions, revision)
        if index < len(revisions) and revisions[index] == revision:
            times[index] = min(times[index], at)
            return
        if len(revisions) == self.KEPT:
            if index == 0:
                return
            del revisions[0], times[0]
            index -= 1
        revisions.insert(index, revision)
        times.insert(index, at)

    def note_all(self, other: "AppliedTimes") -> None:
        """Takes in what the other has."""
        for revision, at in other:
            self.note(revision, at)

    def at(self, revision: Revision, *, was_there: bool) -> Micros | None:
        """When everything up to the revision was applied; None: not yet, or not known.

        A revision that was not applied by itself came with the next one that was. `was_there`: whether the
        subscriber was known when the revision was committed. If it was not, its first revision says when it
        came, and not how long a change took to reach it: then that time is not known.
        """
        index = bisect_left(self._revisions, revision)
        if index == len(self._revisions):
            return None
        if index == 0:
            forgotten = len(self._revisions) == self.KEPT and self._revisions[0] != revision
            if forgotten or not was_there:
                return None
        return min(self._times[index:])

    def packed(self) -> Sequence[int]:
        """Both columns in one, each number as the difference to the one before it; see `unpacked`."""
        return [*_differences(self._revisions), *_differences(self._times)]

    @classmethod
    def unpacked(cls, numbers: Sequence[int]) -> "AppliedTimes":
        """What was packed. Raises ValueError, TypeError or OverflowError for what never was."""
        count, odd = divmod(len(numbers), 2)
        applied = cls()
        applied._revisions.extend(accumulate(numbers[:count]))
        applied._times.extend(accumulate(numbers[count:]))
        revisions = applied._revisions
        if odd or count > cls.KEPT or any(map(le, revisions[1:], revisions)):
            raise ValueError("not the revisions of a subscriber")
        return applied


def _differences(numbers: "array[int]") -> Iterable[int]:
    return (*numbers[:1], *map(sub, numbers[1:], numbers))
