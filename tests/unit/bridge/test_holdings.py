"""What a sandbox holds, and when it fetches it."""

import zlib
from dataclasses import dataclass, field

import pytest

from vexil.bridge.budget import Budget
from vexil.bridge.cache import ConfigurationCache
from vexil.bridge.entry import CacheEntry, CacheKey
from vexil.bridge.questions.question import Place
from vexil.bridge.snapshot.held import MOST_BYTES, Held
from vexil.bridge.snapshot.holdings import LONG_PAUSE, PAUSE, Holdings

PROD = Place("contact-centre", "prod")


@dataclass
class Cache(ConfigurationCache):
    """Redis, as a dictionary."""

    entries: dict[CacheKey, CacheEntry] = field(default_factory=dict)
    newest: int = 0

    def __hash__(self) -> int:
        return id(self)

    def get(self, key: CacheKey) -> CacheEntry | None:
        entry = self.entries.get(key)
        return entry if entry is not None and entry.revision >= self.newest else None

    def put(self, key: CacheKey, entry: CacheEntry) -> None:
        self.entries[key] = entry

    def saw(self, namespace: str, revision: int) -> bool:
        self.newest = max(self.newest, revision)
        return True


class Sandbox:
    """Holdings whose server is at `revision`, or away where that is 0; `fetched` counts."""

    def __init__(self, cache: Cache | None = None) -> None:
        self.seconds = 50.0
        self.revision = 1
        self.sensitive = False
        self.fetched = 0
        self.holdings = Holdings(self._fetch, cache, clock=lambda: self.seconds)

    def hear(self, revision: int) -> int:
        """An answer of that revision comes; what is held then."""
        self.holdings.heard(PROD, revision, Budget(10.0))
        held = self.holdings.held(PROD)
        return 0 if held is None else held.revision

    def _fetch(self, place: Place, _seconds: float) -> Held | None:
        self.fetched += 1
        if not self.revision:
            return None
        return Held(place, self.revision, b"states", sensitive=self.sensitive)


def test_what_is_held_is_fetched_once_for_each_revision() -> None:
    sandbox = Sandbox()

    assert [sandbox.hear(1), sandbox.hear(1), sandbox.hear(1)] == [1, 1, 1]
    assert sandbox.fetched == 1
    sandbox.revision = 2
    sandbox.seconds += PAUSE
    assert sandbox.hear(2) == 2
    assert sandbox.fetched == 2


def test_many_commits_do_not_mean_many_fetches() -> None:
    sandbox = Sandbox()
    sandbox.hear(1)
    for revision in range(2, 50):
        sandbox.revision = revision
        sandbox.hear(revision)

    assert sandbox.fetched == 1


def test_fetch_that_failed_is_tried_again_after_a_longer_pause() -> None:
    sandbox = Sandbox()
    sandbox.revision = 0
    assert sandbox.hear(1) == 0
    sandbox.seconds += LONG_PAUSE / 2
    sandbox.hear(1)
    assert sandbox.fetched == 1
    sandbox.seconds += LONG_PAUSE
    sandbox.revision = 1
    assert sandbox.hear(1) == 1


def test_what_another_sandbox_has_fetched_is_taken_from_redis() -> None:
    cache = Cache()
    first, second = Sandbox(cache), Sandbox(cache)

    assert (first.hear(1), second.hear(1)) == (1, 1)
    assert (first.fetched, second.fetched) == (1, 0)
    held = second.holdings.held(PROD)
    assert held is not None
    assert held.states == b"states"


def test_sensitive_values_are_held_and_not_given_to_redis() -> None:
    cache = Cache()
    sandbox = Sandbox(cache)
    sandbox.sensitive = True

    assert sandbox.hear(1) == 1
    assert cache.entries == {}


def test_what_redis_holds_counts_only_for_the_same_selection() -> None:
    cache = Cache()
    Sandbox(cache).hear(1)
    other = Holdings(lambda _place, _seconds: None, cache, "menu.,callback.")

    assert other.cached(PROD) is None


def test_what_is_held_never_becomes_older() -> None:
    sandbox = Sandbox()
    sandbox.revision = 5
    sandbox.hear(5)
    sandbox.revision = 3
    sandbox.holdings.refresh(PROD, 1.0)

    held = sandbox.holdings.held(PROD)
    assert held is not None
    assert held.revision == 5


def test_server_that_is_a_little_behind_is_not_believed() -> None:
    sandbox = Sandbox()
    sandbox.revision = 5
    sandbox.hear(5)
    sandbox.revision = 4
    sandbox.seconds += PAUSE

    assert sandbox.hear(4) == 5
    assert sandbox.fetched == 1


def test_history_that_was_left_behind_is_given_up_after_a_while() -> None:
    sandbox = Sandbox()
    sandbox.revision = 5
    sandbox.hear(5)
    sandbox.revision = 4
    sandbox.hear(4)
    sandbox.seconds += LONG_PAUSE + 1.0

    assert sandbox.hear(4) == 4
    sandbox.revision = 5
    sandbox.seconds += PAUSE
    assert sandbox.hear(5) == 5


def test_without_time_nothing_is_fetched() -> None:
    sandbox = Sandbox()

    assert not sandbox.holdings.refresh(PROD, 0.0)
    assert sandbox.fetched == 0


def test_holdings_of_very_many_places_do_not_grow() -> None:
    sandbox = Sandbox()
    for number in range(100):
        sandbox.holdings.heard(Place("contact-centre", f"env-{number}"), 1, Budget(10.0))

    assert len(sandbox.holdings._holdings) <= 4


@pytest.mark.parametrize(
    "packed",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"rubbish", id="rubbish"),
        pytest.param(zlib.compress(b"states")[:-3], id="cut"),
        pytest.param(zlib.compress(b"\0" * (MOST_BYTES + 1)), id="a bomb"),
    ],
)
def test_what_was_not_packed_is_not_unpacked(packed: bytes) -> None:
    assert Held.unpack(PROD, 1, packed) is None


def test_what_was_packed_is_unpacked() -> None:
    packed = Held(PROD, 7, b"states").packed()
    held = Held.unpack(PROD, 7, packed)

    assert held is not None
    assert (held.revision, held.states) == (7, b"states")
