from random import Random

from hypothesis import given
from hypothesis import strategies as st

from vexil.server.stores.sqlite import checksums

CHECKSUMS = st.integers(-(2**63), 2**63 - 1)


def test_row_checksum_is_the_same_in_every_release() -> None:
    """It is in files: another way to compute it would make every store look damaged."""
    columns = (7, 0, 4, "prod", "grüße/'\"\\\n\U0001f600", 2, 1, 1_767_225_600_000_000)
    assert checksums.of_columns(columns, b"\x00\xff") == -7428367116057769574
    assert checksums.of_columns(columns) != checksums.of_columns(columns, b"")


@given(st.lists(CHECKSUMS), st.lists(CHECKSUMS), st.randoms())
def test_state_checksum_moves_by_what_comes_and_what_goes(
    kept: list[int], gone: list[int], dice: Random
) -> None:
    before = checksums.of_state([*kept, *gone])
    assert checksums.of_state([before, *(-each for each in gone)]) == checksums.of_state(kept)
    shuffled = [*kept]
    dice.shuffle(shuffled)
    assert checksums.of_state(shuffled) == checksums.of_state(kept)


@given(st.lists(CHECKSUMS))
def test_state_checksum_fits_into_a_column(newest: list[int]) -> None:
    assert -(2**63) <= checksums.of_state(newest) < 2**63
