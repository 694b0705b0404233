"""Buckets worked out from the published definitions, without the evaluator or the libraries that it uses.

MurmurHash3_x86_32 as its author describes it (https://github.com/aappleby/smhasher), over CBOR as `cbor2`
writes it in canonical form (RFC 8949 §4.2.1).
"""

import struct
from typing import NamedTuple

import cbor2

_WORD = 0xFFFFFFFF


class ReferenceBucket(NamedTuple):
    """A hash, and the bucket that it falls into."""

    hash: int
    bucket: int


def reference_bucket(salt: str, key: str, total_weight: int) -> ReferenceBucket:
    """The bucket of a key among so many."""
    hashed = murmur3_x86_32(cbor2.dumps([salt, key], canonical=True))
    return ReferenceBucket(hashed, hashed * total_weight // 2**32)


def murmur3_x86_32(data: bytes) -> int:
    """The hash with seed 0, unsigned."""
    blocks, tail = divmod(len(data), 4)
    state = 0
    for (block,) in struct.iter_unpack("<I", data[: blocks * 4]):
        state ^= _scramble(block)
        state = _rotate(state, 13)
        state = (state * 5 + 0xE6546B64) & _WORD
    if tail:
        state ^= _scramble(int.from_bytes(data[blocks * 4 :], "little"))
    state ^= len(data)
    for multiplier, shift in ((0x85EBCA6B, 16), (0xC2B2AE35, 13)):
        state ^= state >> shift
        state = (state * multiplier) & _WORD
    return state ^ (state >> 16)


def _scramble(block: int) -> int:
    return (_rotate((block * 0xCC9E2D51) & _WORD, 15) * 0x1B873593) & _WORD


def _rotate(word: int, by: int) -> int:
    return ((word << by) | (word >> (32 - by))) & _WORD
