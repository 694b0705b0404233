"""Configurations in Redis, valid by revision."""

import random
import re
import threading
import time
from collections.abc import Callable
from typing import Self

from vexil.bridge.entry import CacheEntry, CacheKey, decode, encode, utf8
from vexil.bridge.kept import Kept
from vexil.bridge.redis.address import RedisAddress
from vexil.bridge.redis.link import Link
from vexil.bridge.redis.protocol import LONGEST

TTL = 300.0
"""Seconds that an entry lives at most."""

_REVISIONS = b"vexil:revisions"
_REVISION = re.compile(rb"[1-9][0-9]{0,15}")

_PUT = b"""
redis.call('ZADD', KEYS[1], 'NX', ARGV[2], ARGV[1])
local newest = redis.call('ZSCORE', KEYS[1], ARGV[1])
if tonumber(newest) <= tonumber(ARGV[2]) then
  redis.call('SET', KEYS[2], ARGV[3], 'PX', ARGV[4])
end
return newest
"""


class ConfigurationCache:
    """A cache that many readers share, and that a commit invalidates. For any number of threads.

    The servers keep each namespace's newest revision in the sorted set `vexil:revisions`. An entry counts
    only when its revision is not below that, nor below anything this reader has seen of the namespace; where
    the newest revision is not known, nothing counts. So any commit to a namespace ends all its entries.

    No method raises for what is wrong with Redis or in it, and none takes longer than `timeout`, 5 ms by
    default; whatever goes wrong is a miss. See `Link` for what happens while Redis is away.
    """

    def __init__(self, link: Link, ttl: float = TTL, clock: Callable[[], float] = time.monotonic) -> None:
        self._link = link
        self._ttl = ttl
        self._seen: dict[str, int] = {}
        self._noting = threading.Lock()
        self._kept = Kept(ttl / 2, clock)

    @classmethod
    def open(cls, url: str, password: str | None = None) -> Self:
        """A cache in the Redis that the URL names: see `RedisAddress.of`, which raises ValueError.

        Returns at once, while the connection is being made.
        """
        return cls(Link(RedisAddress.of(url, password).connect))

    def get(self, key: CacheKey) -> CacheEntry | None:
        """The valid entry, or None."""
        entry = self._find(key)
        if entry is None:
            self._kept.forget(key)
        return entry

    def put(self, key: CacheKey, entry: CacheEntry) -> None:
        """Keeps what a server answered, unless something newer is known already.

        Nothing is sent for what this reader put there less than half the entries' life ago: after a commit
        each of many readers writes once. Entries written together expire apart, within the last tenth of
        their time. A value of more than a MiB is not kept.
        """
        if not self.saw(key.namespace, entry.revision) or self._kept.has(key, entry.revision):
            return
        stored = encode(key, entry)
        if len(stored) > LONGEST:
            return
        milliseconds = int(self._ttl * 1000 * random.uniform(0.9, 1.0))  # noqa: S311 - jitter
        replies = self._link.call(
            (
                *(b"EVAL", _PUT, b"2", _REVISIONS, key.name()),
                *(utf8(key.namespace), b"%d" % entry.revision, stored, b"%d" % milliseconds),
            )
        )
        if replies is not None and self._note_newest(key.namespace, replies[0]):
            self._kept.note(key, entry.revision)

    def saw(self, namespace: str, revision: int) -> bool:
        """Notes that the namespace has this revision; whether nothing newer was seen before."""
        with self._noting:
            if revision < self._seen.get(namespace, 0):
                return False
            self._seen[namespace] = revision
            return True

    def close(self) -> None:
        """Closes the connection; every later `get` is a miss."""
        self._link.close()

    def _find(self, key: CacheKey) -> CacheEntry | None:
        # The newest revision after the entry: what is told while this is under way counts.
        replies = self._link.call((b"GET", key.name()), (b"ZSCORE", _REVISIONS, utf8(key.namespace)))
        if replies is None:
            return None
        stored, newest = replies
        known = self._note_newest(key.namespace, newest)
        entry = decode(key, stored) if isinstance(stored, bytes) else None
        if entry is not None and known and self.saw(key.namespace, entry.revision):
            return entry
        return None

    def _note_newest(self, namespace: str, reply: object) -> bool:
        """Whether the reply is a revision; it is noted."""
        if not isinstance(reply, bytes) or not _REVISION.fullmatch(reply):
            return False
        self.saw(namespace, int(reply))
        return True
