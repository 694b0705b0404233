"""Epochs: numbers that grow with each move of a namespace's home, and that no two regions ever share.

An epoch is a generation, one more than the one it follows, and in its last four digits a number made of the
region's name. Two regions that take over at the same time, without knowing of each other, write under
different epochs and so under different keys: neither overwrites the other's items, and everybody can say
which of the two counts, the higher one.
"""

from zlib import crc32

_REGIONS = 10_000


def first_epoch(region: str) -> int:
    """The epoch in which a namespace begins whose first home is this region."""
    return _epoch(1, region)


def next_epoch(epoch: int, region: str) -> int:
    """The epoch in which this region takes over from another."""
    return _epoch(generation(epoch) + 1, region)


def generation(epoch: int) -> int:
    """How often a home was chosen, the first one included."""
    return max(epoch // _REGIONS, 1)


def _epoch(generation: int, region: str) -> int:
    return generation * _REGIONS + crc32(region.encode()) % _REGIONS
