import pytest
from hypothesis import given
from hypothesis import strategies as st

from vexil.client.pattern import Pattern

KEYS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._/:-]{0,30}", fullmatch=True)


@given(KEYS, KEYS)
def test_key_fits_only_itself(one: str, other: str) -> None:
    assert Pattern(one).fits(one)
    assert Pattern(one).fits(other) == (one == other)


@given(KEYS, KEYS)
def test_star_at_the_end_is_a_prefix(prefix: str, key: str) -> None:
    assert Pattern(f"{prefix}*").fits(key) == key.startswith(prefix)


@pytest.mark.parametrize(
    ("pattern", "key", "fits"),
    [
        ("*", "a/b.c", True),
        ("checkout.*", "checkout.a.b", True),
        ("checkout.*", "checkout", False),
        ("*.timeout", "db.read.timeout", True),
        ("*.timeout", "db.timeouts", False),
        ("db-?.url", "db-1.url", True),
        ("db-?.url", "db-10.url", False),
        ("db-[12].url", "db-2.url", True),
        ("db-[12].url", "db-3.url", False),
        ("Checkout.*", "checkout.a", False),
        ("a.c", "abc", False),
    ],
)
def test_pattern_fits(pattern: str, key: str, fits: bool) -> None:
    assert Pattern(pattern).fits(key) is fits
