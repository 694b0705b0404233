"""Names, texts, times, numbers, JSON, typed values."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from vexil.core.frozen import FrozenDict, freeze
from vexil.core.jsontext import MAX_SAFE_INT
from vexil.core.resource import Revision, Version
from vexil.core.value import SecretReference, Value, ValueType

MAX_INT64 = 2**63 - 1

safe_ints = st.integers(-MAX_SAFE_INT, MAX_SAFE_INT)
finite = st.floats(allow_nan=False, allow_infinity=False)


def texts(min_size: int = 0, max_size: int = 12) -> SearchStrategy[str]:
    """Any text that UTF-8 can hold."""
    return st.text(min_size=min_size, max_size=max_size)


def keys() -> SearchStrategy[str]:
    """Keys of resources."""
    return st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._/:-]{0,15}", fullmatch=True)


def environment_names() -> SearchStrategy[str]:
    """Names of environments and namespaces: DNS labels."""
    return st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)


def tags() -> SearchStrategy[tuple[str, ...]]:
    """Labels without a repetition."""
    return st.lists(texts(1), max_size=3, unique=True).map(tuple)


def tuples_of(
    items: SearchStrategy[Any], min_size: int = 0, max_size: int = 3
) -> SearchStrategy[tuple[Any, ...]]:
    """Short tuples."""
    return st.lists(items, min_size=min_size, max_size=max_size).map(tuple)


def mappings(
    names: SearchStrategy[str], items: SearchStrategy[Any], min_size: int = 0
) -> SearchStrategy[Mapping[str, Any]]:
    """Short read-only mappings in the order of their names."""
    drawn = st.dictionaries(names, items, min_size=min_size, max_size=4)
    return drawn.map(lambda items: FrozenDict(sorted(items.items())))


def times() -> SearchStrategy[datetime]:
    """Times in UTC."""
    return st.datetimes(timezones=st.just(UTC)).map(lambda time: time.replace(fold=0))


def revisions(minimum: int = 1) -> SearchStrategy[Revision]:
    """Revisions."""
    return st.integers(minimum, MAX_INT64).map(Revision)


def versions(minimum: int = 1) -> SearchStrategy[Version]:
    """Versions."""
    return st.integers(minimum, MAX_INT64).map(Version)


ANY_KEY = keys()
ANY_ENVIRONMENT = environment_names()


def json_values() -> SearchStrategy[Any]:
    """Read-only JSON values, as in a value of type JSON: 1 and 1.0 differ."""
    return _documents(st.one_of(st.none(), st.booleans(), safe_ints, finite, texts()))


def json_objects() -> SearchStrategy[Mapping[str, Any]]:
    """Read-only JSON objects that travel as `Struct`: a number that is whole is an int."""
    numbers = st.one_of(safe_ints, finite.map(_whole_as_int))
    return mappings(texts(), _documents(st.one_of(st.none(), st.booleans(), numbers, texts())))


def values(of_type: ValueType | None = None) -> SearchStrategy[Value]:
    """Typed values, of that type or of any."""
    return st.sampled_from(ValueType).flatmap(values) if of_type is None else _VALUES[of_type]


def _documents(leaves: SearchStrategy[Any]) -> SearchStrategy[Any]:
    return st.recursive(
        leaves, lambda inner: st.lists(inner, max_size=3).map(freeze) | mappings(texts(), inner), max_leaves=6
    )


def _whole_as_int(number: float) -> int | float:
    return int(number) if number.is_integer() and abs(number) <= MAX_SAFE_INT else number


_VALUES: Mapping[ValueType, SearchStrategy[Value]] = {
    ValueType.BOOL: st.booleans().map(Value.of_bool),
    ValueType.STRING: texts().map(Value.of_string),
    ValueType.INT: st.integers(-MAX_INT64 - 1, MAX_INT64).map(Value.of_int),
    ValueType.DOUBLE: finite.map(Value.of_double),
    ValueType.JSON: json_values().map(Value.of_json),
    ValueType.SECRET: texts(1).map(lambda uri: Value(ValueType.SECRET, SecretReference(f"env:A{uri}"))),
}
