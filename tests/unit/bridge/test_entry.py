"""Entries: a round trip, and nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from vexil.bridge.entry import CacheEntry, CacheKey, decode, encode

label = st.text("ab0-", min_size=1, max_size=63)
keys = st.builds(CacheKey, label, label, st.text())
entries = st.builds(CacheEntry, st.integers(1, 2**53), st.binary())


@given(keys, entries)
def test_entry_comes_back_under_its_key(key: CacheKey, entry: CacheEntry) -> None:
    assert decode(key, encode(key, entry)) == entry


@given(keys, keys)
def test_keys_have_different_names(one: CacheKey, other: CacheKey) -> None:
    assert (one == other) is (one.name() == other.name())


@given(keys, entries, st.data())
def test_damaged_entry_is_none(key: CacheKey, entry: CacheEntry, data: st.DataObject) -> None:
    stored = bytearray(encode(key, entry))
    position = data.draw(st.integers(0, len(stored) - 1))
    stored[position] ^= data.draw(st.integers(1, 255))
    found = decode(key, bytes(stored))
    assert found is None


@given(keys, st.binary())
def test_any_bytes_are_read_without_an_error(key: CacheKey, stored: bytes) -> None:
    decode(key, stored)
