"""Redis, where it helps: hints between servers, and which revision is the newest, for caches."""

from vexil.server.stores.redis.hints import RedisHints
from vexil.server.stores.redis.place import RedisPlace

__all__ = ["RedisHints", "RedisPlace"]
