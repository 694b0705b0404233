"""What a sandbox holds of each environment that it is asked about, and what Redis holds of it."""

import threading
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from vexil.bridge.budget import Budget, Clock
from vexil.bridge.cache import ConfigurationCache
from vexil.bridge.entry import CacheEntry, CacheKey
from vexil.bridge.questions.question import Place
from vexil.bridge.snapshot.held import Held

PAUSE = 1.0
"""Seconds between two fetches of one environment while answers come from the server."""

LONG_PAUSE = 10.0
"""Seconds after a fetch that failed, and until servers that seem to be behind are believed."""

_LONGEST_FETCH = 0.4
_MOST_PLACES = 4

Fetch = Callable[[Place, float], Held | None]
"""Fetches an environment within so many seconds, if it can."""


@dataclass(slots=True)
class _Holding:
    """`confirmed` is when the server was last known to have nothing newer, by the clock.

    `ahead_since` is when servers began to name lower revisions than that of what is held; None: they don't.
    """

    held: Held | None = None
    confirmed: float = float("-inf")
    next_fetch: float = float("-inf")
    ahead_since: float | None = None


class Holdings:
    """The newest configuration known of up to four environments. For any number of threads.

    `selection` tells what is held from what other functions may hold: it is part of the key in Redis.
    """

    def __init__(
        self,
        fetch: Fetch,
        cache: ConfigurationCache | None,
        selection: str = "",
        clock: Clock = time.monotonic,
    ) -> None:
        self._fetch = fetch
        self._cache = cache
        self._name = f"bridge-{zlib.crc32(selection.encode()):08x}"
        self._clock = clock
        self._holdings: dict[Place, _Holding] = {}
        self._changing = threading.Lock()

    def held(self, place: Place) -> Held | None:
        """What this sandbox holds, however old."""
        return self._holding(place).held

    def age(self, place: Place) -> float:
        """Seconds since what is held was known to be the newest; infinite where nothing is held."""
        return self._clock() - self._holding(place).confirmed

    def now(self) -> float:
        """The time by the clock."""
        return self._clock()

    def confirm(self, place: Place, when: float) -> None:
        """The server had nothing newer at that time than what is held."""
        self._holding(place).confirmed = when

    def cached(self, place: Place) -> Held | None:
        """What Redis holds, if it is valid; kept in memory from then on."""
        if self._cache is None:
            return None
        entry = self._cache.get(self._key(place))
        if entry is None:
            return None
        holding = self._holding(place)
        if holding.held is not None and holding.held.revision == entry.revision:
            return holding.held
        found = Held.unpack(place, entry.revision, entry.value)
        if found is not None:
            self._keep(holding, found)
        return found

    def heard(self, place: Place, revision: int, budget: Budget) -> None:
        """A server has answered as of this revision: sees to it that what is held is not older.

        It is taken from Redis, or else from the server, and then goes to Redis. Pauses lie between attempts.
        """
        if self._cache is not None:
            self._cache.saw(place.namespace, revision)
        if self.is_outdated(place, revision) and self.due(place) and self.cached(place) is None:
            self.refresh(place, min(budget.left, _LONGEST_FETCH))

    def is_outdated(self, place: Place, revision: int) -> bool:
        """Whether what is held should be fetched anew, now that a server has named this revision.

        A lower one is that of a server that is a little behind, and what is held is the better state. When
        it lasts, the namespace's home has moved and left behind what is held.
        """
        holding = self._holding(place)
        if holding.held is None or holding.held.revision <= revision:
            holding.ahead_since = None
            return holding.held is None or holding.held.revision < revision
        if holding.ahead_since is None:
            holding.ahead_since = self._clock()
        return self._clock() - holding.ahead_since > LONG_PAUSE

    def due(self, place: Place) -> bool:
        """Whether the pause since this was last true, or since a fetch failed, is over."""
        holding = self._holding(place)
        if self._clock() < holding.next_fetch:
            return False
        holding.next_fetch = self._clock() + PAUSE
        return True

    def refresh(self, place: Place, seconds: float) -> bool:
        """Fetches what the server has within so many seconds; whether that went well.

        It goes to Redis too, unless there are sensitive values in it.
        """
        if seconds <= 0.0:
            return False
        begin = self._clock()
        found = self._fetch(place, seconds)
        holding = self._holding(place)
        if found is None:
            holding.next_fetch = self._clock() + LONG_PAUSE
            return False
        self._keep(holding, found)
        holding.confirmed = begin
        if self._cache is not None and not found.sensitive:
            self._cache.put(self._key(place), CacheEntry(found.revision, found.packed()))
        return True

    def _keep(self, holding: _Holding, found: Held) -> None:
        with self._changing:
            held, since = holding.held, holding.ahead_since
            left_behind = since is not None and self._clock() - since > LONG_PAUSE
            if held is None or held.revision < found.revision or left_behind:
                holding.held, holding.ahead_since = found, None

    def _holding(self, place: Place) -> _Holding:
        with self._changing:
            if place not in self._holdings and len(self._holdings) >= _MOST_PLACES:
                self._holdings.clear()
            return self._holdings.setdefault(place, _Holding())

    def _key(self, place: Place) -> CacheKey:
        return CacheKey(place.namespace, place.environment, self._name)
