"""A server that was told of a Redis: what is committed there ends what the bridge has cached."""

from redis import Redis

from tests.acceptance.redis.test_hints import told, until
from tests.acceptance.store.drafts import NAMESPACE, Drafts, put
from tests.support.caches import Reader
from vexil.bridge.entry import CacheKey
from vexil.server.compose import running
from vexil.server.settings import ServerSettings

KEY = CacheKey(NAMESPACE, "prod", "main-flow")


async def test_commit_on_a_server_ends_cached_entries_at_once(url: str, redis: Redis) -> None:
    settings = ServerSettings(listen="127.0.0.1:0", store="memory", transport="grpc", hints=url)
    drafts = Drafts()
    async with running(settings) as server:
        with Reader(url) as reader:
            await server.parts.store.append(drafts.next(put("a")))
            await until(lambda: told(redis, NAMESPACE) == 1)
            reader.put(1, b"old", KEY)
            assert reader.get(KEY) == (1, b"old")
            await server.parts.store.append(drafts.next(put("a")))
            await until(lambda: reader.get(KEY) is None)
            reader.put(2, b"new", KEY)
            assert reader.get(KEY) == (2, b"new")
