from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vexil.server.imports.numbers import parse_number, to_double
from vexil.server.imports.problem import ImportProblem


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("-0", 0),
        ("300", 300),
        ("1.0", 1),
        ("1E+3", 1000),
        ("0.8", Decimal("0.8")),
        ("-1.5e-7", Decimal("-1.5E-7")),
        ("99999999999999999999999999999999999999", 99999999999999999999999999999999999999),
    ],
)
def test_number_is_kept_exactly(text: str, number: object) -> None:
    assert parse_number(text) == number
    assert type(parse_number(text)) is type(number)


@pytest.mark.parametrize(
    "text", ["", "x", "1_000", "٣", "NaN", "Infinity", "0x10", "1e999", "1e99999", "1" * 500]
)
def test_what_is_no_number_of_dynamodb_is_refused(text: str) -> None:
    with pytest.raises(ImportProblem):
        parse_number(text)


@pytest.mark.parametrize("text", ["9007199254740992", "-9007199254740992", "0.12345678901234567890123"])
def test_number_that_would_change_is_refused(text: str) -> None:
    with pytest.raises(ImportProblem, match="would change"):
        to_double(parse_number(text))


@given(st.floats(min_value=1e-100, max_value=2.0**53 - 1))
def test_every_double_in_range_survives(number: float) -> None:
    assert to_double(parse_number(repr(number))) == number
    assert to_double(parse_number(repr(-number))) == -number
