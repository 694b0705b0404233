"""Data keys in memory: few are made, and few are unwrapped twice."""

import asyncio
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from vexil.server.clock import Clock
from vexil.server.encryption.keeper import DataKey, KeyKeeper, WrappedKey

USES = 10_000
"""Values that one data key encrypts: far below the 2^32 of AES-GCM with random nonces (NIST SP 800-38D)."""

SECONDS = 3600.0
"""How long new values are encrypted with one data key."""

_KEPT = 4096
_AT_ONCE = 16


@dataclass(slots=True)
class _Current:
    key: DataKey
    until: float
    left: int


class DataKeys:
    """The data keys of one process: one is current for each namespace; 4,096 at most are kept unwrapped."""

    def __init__(self, keeper: KeyKeeper, clock: Clock) -> None:
        self._keeper = keeper
        self._clock = clock
        self._current: dict[str, _Current] = {}
        self._unwrapped: OrderedDict[bytes, bytes] = OrderedDict()
        # One for each namespace: while a key can't be had for one, others still have theirs.
        self._making: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._turns = asyncio.Semaphore(_AT_ONCE)

    async def current(self, namespace: str, uses: int) -> DataKey:
        """The key for so many values more; a new one after an hour, or 10,000 values.

        Raises what the keeper raises.
        """
        async with self._making[namespace]:
            current = self._current.get(namespace)
            now = self._clock.monotonic()
            if current is None or now >= current.until or current.left <= 0:
                key = await self._keeper.new_key(namespace)
                self._keep(_digest(namespace, key.stored), key.plain)
                current = self._current[namespace] = _Current(key, now + SECONDS, USES)
            # A commit has one key, be it for a few values more than that.
            current.left -= uses
            return current.key

    async def unwrapped(self, namespace: str, keys: Iterable[WrappedKey]) -> Mapping[WrappedKey, bytes]:
        """These keys, unwrapped; 16 are asked for at a time. Raises what the keeper raises."""
        wanted = list(dict.fromkeys(keys))
        return dict(
            zip(wanted, await asyncio.gather(*(self._unwrap(namespace, key) for key in wanted)), strict=True)
        )

    async def close(self) -> None:
        """Forgets the keys, and closes the keeper."""
        self._current.clear()
        self._unwrapped.clear()
        await self._keeper.close()

    async def _unwrap(self, namespace: str, key: WrappedKey) -> bytes:
        digest = _digest(namespace, key)
        plain = self._unwrapped.get(digest)
        if plain is None:
            async with self._turns:
                plain = await self._keeper.unwrap(namespace, key)
        self._keep(digest, plain)
        return plain

    def _keep(self, digest: bytes, plain: bytes) -> None:
        self._unwrapped[digest] = plain
        self._unwrapped.move_to_end(digest)
        if len(self._unwrapped) > _KEPT:
            self._unwrapped.popitem(last=False)


def _digest(namespace: str, key: WrappedKey) -> bytes:
    # Each part alone has one length, so that no two keys have the same digest.
    parts = (namespace.encode(), key.key_id.encode(), key.wrapped)
    return sha256(b"".join(sha256(part).digest() for part in parts)).digest()
