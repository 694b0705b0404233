"""Conditions, with operands that their operators take."""

from collections.abc import Mapping

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.support.strategies.basic import ANY_KEY, texts, tuples_of, values
from vexil.core.setting import All, Any, Condition, Match, Not, Operator, SegmentMatch
from vexil.core.value import Value, ValueType

ATTRIBUTES = ("targetingKey", "plan", "user.plan", "age", "beta", "version", "seen", "ip", "tags")

_PATTERNS = ("", "a", "^[a-z]+$", r"\d{2,4}", "(?i)gold|silver", r"^\pL+$", "[^@]+@example\\.com")
_NETWORKS = ("10.0.0.0/8", "192.0.2.0/24", "0.0.0.0/0", "203.0.113.7/32", "2001:db8::/32", "::/0")
_SUFFIXES = ("", "-rc.1", "-alpha", "+build.7", "-rc.1+build.7")

_TEXT = values(ValueType.STRING)
_NUMBER = values(ValueType.INT) | values(ValueType.DOUBLE)
_NETWORK = st.sampled_from(_NETWORKS).map(Value.of_string)
_PATTERN = st.sampled_from(_PATTERNS).map(Value.of_string)
_VERSION = st.builds("{}.{}.{}{}".format, *[st.integers(0, 12)] * 3, st.sampled_from(_SUFFIXES)).map(
    Value.of_string
)
_INSTANT = st.builds(
    "20{:02}-{:02}-{:02}T{:02}:00:00{}".format,
    st.integers(0, 99),
    st.integers(1, 12),
    st.integers(1, 28),
    st.integers(0, 23),
    st.sampled_from(["Z", "+02:00", "-11:30"]),
).map(Value.of_string)

_OPERANDS: Mapping[Operator, SearchStrategy[Value]] = {
    Operator.EQUALS: values(ValueType.BOOL) | _TEXT | _NUMBER,
    Operator.CONTAINS: _TEXT,
    Operator.STARTS_WITH: _TEXT,
    Operator.ENDS_WITH: _TEXT,
    Operator.MATCHES: _PATTERN,
    Operator.LESS_THAN: _NUMBER,
    Operator.LESS_THAN_OR_EQUAL: _NUMBER,
    Operator.GREATER_THAN: _NUMBER,
    Operator.GREATER_THAN_OR_EQUAL: _NUMBER,
    Operator.SEMVER_EQUALS: _VERSION,
    Operator.SEMVER_LESS_THAN: _VERSION,
    Operator.SEMVER_LESS_THAN_OR_EQUAL: _VERSION,
    Operator.SEMVER_GREATER_THAN: _VERSION,
    Operator.SEMVER_GREATER_THAN_OR_EQUAL: _VERSION,
    Operator.BEFORE: _INSTANT,
    Operator.AFTER: _INSTANT,
    Operator.IN_CIDR: _NETWORK,
}


def matches() -> SearchStrategy[Match]:
    """Tests of one attribute."""
    return st.sampled_from(Operator).flatmap(_match)


def conditions(segment_keys: SearchStrategy[str] = ANY_KEY) -> SearchStrategy[Condition]:
    """Conditions, a few levels deep; segments are among those given, or have any key."""
    in_segments = st.builds(SegmentMatch, tuples_of(segment_keys, min_size=1))
    return st.recursive(
        matches() | in_segments,
        lambda inner: (
            st.builds(All, tuples_of(inner)) | st.builds(Any, tuples_of(inner)) | st.builds(Not, inner)
        ),
        max_leaves=5,
    )


def _match(operator: Operator) -> SearchStrategy[Match]:
    attributes = st.sampled_from(ATTRIBUTES) | texts(1)
    if operator is Operator.EXISTS:
        operands = tuples_of(values(ValueType.BOOL), max_size=1)
    else:
        operands = tuples_of(_OPERANDS[operator], min_size=1)
    return st.builds(Match, attributes, st.just(operator), operands)
