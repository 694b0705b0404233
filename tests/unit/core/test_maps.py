"""Persistent maps that grow entry by entry are those that are made at once."""

from hypothesis import given
from hypothesis import strategies as st
from immutables import Map

from vexil.core.maps import updated

ENTRIES = st.dictionaries(st.text(max_size=2), st.integers())


@given(ENTRIES, ENTRIES)
def test_map_grown_entry_by_entry_is_that_made_at_once(before: dict[str, int], added: dict[str, int]) -> None:
    base = Map(before)
    assert updated(base, added) == base.update(added) == Map({**before, **added})
    assert base == Map(before)
