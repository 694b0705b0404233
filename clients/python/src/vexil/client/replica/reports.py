"""What to report to the server about the revisions in use, and when."""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from vexil.client.replica.replica import Refusal
from vexil.core.resource import Revision

_NEVER = float("inf")

_RETRY = 30.0
"""Seconds before a report that failed is repeated, unless a new stream shows that a server is there."""

_JITTER = 0.5
"""Of the interval: how long news waits at most, so that a fleet does not report at once what all received at
once. Half of it leaves convergence visible after a quarter of a second, and costs its times nothing, since
reports carry their age.
"""

_EARLIER = 1000
"""What one report can hold; of more, the newest."""


@dataclass(frozen=True, slots=True)
class Applied:
    """A revision that came into use, and when by the clock."""

    revision: Revision
    at: float


@dataclass(frozen=True, slots=True)
class Report:
    """What the server should know, as of `at` by the clock.

    The revision in use (None: there is none yet), those that were in use since the last report, oldest first,
    and the one refused, if one is.
    """

    at: float
    applied: Applied | None
    earlier: tuple[Applied, ...] = ()
    refusal: Refusal | None = None

    def age(self, applied: Applied) -> float:
        """How long before the report that was, in seconds."""
        return max(0.0, self.at - applied.at)


class Reports:
    """One client's reports: at least `interval` seconds apart, none about what the server knows already.

    `clock` is monotonic, in seconds; `random` draws from 0 ≤ x < 1. Not thread-safe.
    """

    def __init__(
        self, clock: Callable[[], float], random: Callable[[], float], *, interval: float = 1.0
    ) -> None:
        self._clock = clock
        self._random = random
        self._interval = interval
        self._applied: Applied | None = None
        self._refusal: Refusal | None = None
        self._earlier: deque[Applied] = deque(maxlen=_EARLIER)
        self._known: tuple[Revision | None, Refusal | None] = (None, None)
        self._open_at = -_NEVER
        self._due = _NEVER

    @property
    def due(self) -> float:
        """When there will be something to report, by the clock; infinite when there is nothing new."""
        return self._due

    def note(self, revision: Revision | None, refusal: Refusal | None) -> None:
        """Takes in which revision is in use now (None or 0: none yet), and which is refused."""
        applied = self._applied
        if revision and (applied is None or applied.revision != revision):
            if applied is not None and applied.revision != self._known[0]:
                self._earlier.append(applied)
            self._applied = Applied(revision, self._clock())
        self._refusal = refusal
        self._schedule()

    def stream_opened(self) -> None:
        """A server is there, which may know nothing of us."""
        self._known = (None, None)
        self._open_at = min(self._open_at, self._clock() + self._interval)
        self._due = _NEVER
        self._schedule()

    def take(self) -> Report | None:
        """The report to send now; None while it is not due. Say `failed` if it does not arrive."""
        now = self._clock()
        if now < self._due:
            return None
        newest = None if self._applied is None else self._applied.revision
        earlier = tuple(each for each in self._earlier if newest is not None and each.revision < newest)
        self._earlier.clear()
        self._known = (newest, self._refusal)
        self._open_at, self._due = now + self._interval, _NEVER
        return Report(now, self._applied, earlier, self._refusal)

    def failed(self, report: Report) -> None:
        """That report did not arrive: what it said is news again, though not at once."""
        self._restore(report.earlier if report.applied is None else (*report.earlier, report.applied))
        self._known = (None, None)
        self._open_at = self._clock() + _RETRY
        self._due = _NEVER
        self._schedule()

    def _restore(self, lost: Iterable[Applied]) -> None:
        every = dict.fromkeys((*lost, *self._earlier))
        self._earlier.clear()
        self._earlier.extend(each for each in every if each != self._applied)

    def _schedule(self) -> None:
        newest = None if self._applied is None else self._applied.revision
        if (newest, self._refusal) == self._known:
            self._due = _NEVER
        elif self._due == _NEVER:
            jitter = self._random() * _JITTER * self._interval
            self._due = max(self._open_at, self._clock() + jitter)
