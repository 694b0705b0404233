"""Whatever a table holds: nothing crashes, and every item is counted once."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.server.imports.items import FEATURE, FLOW, LOGGING, QUEUE, ROUTING
from vexil.convert.changes import requested_change_from_proto, requested_change_to_proto
from vexil.core.diff import same
from vexil.files.source import ManifestError
from vexil.server.imports.connect import ConnectMapper
from vexil.server.imports.exports import read_items
from vexil.server.imports.flag_table import FlagTableMapper
from vexil.server.imports.item import Broken, Item
from vexil.server.imports.parameters import ParameterMapper
from vexil.server.imports.schedule import schedule
from vexil.server.imports.survey import Mapper, Survey, survey

FLAG = {"PK": "ENVIRONMENT#x", "SK": "ENV#prod", "enabled": True, "rollout_end_at": 5, "environment": "prod"}
NOT_FLAGS = [
    {"PK": "FEATURES", "SK": "FEATURE#x"},
    {"PK": "USER#a", "SK": "PROFILE"},
    {"PK": "AUDIT#x", "SK": "LOGS#1"},
]
PARAMETER = {"Name": "/shop/prod/api/x", "Type": "String", "Value": "5", "ARN": "arn:aws:ssm:x"}

MAPPERS: dict[str, tuple[Mapper, list[Any]]] = {
    "connect": (ConnectMapper("prod"), [FLOW, QUEUE, ROUTING, LOGGING, FEATURE]),
    "flags": (FlagTableMapper(datetime(2026, 1, 1, tzinfo=UTC)), [FLAG, *NOT_FLAGS]),
    "parameters": (ParameterMapper(), [PARAMETER]),
}

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(2**130), 2**130)
    | st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**6), max_value=10**6)
    | st.text(max_size=12)
    | st.sampled_from(
        ["", "all", "Equals", "true", "INFO", "s3://b/k", "\ud800", "/a/b/c", "ENV#", "2026-01-01"]
    )
    | st.binary(max_size=4)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def twisted(samples: list[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Items like real ones, with some of their values replaced, at any depth."""

    @st.composite
    def twist(draw: Callable[..., Any], value: Any) -> Any:
        if draw(st.integers(0, 9)) == 0:
            return draw(VALUES)
        if isinstance(value, dict):
            return {name: draw(twist(one)) for name, one in value.items() if draw(st.integers(0, 19))}
        return value

    def item(sample: Any) -> st.SearchStrategy[dict[str, Any]]:
        inside = st.fixed_dictionaries({}, optional={name: twist(one) for name, one in sample.items()})
        extra = st.dictionaries(st.text(max_size=5), VALUES, max_size=2)
        return st.builds(lambda known, unknown: {**unknown, **known}, inside, extra)

    return st.one_of(*(st.just(sample) | item(sample) for sample in samples))


def check(found: Survey, count: int) -> None:
    assert found.read == count
    assert all(refused.item and refused.reasons for refused in found.refused)
    plan = schedule(found.mapped, [], {})
    puts = [put for mapped in found.mapped for put in mapped.puts]
    needs = {put.id for mapped in found.mapped for put in mapped.needs} - {put.id for put in puts}
    assert len(plan.writes) == len(puts) + len(needs)
    assert plan.created + plan.updated == len(plan.writes)
    for write in plan.writes:
        # What is mapped can be sent, and arrives as it is.
        assert same(requested_change_from_proto(requested_change_to_proto(write.change)), write.change)


@pytest.mark.parametrize("system", MAPPERS)
@given(data=st.data())
def test_every_item_is_mapped_refused_or_set_aside(system: str, data: st.DataObject) -> None:
    mapper, samples = MAPPERS[system]
    items = data.draw(st.lists(twisted(samples) | st.dictionaries(st.text(max_size=5), VALUES), max_size=6))

    check(survey([Item("table", item) for item in items], mapper), len(items))


@given(st.lists(st.sampled_from([FLOW, QUEUE, ROUTING, LOGGING, FEATURE]), max_size=8), st.randoms())
def test_order_of_items_does_not_matter(items: list[Any], random: Any) -> None:
    shuffled = list(items)
    random.shuffle(shuffled)
    mapper = ConnectMapper("prod")

    one = survey([Item("table", item) for item in items], mapper)
    other = survey([Item("table", item) for item in shuffled], mapper)

    assert one == other


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["S", "N", "M", "L", "SS", "B", "Item", "Items", "a"]), inner, max_size=3
        )
    ),
    max_leaves=10,
)


@given(st.binary(max_size=60) | st.builds(lambda value: json.dumps(value).encode(), JSON))
def test_file_of_any_content_gives_items_or_says_what_is_wrong(data: bytes) -> None:
    try:
        items = list(read_items("dump.json", data))
    except ManifestError as error:
        items = [Broken(problem.source.file, problem.message) for problem in error.problems]
    assert all(isinstance(item, Item | Broken) for item in items)
    check(survey(items, ConnectMapper("prod")), len(items))
