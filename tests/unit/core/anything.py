"""Strategies for what no validation has seen: objects in contexts, settings whose parts make no sense."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import IntEnum, StrEnum
from fractions import Fraction
from typing import Any, NoReturn

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.support.strategies.conditions import ATTRIBUTES
from tests.support.strategies.conditions import conditions as sound_conditions
from vexil.core.evaluation import EvaluationContext
from vexil.core.setting import (
    All,
    Condition,
    Match,
    Not,
    Operator,
    Prerequisite,
    Rule,
    Segment,
    Serve,
    Setting,
    Split,
    Target,
    WeightedVariant,
)
from vexil.core.setting import Any as AnyOf
from vexil.core.value import SecretReference, Value, ValueType


class Plan(StrEnum):
    """Text that is a subclass of str."""

    PRO = "pro"


class Level(IntEnum):
    """A number that is a subclass of int."""

    HIGH = 3


class Hostile:
    """Refuses everything that can be done to an object."""

    def _refuse(self, *_: object) -> NoReturn:
        raise ZeroDivisionError("hostile")

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse
    __hash__ = __bool__ = __len__ = __iter__ = __contains__ = _refuse
    __str__ = __repr__ = __int__ = __float__ = __index__ = _refuse


class HostileText(str):
    """Text that refuses to be compared."""

    __slots__ = ()

    def _refuse(self, *_: object) -> NoReturn:
        raise ZeroDivisionError("hostile")

    __eq__ = __ne__ = __contains__ = startswith = endswith = _refuse
    encode = _refuse  # type: ignore[assignment]
    __hash__ = str.__hash__


class HostileMapping(Mapping[str, Any]):
    """A mapping that has nothing to give."""

    def __getitem__(self, key: str) -> Any:
        raise ZeroDivisionError("hostile")

    def __iter__(self) -> Iterator[str]:
        raise ZeroDivisionError("hostile")

    def __len__(self) -> int:
        return 1


_ANY_TEXT = st.text(st.characters() | st.sampled_from(["\ud800", "a", "."]), max_size=8)
_SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(-(10**400), 10**400),
    st.floats(),
    _ANY_TEXT,
    st.sampled_from(["pro", "1.2.3", "v2", "10.1.2.3", "2024-01-01T00:00:00Z", "\ud800", ""]),
)
_ODDITIES: SearchStrategy[Any] = st.one_of(
    st.binary(max_size=4),
    st.sampled_from([Plan.PRO, Level.HIGH, Decimal("1.5"), Fraction(1, 3), 1j, {"pro"}, object, range(3)]),
    st.builds(Hostile),
    st.builds(HostileText, _ANY_TEXT),
    st.builds(HostileMapping),
)


def attribute_values() -> SearchStrategy[Any]:
    """Anything that a program could put into a context."""
    return st.recursive(
        _SCALARS | _ODDITIES,
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.lists(inner, max_size=3).map(tuple)
            | st.dictionaries(st.sampled_from(["plan", "user", "a", ""]) | _ANY_TEXT, inner, max_size=3)
        ),
        max_leaves=6,
    )


def any_contexts() -> SearchStrategy[EvaluationContext]:
    """Contexts that hold anything, and are not always ones."""
    names = st.sampled_from([name for name in ATTRIBUTES if "." not in name]) | st.just("user") | _ANY_TEXT
    attributes = st.dictionaries(names, attribute_values(), max_size=5)
    keys = st.none() | _ANY_TEXT | st.sampled_from(["a", "b", "user-1", Plan.PRO])
    sound = st.builds(EvaluationContext, keys, attributes)
    return rarely(
        st.builds(EvaluationContext, keys | _ODDITIES, attributes | _ODDITIES | st.integers()), sound
    )


def rarely(rare: SearchStrategy[Any], otherwise: SearchStrategy[Any]) -> SearchStrategy[Any]:
    """The first once in ten times: what is unsound hides what comes after it."""
    return st.integers(0, 9).flatmap(lambda number: rare if number == 9 else otherwise)


_OPERANDS = st.one_of(
    st.booleans().map(Value.of_bool),
    _ANY_TEXT.map(Value.of_string),
    st.sampled_from(["(", "a*", "1.0", "2024-01-01T00:00:00Z", "10.0.0.0/8", "\ud800"]).map(Value.of_string),
    st.integers().map(Value.of_int),
    st.floats().map(Value.of_double),
    st.just(Value.of_json({"a": 1})),
    st.just(Value(ValueType.SECRET, SecretReference("env:A"))),
)
_MATCHES = st.builds(
    Match,
    st.sampled_from(ATTRIBUTES) | _ANY_TEXT,
    st.sampled_from(Operator),
    st.lists(_OPERANDS, max_size=3).map(tuple),
)
KEYS = ("a", "b", "c", "d")
"""Settings and segments of these keys refer to each other."""

_VARIANTS = {"on": Value.of_json({"limit": 1}), "off": Value.of_json([1, 2])}
_NAMES = rarely(st.just("nowhere"), st.sampled_from(["on", "off"]))
_SOUND_CONDITIONS = sound_conditions(st.sampled_from(KEYS))


def any_conditions() -> SearchStrategy[Condition]:
    """Conditions that make sense, or do not."""
    several = st.lists(_MATCHES | _SOUND_CONDITIONS, max_size=3).map(tuple)
    nested = st.builds(_nested, _SOUND_CONDITIONS, st.integers(0, 40))
    return rarely(st.one_of(_MATCHES, several.map(All), several.map(AnyOf), nested), _SOUND_CONDITIONS)


def _nested(condition: Condition, levels: int) -> Condition:
    for _ in range(levels):
        condition = Not(condition)
    return condition


def any_serves() -> SearchStrategy[Serve]:
    """Variants and splits that exist, or do not."""
    weight = rarely(st.integers(-1, 2**31), st.integers(1, 100))
    weights = st.lists(st.builds(WeightedVariant, _NAMES, weight), min_size=1, max_size=4).map(tuple)
    bucket_by = st.none() | st.sampled_from(ATTRIBUTES) | _ANY_TEXT
    return _NAMES | st.builds(Split, rarely(st.just(()), weights), bucket_by)


def any_settings() -> SearchStrategy[Setting]:
    """Settings that make sense, or do not."""
    prerequisite = st.builds(
        Prerequisite,
        rarely(_ANY_TEXT, st.sampled_from(KEYS)),
        st.lists(st.sampled_from(["on", "off"]), min_size=1, max_size=2, unique=True).map(tuple),
    )
    people = st.lists(st.sampled_from(KEYS) | _ANY_TEXT, min_size=1, max_size=3).map(tuple)
    target = st.builds(Target, _NAMES, people)
    rule = st.builds(Rule, any_conditions(), any_serves(), st.just("") | _ANY_TEXT)
    return st.builds(
        Setting,
        value=rarely(_OPERANDS, st.none()),
        variants=rarely(st.just({}), st.just(_VARIANTS)),
        serve=rarely(st.none(), any_serves()),
        enabled=rarely(st.just(False), st.just(True)),
        off_variant=st.none() | _NAMES,
        prerequisites=rarely(st.lists(prerequisite, min_size=1, max_size=2).map(tuple), st.just(())),
        targets=st.lists(target, max_size=2).map(tuple),
        rules=st.lists(rule, max_size=3).map(tuple),
        salt=st.none() | _ANY_TEXT,
    )


def any_segments() -> SearchStrategy[Segment]:
    """Segments that make sense, or do not."""
    people = st.lists(st.sampled_from(KEYS) | _ANY_TEXT, max_size=3).map(tuple)
    return st.builds(Segment, people, people, st.lists(any_conditions(), max_size=3).map(tuple))
