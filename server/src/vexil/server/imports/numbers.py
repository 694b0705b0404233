"""Numbers as DynamoDB and JSON write them, kept exactly until somebody needs a double."""

import re
from decimal import Decimal

from vexil.core.jsontext import MAX_SAFE_INT
from vexil.server.imports.problem import ImportProblem

Number = int | Decimal
"""A number without loss: an int where it is whole."""

_FORM = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,4})?")
_MOST_CHARACTERS = 200
_MOST_EXPONENT = 130
"""DynamoDB's numbers have up to 38 digits and stay below 1E+126."""


def parse_number(text: str) -> Number:
    """The number that a text is. Raises ImportProblem for what DynamoDB could not hold either."""
    if len(text) > _MOST_CHARACTERS:
        raise ImportProblem(f"a number of {len(text)} characters")
    if _FORM.fullmatch(text) is None:
        raise ImportProblem(f"{text!r} is not a number")
    number = Decimal(text)
    if abs(number.adjusted()) > _MOST_EXPONENT:
        raise ImportProblem(f"the number {text} is outside DynamoDB's range")
    return int(number) if number == number.to_integral_value() else number


def to_double(number: Number) -> int | float:
    """The number as JSON has it. Raises ImportProblem where that would be another number.

    Whole numbers are kept within ±(2^53−1), which every reader of JSON can hold (RFC 8259 §6).
    """
    if isinstance(number, int):
        if abs(number) > MAX_SAFE_INT:
            raise ImportProblem(f"the number {number} is outside ±(2^53-1) and would change")
        return number
    double = float(number)
    if Decimal(repr(double)) != number:
        raise ImportProblem(f"the number {number} has more digits than a double and would change")
    return double
