"""A database of one Redis for each test."""

from collections.abc import Iterator
from itertools import cycle

import pytest
from redis import Redis

from tests.support.engines.redis import RedisServer

# Redis has sixteen by default.
_DATABASES = cycle(range(16))


@pytest.fixture
def url(redis_server: RedisServer) -> str:
    """An empty database."""
    url = f"{redis_server.url}/{next(_DATABASES)}"
    with Redis.from_url(url) as client:
        client.flushdb()
    return url


@pytest.fixture
def redis(url: str) -> Iterator[Redis]:
    """A client of it: what stands between the parts under test, seen from outside."""
    with Redis.from_url(url) as client:
        yield client
