"""Persistent maps of many entries."""

from collections.abc import Mapping
from typing import TypeVar

from immutables import Map

K = TypeVar("K")
V = TypeVar("V")


def updated(base: Map[K, V], entries: Mapping[K, V]) -> Map[K, V]:
    """The map with these entries added or replaced.

    One by one, which takes no longer than `Map.update`, and lets other threads go on: for a hundred thousand
    entries that would make them wait a tenth of a second.
    """
    growing = base.mutate()
    for key, value in entries.items():
        growing[key] = value
    return growing.finish()
