"""How operators compare the value of an attribute with what their operands come down to.

Each takes the value, of whatever type but never None, and the prepared operands, and says whether the
operator holds for at least one of these. Those of one family differ by a sign only; they are written out
because they are what evaluations spend their time in.
"""

from typing import Any

from vexil.core.evaluator.attributes import otherwise
from vexil.core.evaluator.instants import Instant, parse_instant
from vexil.core.evaluator.networks import Network, parse_address
from vexil.core.evaluator.patterns import Search
from vexil.core.evaluator.semver import Precedence, parse_version

TRUE, FALSE = object(), object()
"""What booleans are compared as: in Python True equals 1."""


def equals(value: Any, accepted: frozenset[Any]) -> bool:
    """The value is one of these, booleans as TRUE and FALSE; for a `str`, the same as `value in accepted`."""
    kind = type(value)
    if kind is str or kind is int or kind is float:
        return value in accepted
    if kind is bool:
        return (TRUE if value else FALSE) in accepted
    return otherwise(equals, value, accepted)


def contains(value: Any, parts: tuple[str, ...]) -> bool:
    """The text contains one of these."""
    if type(value) is str:
        for part in parts:  # noqa: SIM110  # a generator costs more than the search
            if part in value:
                return True
        return False
    return otherwise(contains, value, parts)


def starts_with(value: Any, prefixes: tuple[str, ...]) -> bool:
    """The text starts with one of these."""
    if type(value) is str:
        return value.startswith(prefixes)
    return otherwise(starts_with, value, prefixes)


def ends_with(value: Any, suffixes: tuple[str, ...]) -> bool:
    """The text ends with one of these."""
    if type(value) is str:
        return value.endswith(suffixes)
    return otherwise(ends_with, value, suffixes)


def matches(value: Any, searches: tuple[Search, ...]) -> bool:
    """One of these patterns is found in the text."""
    if type(value) is str:
        for search in searches:  # noqa: SIM110
            if search(value):
                return True
        return False
    return otherwise(matches, value, searches)


def less_than(value: Any, largest: float) -> bool:
    """The number is below the largest operand."""
    kind = type(value)
    if kind is int or kind is float:
        return value < largest  # type: ignore[no-any-return]
    return otherwise(less_than, value, largest)


def less_than_or_equal(value: Any, largest: float) -> bool:
    """The number is at or below the largest operand."""
    kind = type(value)
    if kind is int or kind is float:
        return value <= largest  # type: ignore[no-any-return]
    return otherwise(less_than_or_equal, value, largest)


def greater_than(value: Any, smallest: float) -> bool:
    """The number is above the smallest operand."""
    kind = type(value)
    if kind is int or kind is float:
        return value > smallest  # type: ignore[no-any-return]
    return otherwise(greater_than, value, smallest)


def greater_than_or_equal(value: Any, smallest: float) -> bool:
    """The number is at or above the smallest operand."""
    kind = type(value)
    if kind is int or kind is float:
        return value >= smallest  # type: ignore[no-any-return]
    return otherwise(greater_than_or_equal, value, smallest)


def semver_equals(value: Any, accepted: frozenset[Precedence]) -> bool:
    """The version has the precedence of one of these."""
    if type(value) is str:
        return parse_version(value) in accepted
    return otherwise(semver_equals, value, accepted)


def semver_less_than(value: Any, largest: Precedence) -> bool:
    """The version is below the largest operand."""
    if type(value) is str:
        version = parse_version(value)
        return version is not None and version < largest
    return otherwise(semver_less_than, value, largest)


def semver_less_than_or_equal(value: Any, largest: Precedence) -> bool:
    """The version is at or below the largest operand."""
    if type(value) is str:
        version = parse_version(value)
        return version is not None and version <= largest
    return otherwise(semver_less_than_or_equal, value, largest)


def semver_greater_than(value: Any, smallest: Precedence) -> bool:
    """The version is above the smallest operand."""
    if type(value) is str:
        version = parse_version(value)
        return version is not None and version > smallest
    return otherwise(semver_greater_than, value, smallest)


def semver_greater_than_or_equal(value: Any, smallest: Precedence) -> bool:
    """The version is at or above the smallest operand."""
    if type(value) is str:
        version = parse_version(value)
        return version is not None and version >= smallest
    return otherwise(semver_greater_than_or_equal, value, smallest)


def before(value: Any, latest: Instant) -> bool:
    """The time is before the latest operand."""
    kind = type(value)
    if kind is str:
        instant = parse_instant(value)
        return instant is not None and instant < latest
    if kind is int or kind is float:
        return value < latest  # type: ignore[no-any-return]
    return otherwise(before, value, latest)


def after(value: Any, earliest: Instant) -> bool:
    """The time is after the earliest operand."""
    kind = type(value)
    if kind is str:
        instant = parse_instant(value)
        return instant is not None and instant > earliest
    if kind is int or kind is float:
        return value > earliest  # type: ignore[no-any-return]
    return otherwise(after, value, earliest)


def in_cidr(value: Any, ranges: tuple[Network, ...]) -> bool:
    """The address is inside one of these."""
    if type(value) is str:
        address = parse_address(value)
        return address is not None and any(address in network for network in ranges)
    return otherwise(in_cidr, value, ranges)


def exists(_value: Any, _nothing: object) -> bool:
    """The attribute is there: it would not be compared otherwise."""
    return True
