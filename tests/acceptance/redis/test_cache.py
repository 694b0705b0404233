"""The bridge's cache on a real Redis: what is a hit, what is a miss, and what ends an entry."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import ResponseError

from tests.support.caches import KEY, Reader
from tests.support.certificates import Authority
from tests.support.engines.redis import redis_process
from vexil.bridge.entry import CacheEntry, CacheKey, encode

NAME = "vexil:config:shop:prod:main-flow"
MARKS = "vexil:revisions"


@pytest.fixture
def reader(url: str) -> Iterator[Callable[[], Reader]]:
    """Makes readers that share the database."""
    with ExitStack() as readers:
        yield lambda: readers.enter_context(Reader(url))


def test_what_one_reader_puts_all_others_get(reader: Callable[[], Reader]) -> None:
    one, other = reader(), reader()
    assert one.get() is None
    one.put(7, b'{"a": 1}')
    assert one.get() == other.get() == (7, b'{"a": 1}')


def test_keys_do_not_meet(reader: Callable[[], Reader]) -> None:
    one = reader()
    one.put(7, b"a")
    for key in (
        CacheKey("shop", "qa", "main-flow"),
        CacheKey("bank", "prod", "main-flow"),
        CacheKey("shop", "prod", "main"),
    ):
        assert one.get(key) is None


@pytest.mark.parametrize("name", ["", "a:b:c", "flow 1\r\n", "🎧", "مرحبا", "\ud800", "x" * 10_000])
def test_any_key_and_any_value_come_back(reader: Callable[[], Reader], name: str) -> None:
    one = reader()
    key = CacheKey("shop", "prod", name)
    for revision, value in enumerate((b"", b"\r\n$-1\r\n", bytes(range(256)) * 1000), start=1):
        one.put(revision, value, key)
        assert one.get(key) == (revision, value)


def test_commit_ends_entries_of_its_namespace_only(reader: Callable[[], Reader], redis: Redis) -> None:
    one, other = reader(), reader()
    bank = CacheKey("bank", "prod", "main-flow")
    one.put(7)
    one.put(7, key=bank)
    redis.zadd(MARKS, {"shop": 8})
    assert one.get() is other.get() is None
    assert one.get(bank) == (7, b"v")
    other.put(8, b"new")
    assert one.get() == (8, b"new")


def test_answer_of_a_server_that_lags_is_not_kept(reader: Callable[[], Reader], redis: Redis) -> None:
    one = reader()
    redis.zadd(MARKS, {"shop": 8})
    one.put(7)
    assert redis.get(NAME) is None
    assert redis.zscore(MARKS, "shop") == 8


def test_answer_ahead_of_what_was_told_is_kept_and_tells_nobody(
    reader: Callable[[], Reader], redis: Redis
) -> None:
    # Servers would take a mark that a reader raised for their own word, and would not hint each other.
    one = reader()
    redis.zadd(MARKS, {"shop": 8})
    one.put(9)
    assert one.get() == (9, b"v")
    assert redis.zscore(MARKS, "shop") == 8


def test_entry_older_than_what_the_reader_saw_elsewhere_is_a_miss(reader: Callable[[], Reader]) -> None:
    one, other = reader(), reader()
    other.put(7)
    one.cache.saw("shop", 8)
    assert one.get() is None
    assert other.get() == (7, b"v")


def test_lost_mark_makes_every_entry_a_miss_until_one_is_put(
    reader: Callable[[], Reader], redis: Redis
) -> None:
    one, other = reader(), reader()
    one.put(7)
    redis.delete(MARKS)
    assert one.get() is other.get() is None
    one.put(7)
    assert other.get() == (7, b"v")


@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b"\xff\x00",
        b'{"flow": 1}',
        b"vexil1 9 00000000\nv",
        b"vexil1 99999999999999999999 00000000\nv",
        b"vexil2 7 00000000\nv",
        encode(CacheKey("shop", "prod", "other-flow"), CacheEntry(7, b"v")),
        encode(KEY, CacheEntry(7, b"v"))[:-1],
        encode(KEY, CacheEntry(7, b"v")) + b"w",
        encode(KEY, CacheEntry(0, b"v")),
        b"x" * 2_000_000,
    ],
)
def test_garbage_is_a_miss_and_is_replaced(
    reader: Callable[[], Reader], redis: Redis, garbage: bytes
) -> None:
    one = reader()
    one.put(7)
    redis.set(NAME, garbage)
    assert one.get() is None
    one.get()
    one.beside.run()
    one.put(7)
    assert one.get() == (7, b"v")


@pytest.mark.parametrize("mark", [float("inf"), 1e300, -5.0, 0.0, 7.5])
def test_impossible_mark_is_a_miss(reader: Callable[[], Reader], redis: Redis, mark: float) -> None:
    one = reader()
    one.put(7)
    redis.zadd(MARKS, {"shop": mark})
    assert one.get() is None


def test_other_types_under_its_names_are_misses(reader: Callable[[], Reader], redis: Redis) -> None:
    one = reader()
    redis.lpush(NAME, "a list")
    assert one.get() is None
    redis.set(MARKS, "no sorted set")
    one.put(7)
    assert one.get() is None
    assert one.beside.waiting == []


def test_entries_live_five_minutes_at_most_and_end_apart(reader: Callable[[], Reader], redis: Redis) -> None:
    one = reader()
    keys = [CacheKey("shop", "prod", str(number)) for number in range(50)]
    for key in keys:
        one.put(7, key=key)
    lives = [redis.pttl(key.name()) for key in keys]
    assert all(200_000 < life <= 300_000 for life in lives)
    assert max(lives) - min(lives) > 5_000


def test_reader_writes_once_for_each_revision(reader: Callable[[], Reader], redis: Redis) -> None:
    one = reader()
    one.put(7)
    waits = one.waits
    for _ in range(100):
        one.put(7)
    assert one.waits == waits
    one.put(8)
    assert one.waits == waits + 1
    # Half of an entry's life later it is put again, so that it does not run out.
    one.seconds += 151
    one.put(8)
    assert one.waits == waits + 2
    # And when it was found to be gone.
    redis.flushdb()
    assert one.get() is None
    one.put(8)
    assert one.get() == (8, b"v")


def test_large_value_is_not_kept(reader: Callable[[], Reader], redis: Redis) -> None:
    one = reader()
    one.put(7, b"x" * (1024 * 1024))
    assert redis.get(NAME) is None


def test_tls_and_password(tmp_path: Path) -> None:
    authority = Authority()
    authority.issue("redis").write(tmp_path / "cert.pem", tmp_path / "key.pem")
    (tmp_path / "ca.pem").write_bytes(authority.pem)
    with redis_process() as server, Redis.from_url(server.url) as admin:
        try:
            admin.config_set("tls-auth-clients", "no")
        except ResponseError:
            pytest.skip("this redis-server was built without TLS")
        pair = ("tls-key-file", str(tmp_path / "key.pem"), "tls-cert-file", str(tmp_path / "cert.pem"))
        admin.config_set(*pair)
        admin.config_set("requirepass", "it's a secret/@")
        admin.config_set("port", 0)
        admin.config_set("tls-port", server.port)
        place = f"127.0.0.1:{server.port}/3?ssl_ca_certs={tmp_path / 'ca.pem'}"
        with Reader(f"rediss://:it%27s%20a%20secret%2F%40@{place}") as one:
            one.put(7)
            assert one.get() == (7, b"v")
        for wrong in (
            f"rediss://:wrong@{place}",
            f"rediss://{place}",
            f"redis://:it%27s%20a%20secret%2F%40@{place}",
            f"rediss://:it%27s%20a%20secret%2F%40@127.0.0.1:{server.port}/3",
        ):
            assert Reader(wrong).get() is None
