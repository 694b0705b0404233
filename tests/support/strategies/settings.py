"""Settings of both shapes, segments, definitions, environments, namespaces."""

from collections.abc import Sequence

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from tests.support.strategies.basic import (
    ANY_ENVIRONMENT,
    ANY_KEY,
    mappings,
    tags,
    texts,
    times,
    tuples_of,
    values,
)
from tests.support.strategies.conditions import ATTRIBUTES, conditions
from vexil.core.resource import Environment, Namespace
from vexil.core.setting import (
    Constraints,
    Definition,
    Lifecycle,
    Prerequisite,
    Rule,
    Segment,
    Serve,
    Setting,
    Split,
    Target,
    WeightedVariant,
)
from vexil.core.value import Value, ValueType

MAX_WEIGHT = 2**31 - 1


def settings() -> SearchStrategy[Setting]:
    """Valid settings of both shapes."""
    return plain_settings() | flags()


def plain_settings(of_type: ValueType | None = None) -> SearchStrategy[Setting]:
    """Valid settings that have one value."""
    return st.builds(Setting, value=values(of_type), enabled=st.booleans(), description=texts(), tags=tags())


@st.composite
def flags(
    draw: DrawFn,
    of_type: ValueType | None = None,
    setting_keys: SearchStrategy[str] = ANY_KEY,
    segment_keys: SearchStrategy[str] = ANY_KEY,
) -> Setting:
    """Valid settings that have variants.

    What they refer to, other settings and segments, is among the keys given, or has any key.
    """
    value_type = draw(st.sampled_from(ValueType)) if of_type is None else of_type
    variants = draw(mappings(texts(1), values(value_type), min_size=2))
    names = st.sampled_from(list(variants))
    serve = serves(names)
    required = st.builds(Prerequisite, setting_keys, tuples_of(texts(1), min_size=1))
    rules = [
        Rule(draw(conditions(segment_keys)), draw(serve), id, draw(texts()))
        for id in draw(st.lists(texts(1), max_size=3, unique=True))
    ]
    return Setting(
        variants=variants,
        serve=draw(serve),
        enabled=draw(st.booleans()),
        off_variant=draw(st.none() | names),
        prerequisites=draw(st.lists(required, max_size=2, unique_by=lambda each: each.key).map(tuple)),
        targets=draw(tuples_of(st.builds(Target, names, tuples_of(texts(), min_size=1)), max_size=2)),
        rules=tuple(rules),
        salt=draw(st.none() | texts()),
        description=draw(texts()),
        tags=draw(tags()),
    )


def serves(names: SearchStrategy[str]) -> SearchStrategy[Serve]:
    """One of the variants, or a split among them."""
    weights = st.lists(st.builds(WeightedVariant, names, st.integers(0, 100)), min_size=1, max_size=4)
    some = weights.filter(lambda drawn: any(each.weight for each in drawn)).map(tuple)
    return names | st.builds(Split, some, st.none() | st.sampled_from(ATTRIBUTES))


def arbitrary_settings() -> SearchStrategy[Setting]:
    """Settings whose parts need not fit each other."""
    weights = st.builds(WeightedVariant, texts(), st.integers(0, MAX_WEIGHT))
    serve = texts() | st.builds(Split, tuples_of(weights), st.none() | texts())
    return st.builds(
        Setting,
        value=st.none() | values(),
        variants=mappings(texts(), values()),
        serve=st.none() | serve,
        enabled=st.booleans(),
        off_variant=st.none() | texts(),
        prerequisites=tuples_of(st.builds(Prerequisite, texts(), tuples_of(texts()))),
        targets=tuples_of(st.builds(Target, texts(), tuples_of(texts()))),
        rules=tuples_of(st.builds(Rule, conditions(texts()), serve, texts(), texts())),
        salt=st.none() | texts(),
        description=texts(),
        tags=tuples_of(texts()),
    )


def segments(segment_keys: SearchStrategy[str] = ANY_KEY) -> SearchStrategy[Segment]:
    """Segments; the ones that they refer to are among the keys given, or have any key."""
    people = tuples_of(texts())
    return st.builds(
        Segment,
        included=people,
        excluded=people,
        conditions=tuples_of(conditions(segment_keys)),
        description=texts(),
        tags=tags(),
    )


@st.composite
def definitions(draw: DrawFn, of_type: ValueType | None = None) -> Definition:
    """Definitions whose default, if there is one, keeps their own constraints."""
    value_type = draw(st.sampled_from(ValueType)) if of_type is None else of_type
    default = draw(st.none() | values(value_type))
    allowed = draw(tuples_of(values(value_type)))
    if allowed and default is not None:
        allowed = (*allowed, default)
    held = [each for each in (*allowed, default) if each is not None]
    return Definition(
        type=value_type,
        json_schema='{"type":"object"}' if value_type is ValueType.JSON and not held else None,
        constraints=draw(_constraints(value_type, held, allowed)),
        default=default,
        required=draw(st.booleans()),
        sensitive=draw(st.booleans()),
        description=draw(texts()),
        owner=draw(texts()),
        tags=draw(tags()),
        lifecycle=draw(st.sampled_from(Lifecycle)),
        expires_at=draw(st.none() | times()),
    )


@st.composite
def _constraints(
    draw: DrawFn, value_type: ValueType, held: Sequence[Value], allowed: tuple[Value, ...]
) -> Constraints:
    """Bounds of the kind that fits the type, which all of these values keep."""
    low = draw(st.integers(0, 3))
    match value_type:
        case ValueType.INT | ValueType.DOUBLE:
            numbers = [float(each.data) for each in held]
            # Beyond 2^53 a double bound may lie on the wrong side of an int by rounding.
            wide = [number for number in numbers if abs(number) < 2**53]
            if len(wide) < len(numbers):
                return Constraints(allowed=allowed)
            return Constraints(
                minimum=draw(st.none() | st.just(min(wide, default=0.0) - low)),
                maximum=draw(st.none() | st.just(max(wide, default=0.0) + low)),
                allowed=allowed,
            )
        case ValueType.STRING:
            lengths = [len(each.data) for each in held]
            return Constraints(
                min_length=draw(st.none() | st.just(max(0, min(lengths, default=0) - low))),
                max_length=draw(st.none() | st.just(max(lengths, default=0) + low)),
                pattern=draw(st.none() | st.just("(?s).*")),
                allowed=allowed,
            )
        case _:
            return Constraints(allowed=allowed)


def environments(parents: SearchStrategy[str] = ANY_ENVIRONMENT) -> SearchStrategy[Environment]:
    """Environments; parents are among those given, or have any name."""
    return st.builds(
        Environment,
        parent=st.none() | parents,
        description=texts(),
        production=st.booleans(),
        approval_required=st.booleans(),
    )


def namespaces() -> SearchStrategy[Namespace]:
    """Namespaces."""
    return st.builds(Namespace, texts(), texts())
