"""URLs of a Redis."""

import pytest

from vexil.bridge.redis.address import RedisAddress


def test_url_is_read() -> None:
    address = RedisAddress.of("rediss://vexil:it%27s%2F@cache.example:6380/3?ssl_ca_certs=/etc/ca.pem")
    assert address == RedisAddress(
        "cache.example", 6380, 3, "vexil", "it's/", tls=True, authorities="/etc/ca.pem"
    )


def test_what_a_url_leaves_out() -> None:
    assert RedisAddress.of("redis://cache") == RedisAddress("cache")
    assert RedisAddress.of("redis://cache", "hush") == RedisAddress("cache", password="hush")
    assert RedisAddress.of("redis://:mine@cache", "hush").password == "mine"


@pytest.mark.parametrize("url", ["", "cache:6379", "http://hush@cache", "redis://", "redis:///hush"])
def test_other_urls_are_refused_without_being_shown(url: str) -> None:
    with pytest.raises(ValueError, match="redis://HOST") as refusal:
        RedisAddress.of(url)
    assert "hush" not in str(refusal.value)


def test_secrets_are_not_printed() -> None:
    assert "hush" not in repr(RedisAddress.of("redis://hush:hush@cache"))
