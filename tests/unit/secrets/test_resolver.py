"""How long secrets are kept, and what is served while they can't be fetched."""

import logging
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.unit.secrets.keeping import DB, Memory, Moment, resolver_of
from tests.unit.secrets.slow import Slow
from vexil.core.value import SecretReference
from vexil.secrets import Policy, Resolver, Secret, SecretDenied, SecretNotFound, SecretUnavailable

AWAY = SecretUnavailable("it is away")


@pytest.fixture
def memory() -> Memory:
    return Memory({"secret/db": "one"})


@pytest.fixture
def moment() -> Moment:
    return Moment()


@pytest.fixture
def resolver(memory: Memory, moment: Moment) -> Resolver:
    return resolver_of(memory, moment)


def test_secret_is_fetched_once(resolver: Resolver, memory: Memory, moment: Moment) -> None:
    assert resolver.at_hand(DB) is None
    assert [resolver.resolve(DB).text for _ in range(3)] == ["one"] * 3
    moment.now += 299
    assert resolver.at_hand(DB) == Secret(b"one")
    assert memory.fetched == 1


def test_secret_is_fetched_again_when_it_is_old(resolver: Resolver, memory: Memory, moment: Moment) -> None:
    resolver.resolve(DB)
    memory.secrets["secret/db"] = "two"
    moment.now += 300

    assert resolver.resolve(DB).text == "two"


def test_refresh_comes_before_a_secret_is_old(resolver: Resolver, memory: Memory, moment: Moment) -> None:
    resolver.resolve(DB)
    memory.secrets["secret/db"] = "two"
    assert resolver.refresh() == 60.0
    assert memory.fetched == 1
    moment.now += 240

    assert resolver.at_hand(DB) == Secret(b"one")
    resolver.refresh()
    assert resolver.at_hand(DB) == Secret(b"two")


def test_old_secret_is_served_while_the_keeper_is_away(
    resolver: Resolver, memory: Memory, moment: Moment, caplog: pytest.LogCaptureFixture
) -> None:
    memory.secrets["secret/db"] = "hunter2"
    resolver.resolve(DB)
    memory.failure = AWAY
    with caplog.at_level(logging.DEBUG, "vexil.secrets"):
        for _ in range(50):
            moment.now += 60
            resolver.refresh()
            assert resolver.resolve(DB).text == "hunter2"
    assert len(caplog.records) == 1
    assert "hunter2" not in caplog.text


def test_old_secret_is_not_served_for_ever(resolver: Resolver, memory: Memory, moment: Moment) -> None:
    resolver.resolve(DB)
    memory.failure = AWAY
    moment.now += 300 + 3600

    with pytest.raises(SecretUnavailable, match="it is away"):
        resolver.resolve(DB)


def test_attempts_become_rare(resolver: Resolver, memory: Memory, moment: Moment) -> None:
    resolver.resolve(DB)
    memory.failure = AWAY
    moment.now += 300
    for _ in range(1000):
        resolver.resolve(DB)
        resolver.refresh()
        moment.now += 1

    assert memory.fetched - 1 == 7 + 15  # at once, after 1, 2, 4, 8, 16 and 32 seconds, then every 60


def test_failure_is_told_without_another_attempt(resolver: Resolver, memory: Memory, moment: Moment) -> None:
    del memory.secrets["secret/db"]
    for _ in range(3):
        with pytest.raises(SecretNotFound):
            resolver.resolve(DB)
    assert memory.fetched == 1
    memory.secrets["secret/db"] = "one"
    moment.now += 1.0

    assert resolver.resolve(DB).text == "one"


def test_failure_told_often_does_not_grow(resolver: Resolver, memory: Memory) -> None:
    memory.failure = AWAY
    lengths = set()
    for _ in range(5):
        with pytest.raises(SecretUnavailable) as raised:
            resolver.resolve(DB)
        lengths.add(len(raised.traceback))

    assert len(lengths) <= 2


def test_doubted_secret_is_fetched_by_who_asks_next(
    resolver: Resolver, memory: Memory, moment: Moment
) -> None:
    resolver.resolve(DB)
    memory.secrets["secret/db"] = "two"
    moment.now += 2
    resolver.doubt(DB)

    assert resolver.resolve(DB).text == "two"


def test_doubt_does_not_hammer_the_keeper(resolver: Resolver, memory: Memory) -> None:
    for _ in range(10):
        resolver.resolve(DB)
        resolver.doubt(DB)

    assert memory.fetched == 1


def test_doubted_secret_is_served_while_the_keeper_is_away(
    resolver: Resolver, memory: Memory, moment: Moment
) -> None:
    resolver.resolve(DB)
    memory.failure = AWAY
    moment.now += 2
    resolver.doubt(DB)

    assert resolver.resolve(DB).text == "one"


def test_secret_that_nobody_asks_for_is_forgotten(resolver: Resolver, memory: Memory, moment: Moment) -> None:
    resolver.resolve(DB)
    moment.now += 3600
    resolver.refresh()

    assert resolver.at_hand(DB) is None
    assert memory.fetched == 1


def test_local_secrets_are_looked_at_every_few_seconds(
    resolver: Resolver, memory: Memory, moment: Moment
) -> None:
    variable = SecretReference("env:PASSWORD")
    memory.secrets["PASSWORD"] = "one"
    resolver.resolve(variable)
    memory.secrets["PASSWORD"] = "two"
    moment.now += 5

    assert resolver.resolve(variable).text == "two"


def test_reader_asks_only_for_what_it_is_for(memory: Memory, moment: Moment) -> None:
    policy = Policy.of({"VEXIL_SECRETS_ALLOWED": "vault:secret/shop/, env:SHOP_"})
    resolver = resolver_of(memory, moment, policy)

    with pytest.raises(SecretDenied):
        resolver.resolve(DB)
    assert memory.fetched == 0
    memory.secrets["secret/shop/db"] = "shop's"
    assert resolver.resolve(SecretReference("vault:secret/shop/db")).text == "shop's"


def test_close_forgets(resolver: Resolver, memory: Memory) -> None:
    resolver.resolve(DB)
    resolver.close()

    assert memory.closed
    assert resolver.at_hand(DB) is None


def test_secret_is_fetched_once_for_all_who_wait(moment: Moment) -> None:
    slow = Slow()
    resolver = resolver_of(slow, moment)
    with ThreadPoolExecutor(4) as threads:
        asked = [threads.submit(resolver.resolve, DB) for _ in range(4)]
        assert slow.asked.acquire(timeout=30)
        slow.go_on.set()
        assert [each.result(30).text for each in asked] == ["one"] * 4

    assert slow.fetched == 1


def test_nobody_waits_for_the_new_secret_who_can_do_with_the_old(moment: Moment) -> None:
    slow = Slow()
    slow.go_on.set()
    resolver = resolver_of(slow, moment)
    resolver.resolve(DB)
    slow.go_on.clear()
    slow.secrets["secret/db"] = "two"
    moment.now += 300
    with ThreadPoolExecutor(1) as threads:
        assert slow.asked.acquire(timeout=30)
        fetching = threads.submit(resolver.resolve, DB)
        assert slow.asked.acquire(timeout=30)
        assert resolver.resolve(DB).text == "one"
        slow.go_on.set()
        assert fetching.result(30).text == "two"
