"""Keys: of different things different, and in the order of their numbers."""

from hypothesis import given
from hypothesis import strategies as st

from vexil.core.resource import Kind, ResourceId, Revision, Version
from vexil.server.stores.dynamodb import layout

NUMBERS = st.integers(0, 10**15)
NAMES = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)
KEYS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._/:-]{0,8}", fullmatch=True)
IDS = st.one_of(
    st.builds(lambda key: ResourceId(Kind.ENVIRONMENT, "", key), NAMES),
    st.builds(lambda key: ResourceId(Kind.DEFINITION, "", key), KEYS),
    st.builds(lambda place, key: ResourceId(Kind.SETTING, place, key), NAMES, KEYS),
)


@given(NUMBERS, NUMBERS)
def test_entries_are_in_the_order_of_their_revisions(left: int, right: int) -> None:
    keys = [layout.entry("n", Revision(each), epoch=1).sort for each in (left, right)]
    assert (keys[0] < keys[1]) is (left < right)


@given(NUMBERS, NUMBERS, NUMBERS)
def test_span_holds_the_entries_and_parts_of_its_revisions(first: int, last: int, revision: int) -> None:
    low, high = layout.revisions(first, last)
    for key in (
        layout.entry("n", Revision(revision), epoch=99),
        layout.part("n", Revision(revision), "f" * 32, 7),
        layout.checkpoint("n", Revision(revision), epoch=99),
    ):
        assert (low <= key.sort <= high) is (first <= revision <= last)


@given(st.tuples(NAMES, IDS, NUMBERS), st.tuples(NAMES, IDS, NUMBERS))
def test_versions_of_different_resources_have_different_keys(
    left: tuple[str, ResourceId, int], right: tuple[str, ResourceId, int]
) -> None:
    keys = [layout.version(name, id, Version(number), epoch=1) for name, id, number in (left, right)]
    assert (keys[0] == keys[1]) is (left == right)


@given(IDS, st.integers(1, 10**15), st.none() | st.integers(1, 10**15), st.integers(0, 10**8 - 1))
def test_versions_below_are_those_below(id: ResourceId, number: int, before: int | None, epoch: int) -> None:
    low, high = layout.versions_below(id, None if before is None else Version(before))
    key = layout.version("n", id, Version(number), epoch).sort
    assert (low <= key <= high) is (before is None or number < before)
