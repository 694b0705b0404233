"""What is kept in Redis for one configuration, and how a reader knows that it is that."""

import re
import zlib
from dataclasses import dataclass

_HEADER = re.compile(rb"vexil1 ([1-9][0-9]{0,15}) ([0-9a-f]{8})\n")
_LONGEST_HEADER = 40


@dataclass(frozen=True, slots=True)
class CacheKey:
    """Names a configuration: `key` is a flow's id, or whatever tells one answer from others in there."""

    namespace: str
    environment: str
    key: str

    def name(self) -> bytes:
        """The name in Redis. Namespaces and environments have no colon; so no two keys have one name."""
        return utf8(f"vexil:config:{self.namespace}:{self.environment}:{self.key}")


@dataclass(frozen=True, slots=True)
class CacheEntry:
    """The bytes of a configuration as of a revision of its namespace."""

    revision: int
    value: bytes


def encode(key: CacheKey, entry: CacheEntry) -> bytes:
    """The entry with a header: format, revision, and a checksum of all, the key included."""
    return b"vexil1 %d %08x\n" % (entry.revision, _checksum(key, entry)) + entry.value


def decode(key: CacheKey, stored: bytes) -> CacheEntry | None:
    """The entry; None for anything that is not exactly what was stored under this key."""
    header = _HEADER.match(stored[:_LONGEST_HEADER])
    if header is None:
        return None
    entry = CacheEntry(int(header[1]), stored[header.end() :])
    return entry if _checksum(key, entry) == int(header[2], 16) else None


def utf8(text: str) -> bytes:
    """The text's bytes, for any text, halves of surrogate pairs included."""
    return text.encode("utf-8", "surrogatepass")


def _checksum(key: CacheKey, entry: CacheEntry) -> int:
    return zlib.crc32(entry.value, zlib.crc32(b"%b\n%d\n" % (key.name(), entry.revision)))
